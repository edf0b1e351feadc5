"""Weights that are at least 0 and sum to 1, by least squares: found by projected gradient steps.

References
----------
Duchi, J. et al. (2008). Efficient projections onto the l1-ball. *ICML*. The projection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats

_STEPS = 5_000
_STILL = 1e-10
_FIRST_STEP = 0.01
_OFF = 1e-9


def blended(signals: Floats, weights: Floats, otherwise: float) -> Floats:
    """Blend the known signals of each row (n, k) by weights (k,): (n,).

    A row whose known signals count nothing gets ``otherwise``.
    """
    known = np.isfinite(signals)
    total = known @ weights
    above = np.where(known, signals, 0.0) @ weights
    said: Floats = np.full(len(signals), otherwise)
    np.divide(above, total, out=said, where=total > _OFF)
    return said


def simplex_weights(signals: Floats, outcome: Floats) -> Floats:
    """Minimise the mean squared error of the blend over the simplex, (k,).

    By projected gradient steps: each is halved until the error falls enough for its length; steps
    grow again by half.
    """
    otherwise = float(outcome.mean())
    weights = np.full(signals.shape[1], 1.0 / signals.shape[1])
    value, slope = _error(signals, outcome, weights, otherwise)
    step = _FIRST_STEP
    for _ in range(_STEPS):
        moved = _onto_simplex(weights - step * slope)
        apart = moved - weights
        found, next_slope = _error(signals, outcome, moved, otherwise)
        if found > value + slope @ apart + apart @ apart / (2 * step) + _STILL * value:
            step *= 0.5
            continue
        weights, value, slope, step = moved, found, next_slope, step * 1.5
        if np.abs(apart).max() < _STILL:
            break
    return weights


def _error(
    signals: Floats, outcome: Floats, weights: Floats, otherwise: float
) -> tuple[float, Floats]:
    """Mean squared error of the blend, and its gradient (k,)."""
    known = np.isfinite(signals)
    said = blended(signals, weights, otherwise)
    total = np.maximum(known @ weights, _OFF)
    off = said - outcome
    towards = np.where(known, signals - said[:, None], 0.0) / total[:, None]
    return float(np.mean(off**2)), 2.0 * (off @ towards) / len(outcome)


def _onto_simplex(point: Floats) -> Floats:
    """Find the nearest weights that are at least 0 and sum to 1."""
    falling = np.sort(point)[::-1]
    excess = (np.cumsum(falling) - 1.0) / np.arange(1, len(point) + 1)
    last = int(np.flatnonzero(falling > excess)[-1])
    above = np.maximum(point - excess[last], 0.0)
    nearest: Floats = above / above.sum()
    return nearest
