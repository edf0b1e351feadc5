r"""The link of ordered cells, and calibration, for many sums at once; for the extra ``fast``.

Importing this module imports Numba. The NumPy form in :mod:`virality.model.ordered` and
:mod:`virality.model.calibration` is the oracle.

The differences of nearly equal numbers that the link's formula seems to take are not taken. With
:math:`a = e^{\operatorname{arsinh} d} = d + \sqrt{1 + d^2}` a bent cut is
:math:`z = (a e^{skew} - 1 / (a e^{skew})) / 2`, and with :math:`t = e^{-|z|}` what lies between two
cuts on one side of 0 is :math:`(t_1 - t_2) / ((1 + t_1)(1 + t_2))`, on two sides
:math:`(1 - t_1 t_2) / ((1 + t_1)(1 + t_2))`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from virality.model.powers import EXACT, logarithm, power
from virality.model.strips import exponentials

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

_MOST_BENT = math.exp(30.0)
_LEAST_BENT = math.exp(-30.0)
_MOST_SKEW = 600.0
_MOST_SCALE = 30.0
_TINY = 1e-12
_NOTHING = 1e-300


@njit(nogil=True, cache=True, fastmath=EXACT)
def bend(sums: Floats, cuts: Floats, signs: Floats, decays: Floats) -> None:
    """Turn location, log scale and skew (3, M) into the signs of bent cuts and exp(-|cut|)."""
    count = sums.shape[1]
    for m in range(count):
        sums[1, m] = -min(max(sums[1, m], -_MOST_SCALE), _MOST_SCALE)
        sums[2, m] = min(max(sums[2, m], -_MOST_SKEW), _MOST_SKEW)
    _powers(sums[1])
    _powers(sums[2])
    for j in range(len(cuts)):
        for m in range(count):
            distance = (cuts[j] - sums[0, m]) * sums[1, m]
            far = abs(distance) + math.sqrt(1.0 + distance * distance)
            bent = (far if distance >= 0.0 else 1.0 / far) * sums[2, m]
            bent = min(max(bent, _LEAST_BENT), _MOST_BENT)
            z = 0.5 * (bent - 1.0 / bent)
            signs[j, m] = z
            decays[j, m] = -abs(z)
        _powers(decays[j])


@njit(nogil=True, cache=True, fastmath=EXACT)
def cut(signs: Floats, decays: Floats, cells: Floats) -> None:
    """Give the logistic probability between neighbouring cuts, exact in both tails."""
    last, count = len(decays), decays.shape[1]
    for m in range(count):
        low, high = decays[0, m], decays[last - 1, m]
        cells[0, m] = (1.0 if signs[0, m] >= 0.0 else low) / (1.0 + low)
        cells[last, m] = (high if signs[last - 1, m] >= 0.0 else 1.0) / (1.0 + high)
    for c in range(1, last):
        for m in range(count):
            low, high = decays[c - 1, m], decays[c, m]
            across = 1.0 - low * high
            beside = low - high if signs[c - 1, m] >= 0.0 else high - low
            one_side = signs[c - 1, m] >= 0.0 or signs[c, m] < 0.0
            part = (beside if one_side else across) / ((1.0 + low) * (1.0 + high))
            cells[c, m] = max(part, 0.0)


@njit(nogil=True, cache=True, fastmath=EXACT)
def mix(cells: Floats, shares: Floats, lapse: float, total: Floats) -> None:
    """Let nodes be draws from the population as often as they lapse; cells then sum to 1."""
    count = cells.shape[1]
    total[:] = 0.0
    for c in range(len(cells)):
        for m in range(count):
            cells[c, m] = (1.0 - lapse) * cells[c, m] + lapse * shares[c]
            total[m] += cells[c, m]
    for m in range(count):
        total[m] = 1.0 / total[m]
    for c in range(len(cells)):
        for m in range(count):
            cells[c, m] *= total[m]


@njit(nogil=True, cache=True, fastmath=EXACT)
def calibrate(
    cells: Floats, tier: Ints, within: Floats, calibration: Floats, total: Floats
) -> None:
    """Calibrate the tiers of each node, their cells moving along."""
    count = cells.shape[1]
    present = np.zeros((calibration.shape[1], count))
    for c in range(len(cells)):
        for m in range(count):
            present[tier[c], m] += cells[c, m]
    tiers = _calibrated(present, calibration, total)
    for c in range(len(cells)):
        k = tier[c]
        for m in range(count):
            some = present[k, m] > _NOTHING
            part = cells[c, m] / max(present[k, m], _NOTHING) if some else within[c]
            cells[c, m] = part * tiers[k, m] / total[m]


@njit(nogil=True, cache=True, fastmath=EXACT)
def _calibrated(present: Floats, calibration: Floats, total: Floats) -> Floats:
    """Give calibrated probabilities (K, M), to be divided by the total, of tiers (K, M)."""
    tiers, count = np.maximum(present, _TINY), present.shape[1]
    highest = np.empty(count)
    total[:] = 0.0
    for k in range(len(tiers)):
        logarithms(tiers[k])
        for m in range(count):
            total[m] += tiers[k, m]
    for k in range(len(tiers)):
        for m in range(count):
            centred = tiers[k, m] - total[m] / len(tiers)
            tiers[k, m] = centred * calibration[0, k] + calibration[1, k]
    peak(tiers, highest)
    total[:] = 0.0
    exponentials(tiers, highest, count, total)
    return tiers


@njit(nogil=True, cache=True, fastmath=EXACT)
def peak(logits: Floats, highest: Floats) -> None:
    """Write the largest logit of each node to highest (M,)."""
    highest[:] = logits[0]
    for k in range(1, len(logits)):
        for m in range(len(highest)):
            highest[m] = max(highest[m], logits[k, m])


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _powers(values: Floats) -> None:
    """Replace numbers below 700 by their exponentials."""
    for m in range(len(values)):
        values[m] = power(values[m])


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def logarithms(values: Floats) -> None:
    """Replace positive normal numbers by their logarithms."""
    for m in range(len(values)):
        values[m] = logarithm(values[m])
