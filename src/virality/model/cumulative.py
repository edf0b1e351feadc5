"""Ordered classes from a few columns, for many sets of columns at once: proportional odds.

Symbols: B sets of k columns, m rows, K classes; slope b (k,) and ascending cuts c (K - 1,).

    P(y <= j | x) = s(c_j - b.x),   s(z) = 1 / (1 + exp(-z))                     (McCullagh 1980)

With u = c_y - b.x and l = c_(y-1) - b.x, the loss of one row is convex in (b, c):

    -log P(y | x) = log(1 + e^-u) + log(1 + e^l) - log(1 - e^-(u - l))

where the first term falls away for the highest class, the second for the lowest and the third for
both. The third knows no x: it keeps the cuts apart. Where a number b.x gives back every class, the
loss falls towards 0 without end, and b tends to such a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from virality.arrays import Floats, Ints

_LEAST, _MOST = 1e-10, 1e10
_START = 1e-3
_TURN = 8.0
_FLOOR = 1e-12
_ENDLESS = 1e12


@dataclass(frozen=True)
class Fits:
    """One fit for each set.

    Attributes
    ----------
    slope
        (B, k): the direction in which the classes ascend.
    explained
        (B,) share of the classes' own log-loss that is explained, up to 1 where the direction
        gives back every class.
    """

    slope: Floats
    explained: Floats


@dataclass(frozen=True)
class _Problem:
    """Columns (B, k, m), which rows count (B, m), and classes as matrices of 0 and 1.

    ``own`` (K, m) is 1 at each row's class; ``below`` and ``above`` (m, K - 1) at the cut over it
    and at the cut under it; ``inner`` (B, K - 2) counts the classes between two cuts, and
    ``apart`` (K - 2, K - 1) takes the gaps between cuts.
    """

    X: Floats
    known: Floats
    own: Floats
    below: Floats
    above: Floats
    inner: Floats
    apart: Floats


@dataclass(frozen=True)
class _Point:
    """Parameters (B, k + K - 1) with the loss there, its gradient and its Hessian."""

    at: Floats
    loss: Floats
    gradient: Floats
    hessian: Floats


def fit_sets(X: Floats, y: Ints, steps: int) -> Fits:
    """Fit proportional odds to each of many small sets of columns.

    Parameters
    ----------
    X
        (B, k, m) columns of comparable size; a row counts for a set where it knows all its columns.
    y
        (m,) classes 0 to K - 1, each of them present, K > 1.
    steps
        Damped Newton steps; a step that does not lower the loss is tried again, shorter.
    """
    problem, start = _problem(X, y)
    point = _evaluate(problem, start)
    null = point.loss
    damping = np.full(len(X), _START)
    for _ in range(steps):
        trial = _evaluate(problem, point.at - _step(point, damping))
        better = trial.loss < point.loss
        damping = np.clip(np.where(better, damping / _TURN, damping * _TURN), _LEAST, _MOST)
        point = _chosen(better, trial, point)
    explained = np.where(null > 0, 1 - point.loss / np.maximum(null, _FLOOR), 0.0)
    return Fits(point.at[:, : X.shape[1]], explained)


def _problem(X: Floats, y: Ints) -> tuple[_Problem, Floats]:
    """Lay the classes out, and begin at no slope and the cuts of each set's own shares."""
    K = int(y.max()) + 1
    known: NDArray[np.bool_] = np.asarray(np.isfinite(X).all(axis=1))
    below, above = np.eye(K)[y][:, :-1], np.eye(K)[y][:, 1:]
    counts = known @ np.eye(K)[y]
    share = (counts.cumsum(axis=1) + 0.5)[:, :-1] / (counts.sum(axis=1, keepdims=True) + 1)
    cuts = np.log(share / (1 - share)) + 1e-6 * np.arange(K - 1)
    problem = _Problem(
        X=np.where(known[:, None, :], X, 0.0),
        known=known.astype(np.float64),
        own=np.eye(K)[y].T,
        below=below,
        above=above,
        inner=counts[:, 1:-1],
        apart=np.eye(K - 1)[1:] - np.eye(K - 1)[:-1],
    )
    return problem, np.hstack([np.zeros(X.shape[:2]), cuts])


def _evaluate(problem: _Problem, at: Floats) -> _Point:
    """Loss, gradient and Hessian of each set, in one pass over the rows."""
    X, known = problem.X, problem.known
    k = X.shape[1]
    cuts = np.pad(at[:, k:], ((0, 0), (1, 1)), constant_values=((0, 0), (-_ENDLESS, _ENDLESS)))
    line = (at[:, None, :k] @ X)[:, 0]
    upper, lower = cuts[:, 1:] @ problem.own - line, cuts[:, :-1] @ problem.own - line
    (missed_over, over), (missed_under, under) = _softplus(-upper), _softplus(lower)
    over, under = over * known, under * known
    curved_over, curved_under = over * (1 - over), under * (1 - under)
    loss = (known * (missed_over + missed_under)).sum(axis=1)
    barrier, push, stiff = _barrier(problem, at[:, k:])
    slope = (X @ (over - under)[:, :, None])[:, :, 0]
    cut = under @ problem.above - over @ problem.below + push @ problem.apart
    hessian = np.empty((len(X), at.shape[1], at.shape[1]))
    hessian[:, :k, :k] = (X * (curved_over + curved_under)[:, None, :]) @ X.transpose(0, 2, 1)
    crossed = X * curved_over[:, None, :] @ problem.below
    crossed += X * curved_under[:, None, :] @ problem.above
    hessian[:, :k, k:] = -crossed
    hessian[:, k:, :k] = -crossed.transpose(0, 2, 1)
    diagonal = curved_over @ problem.below + curved_under @ problem.above
    hessian[:, k:, k:] = diagonal[:, :, None] * np.eye(diagonal.shape[1])
    hessian[:, k:, k:] += problem.apart.T @ (stiff[:, :, None] * problem.apart)
    return _Point(at, loss + barrier, np.hstack([slope, cut]), hessian)


def _barrier(problem: _Problem, cuts: Floats) -> tuple[Floats, Floats, Floats]:
    """Keep the cuts apart: the sum (B,) of what does, and its derivatives (B, K - 2)."""
    gap = np.diff(cuts, axis=1)
    wide = np.maximum(gap, _FLOOR)
    shrunk = -np.expm1(-wide)
    held = np.where(gap > 0, -problem.inner * np.log(shrunk), np.inf)
    odds = np.exp(-wide) / shrunk
    return held.sum(axis=1), -problem.inner * odds, problem.inner * odds / shrunk


def _step(point: _Point, damping: Floats) -> Floats:
    """Newton's step of each set, shortened along the axes of most curvature."""
    diagonal = np.einsum("bii->bi", point.hessian)
    added = damping[:, None] * diagonal + _FLOOR * (1 + diagonal.max(axis=1, keepdims=True))
    damped = point.hessian + added[:, :, None] * np.eye(added.shape[1])
    step: Floats = np.linalg.solve(damped, point.gradient[:, :, None])[:, :, 0]
    return step


def _chosen(better: NDArray[np.bool_], trial: _Point, point: _Point) -> _Point:
    return _Point(
        np.where(better[:, None], trial.at, point.at),
        np.where(better, trial.loss, point.loss),
        np.where(better[:, None], trial.gradient, point.gradient),
        np.where(better[:, None, None], trial.hessian, point.hessian),
    )


def _softplus(z: Floats) -> tuple[Floats, Floats]:
    """Give log(1 + e^z) and its derivative 1 / (1 + e^-z), without overflow."""
    shrunk = np.exp(-np.abs(z))
    larger = 1 / (1 + shrunk)
    return np.maximum(z, 0) + np.log1p(shrunk), np.where(z >= 0, larger, shrunk * larger)
