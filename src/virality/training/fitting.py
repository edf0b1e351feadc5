r"""Fitting a softmax to arrays: where the mathematics meets the passes over rows.

The objective is :math:`\frac{1}{\sum_i s_i}\sum_i s_i \ell_i + \frac{\lambda}{2}\|W\|^2` with free
intercepts. The search runs on standardised columns whatever the penalty refers to, because there
the Hessian is well conditioned: a penalty on raw coefficients :math:`w_j` is a penalty divided by
:math:`\sigma_j^2` on the standardised ones. Convergence is judged in the caller's own columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from virality.errors import DataError, OptionError
from virality.model.newton import Point, minimise
from virality.model.scaling import Scaling, measure
from virality.model.softmax import contrasts, statistics
from virality.scale import blocks_of, fold

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from virality.arrays import Floats, Ints
    from virality.model.softmax import Statistics


_BLOCK = 1024
_FLOOR = 64 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Solution:
    """A fitted softmax and the certificate that it is the optimum.

    Attributes
    ----------
    coef
        (K, p) coefficients of the columns as given; each column sums to 0 over the classes.
    intercept
        (K,) intercepts; they sum to 0, as the logits are fixed only up to a common shift.
    classes
        (K,) the labels, ascending.
    iterations
        Newton steps taken.
    gradient_norm
        Largest absolute entry of the objective's gradient in ``coef`` and ``intercept``.
    objective
        The value of the objective, in nats.
    """

    coef: Floats
    intercept: Floats
    classes: NDArray[np.generic]
    iterations: int
    gradient_norm: float
    objective: float


@dataclass(frozen=True)
class Rows:
    """Checked arrays to fit: X (n, p), class numbers y (n,), weight (n,), labels classes (K,)."""

    X: Floats
    y: Ints
    weight: Floats
    classes: NDArray[np.generic]


@dataclass(frozen=True)
class Problem:
    """What is minimised: rows in their standardised form, and a penalty for each column.

    Attributes
    ----------
    Xb
        (n, p+1) standardised columns and a last column of ones.
    y
        (n,) class numbers 0..K-1.
    weight
        (n,) row weights.
    penalty
        (p+1,) the factor of half the squared coefficient of each column; 0 for the intercept.
    classes
        K.
    """

    Xb: Floats
    y: Ints
    weight: Floats
    penalty: Floats
    classes: int

    def at(self, x: Floats) -> Point:
        """Value, gradient and Hessian of the objective at ``theta.ravel()``."""
        theta = x.reshape(self.classes - 1, -1)
        total = fold(partial(self._block, theta), blocks_of(len(self.y), _BLOCK))
        value = total.loss / total.weight + 0.5 * float((self.penalty * theta**2).sum())
        gradient = total.gradient / total.weight + self.penalty * theta
        hessian = total.hessian / total.weight
        hessian[np.diag_indices_from(hessian)] += np.tile(self.penalty, self.classes - 1)
        return Point(x, value, gradient.ravel(), hessian)

    def movement(self, step: Floats) -> float:
        """Largest change of a row's logits that a step brings."""
        return float(np.abs(self.Xb @ step.reshape(self.classes - 1, -1).T).max())

    def _block(self, theta: Floats, rows: slice) -> Statistics:
        return statistics(self.Xb[rows], self.y[rows], self.weight[rows], theta)


def fit_softmax(
    X: ArrayLike,
    y: ArrayLike,
    *,
    l2: float,
    sample_weight: ArrayLike | None = None,
    tol: float = 1e-6,
) -> Solution:
    """Fit a softmax (multinomial logistic) regression to its exact optimum.

    Parameters
    ----------
    X
        (n, p) finite features, used as given: the penalty is on their own coefficients.
    y
        (n,) labels of any kind that sorts; at least two distinct ones.
    l2
        The penalty's factor, at least 0. At 0 an optimum exists only if no direction separates
        the classes.
    sample_weight
        (n,) non-negative weights; None is 1 for each row.
    tol
        The largest absolute entry allowed in the gradient. A column whose spread is so large that
        round-off alone exceeds this is measured against that round-off.

    Returns
    -------
    The optimum with its certificate.

    Raises
    ------
    DataError
        When shapes do not agree, a number is not finite, or fewer than two classes are present.
    OptionError
        When ``l2`` or ``tol`` is out of range.
    NotConvergedError
        When the tolerance cannot be reached, as for separable classes with ``l2=0``.

    Examples
    --------
    >>> fit_softmax([[0.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1], l2=0.1).classes
    array([0, 1])
    """
    features, weight = checked_features(X), _checked_weight(sample_weight, np.shape(X)[0])
    classes, numbers = _checked_labels(y, len(features), weight)
    _check_options(l2, tol)
    scaling = measure(features, weight)
    varying = np.where(scaling.scale > 0, scaling.scale, 1.0)
    rows = Rows(features, numbers, weight, classes)
    with threadpool_limits(1, "blas"):
        return solve(rows, scaling=scaling, penalty=l2 / varying**2, tol=tol)


def solve(
    rows: Rows, *, scaling: Scaling, penalty: Floats, tol: float, raw: bool = True
) -> Solution:
    """Minimise the objective for checked arrays.

    Parameters
    ----------
    rows
        What is fitted.
    scaling
        Centre and spread of the columns.
    penalty
        (p,) the penalty's factor for each standardised coefficient.
    tol
        The gradient norm to reach.
    raw
        Whether the gradient is measured in raw columns (true) or in standardised ones.

    Raises
    ------
    NotConvergedError
        When the tolerance cannot be reached.
    """
    count = len(rows.classes)
    Xb = np.hstack([scaling.apply(rows.X), np.ones((len(rows.X), 1))])
    problem = Problem(Xb, rows.y, rows.weight, np.append(penalty, 0.0), count)
    start = np.zeros((count - 1) * Xb.shape[1])
    norm = partial(gradient_norm, scaling=scaling if raw else None, classes=count, tol=tol)
    minimum = minimise(problem.at, start, tolerance=tol, norm=norm, movement=problem.movement)
    full = contrasts(count) @ minimum.x.reshape(count - 1, -1)
    coef, intercept = scaling.fold(full[:, :-1], full[:, -1])
    return Solution(
        coef, intercept, rows.classes, minimum.iterations, minimum.gradient_norm, minimum.value
    )


def gradient_norm(reduced: Floats, *, scaling: Scaling | None, classes: int, tol: float) -> float:
    r"""Measure a gradient by its largest entry, in the columns that the caller knows.

    With :math:`w_j = u_j / \sigma_j` and :math:`b = c - \sum_j w_j \mu_j`, the derivative in
    :math:`w_j` is :math:`\sigma_j` times that in :math:`u_j` plus :math:`\mu_j` times that in c.

    Parameters
    ----------
    reduced
        ((K-1)(p+1),) gradient in the reduced coefficients of standardised columns.
    scaling
        Centre and spread; None to measure in standardised columns.
    classes
        K.
    tol
        The tolerance sought, below which round-off of huge columns is forgiven.
    """
    full = contrasts(classes) @ reduced.reshape(classes - 1, -1)
    slopes, intercepts = full[:, :-1], full[:, -1]
    if scaling is not None:
        slopes = slopes * scaling.scale + np.outer(intercepts, scaling.mean)
        size = np.abs(scaling.mean) + scaling.scale
        slopes = slopes * np.minimum(1.0, tol / np.maximum(_FLOOR * size, 1e-300))
    return float(max(np.abs(slopes).max(initial=0.0), np.abs(intercepts).max()))


def checked_features(X: ArrayLike) -> Floats:
    """Turn input into an (n, p) array of finite float64 numbers.

    Raises
    ------
    DataError
        When it is not two-dimensional, has no rows, or holds a number that is not finite.
    """
    features = np.asarray(X, dtype=np.float64)
    if features.ndim != 2 or len(features) == 0:  # noqa: PLR2004  a matrix has two dimensions
        raise DataError(f"X has shape {features.shape}", remedy="give n rows of p features, n > 0")
    if not np.isfinite(features).all():
        row, column = np.argwhere(~np.isfinite(features))[0]
        raise DataError("not a finite number", where=f"X[{row}, {column}]")
    return features


def _checked_weight(sample_weight: ArrayLike | None, rows: int) -> Floats:
    if sample_weight is None:
        return np.ones(rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (rows,):
        raise DataError(f"shape {weight.shape}, not ({rows},)", where="sample_weight")
    if not np.isfinite(weight).all() or (weight < 0).any() or not weight.sum() > 0:
        raise DataError("weights must be finite, non-negative and not all 0", where="sample_weight")
    return weight


def _checked_labels(y: ArrayLike, rows: int, weight: Floats) -> tuple[NDArray[np.generic], Ints]:
    labels = np.asarray(y)
    if labels.shape != (rows,):
        raise DataError(f"shape {labels.shape}, not ({rows},)", where="y")
    classes, numbers = np.unique(labels, return_inverse=True)
    present = np.bincount(numbers, weights=weight) > 0
    if present.sum() < 2:  # noqa: PLR2004  one class leaves nothing to tell apart
        raise DataError("fewer than two classes carry weight", where="y")
    if not present.all():
        raise DataError(f"class {classes[~present][0]!r} has no weight", where="sample_weight")
    return classes, numbers.astype(np.intp)


def _check_options(l2: float, tol: float) -> None:
    if not (np.isfinite(l2) and l2 >= 0):
        raise OptionError(f"{l2} is not a number of at least 0", where="l2")
    if not (np.isfinite(tol) and tol > 0):
        raise OptionError(f"{tol} is not a number above 0", where="tol")
