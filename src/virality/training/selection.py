"""Choosing the penalty inside the training part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError
from virality.model.scaling import measure
from virality.model.softmax import log_sum_exp
from virality.training.fitting import Rows, solve

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

CANDIDATES = tuple(10.0**exponent for exponent in range(-8, 1))
_MOST_ROWS = 8000
_FEWEST_JUDGING = 50
_FOLDS = 5
_VALIDATION_SHARE = 0.2
_MAJORITY = 0.5


def holdout(seconds: Floats, seed: int) -> tuple[Ints, Ints]:
    """Part training rows into those that fit and those that validate.

    The latest fifth validates, rows without a date counting as early, or a random fifth where most
    dates are unknown. Large data are
    thinned at random first.

    Parameters
    ----------
    seconds
        (n,) times of posting, NaN where unknown.
    seed
        Of the thinning and of a random validation part.

    Returns
    -------
    Row numbers that fit, and row numbers that validate.
    """
    chosen = np.random.default_rng(seed).permutation(len(seconds))[:_MOST_ROWS]
    if np.isfinite(seconds).mean() > _MAJORITY:
        early = np.nan_to_num(seconds[chosen], nan=-np.inf)
        chosen = chosen[np.argsort(early, kind="stable")]
    first = len(chosen) - int(len(chosen) * _VALIDATION_SHARE)
    return chosen[:first], chosen[first:]


def choose_l2(rows: Rows, seconds: Floats, seed: int) -> float:
    """Choose the penalty by log-loss on rows of the training part that did not fit.

    The penalty that suits n rows is in proportion to 1/n, so what is chosen on the fitting rows is
    carried over to all of them in that proportion. Where fewer than 50 rows would judge, each row
    judges in turn, in five folds that share the classes evenly.

    Parameters
    ----------
    rows
        The training part.
    seconds
        (n,) times of posting, NaN where unknown.
    seed
        Of the parting.

    Returns
    -------
    The factor of half the squared norm of the standardised coefficients; 1, which leaves little
    but the shares of the classes, where some class has a single row to learn it from.
    """
    parts = [holdout(seconds, seed)]
    if len(parts[0][1]) < _FEWEST_JUDGING:
        parts = _folds(rows.y, seed)
    if any(len(np.unique(rows.y[fitting])) < len(rows.classes) for fitting, _ in parts):
        return CANDIDATES[-1]
    losses = [sum(_loss(rows, *part, l2) for part in parts) for l2 in CANDIDATES]
    fitting, _ = parts[0]
    return CANDIDATES[int(np.argmin(losses))] * len(fitting) / len(rows.X)


def _folds(y: Ints, seed: int) -> list[tuple[Ints, Ints]]:
    """Part few rows five times; the classes are dealt out evenly."""
    shuffled = np.random.default_rng(seed).permutation(len(y))
    dealt = shuffled[np.argsort(y[shuffled], kind="stable")]
    fold = np.arange(len(y)) % _FOLDS
    return [(dealt[fold != number], dealt[fold == number]) for number in range(_FOLDS)]


def _loss(rows: Rows, fitting: Ints, judging: Ints, l2: float) -> float:
    """Weighted log-loss on the judging rows; infinite where no optimum could be reached."""
    part = Rows(rows.X[fitting], rows.y[fitting], rows.weight[fitting], rows.classes)
    scaling = measure(part.X, part.weight)
    penalty = np.full(part.X.shape[1], l2)
    try:
        solution = solve(part, scaling=scaling, penalty=penalty, tol=1e-4, raw=False)
    except NotConvergedError:
        return float("inf")
    logits = rows.X[judging] @ solution.coef.T + solution.intercept
    losses = log_sum_exp(logits) - logits[np.arange(len(judging)), rows.y[judging]]
    return float(np.average(losses, weights=rows.weight[judging]))
