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

CANDIDATES = tuple(10.0**exponent for exponent in range(-8, 0))
_MOST_ROWS = 8000
_VALIDATION_SHARE = 0.2


def holdout(seconds: Floats, seed: int) -> tuple[Ints, Ints]:
    """Part training rows into those that fit and those that validate.

    The latest fifth validates, or a random fifth where not all dates are known. Large data are
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
    if np.isfinite(seconds).all():
        chosen = chosen[np.argsort(seconds[chosen], kind="stable")]
    first = len(chosen) - int(len(chosen) * _VALIDATION_SHARE)
    return chosen[:first], chosen[first:]


def choose_l2(rows: Rows, seconds: Floats, seed: int) -> float:
    """Choose the penalty by log-loss on rows of the training part that did not fit.

    The penalty that suits n rows is in proportion to 1/n, so what is chosen on the fitting rows is
    carried over to all of them in that proportion.

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
    The factor of half the squared norm of the standardised coefficients; 1/n where there are too
    few rows to choose by.
    """
    fitting, judging = holdout(seconds, seed)
    part = Rows(rows.X[fitting], rows.y[fitting], rows.weight[fitting], rows.classes)
    if len(np.unique(part.y)) < len(rows.classes) or len(judging) == 0:
        return 1.0 / len(rows.X)
    losses = [_loss(part, rows, judging, l2) for l2 in CANDIDATES]
    return CANDIDATES[int(np.argmin(losses))] * len(fitting) / len(rows.X)


def _loss(part: Rows, rows: Rows, judging: Ints, l2: float) -> float:
    """Weighted log-loss on the validating rows; infinite where no optimum could be reached."""
    scaling = measure(part.X, part.weight)
    penalty = np.full(part.X.shape[1], l2)
    try:
        solution = solve(part, scaling=scaling, penalty=penalty, tol=1e-4, raw=False)
    except NotConvergedError:
        return float("inf")
    logits = rows.X[judging] @ solution.coef.T + solution.intercept
    losses = log_sum_exp(logits) - logits[np.arange(len(judging)), rows.y[judging]]
    return float(np.average(losses, weights=rows.weight[judging]))
