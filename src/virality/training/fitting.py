"""Fitting a softmax to arrays: what is given is checked, solved, and told with its certificate.

Convergence is judged in the caller's own columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError
from virality.model.kernels import kernel
from virality.model.scaling import measure
from virality.model.softmax import contrasts
from virality.threads import one_blas_thread, workers
from virality.training.blocks import Block, Parts
from virality.training.checking import (
    check_options,
    check_spread,
    checked_labels,
    checked_matrix,
    checked_weight,
    raise_not_finite,
)
from virality.training.problem import Problem
from virality.training.solving import solved

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from virality.arrays import Floats, Ints
    from virality.model.kernels import Kernel
    from virality.model.scaling import Moments, Scaling


_MEASURED = 4096
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
    check_options(l2, tol)
    features = checked_matrix(X)
    weight = checked_weight(sample_weight, len(features))
    classes, numbers = checked_labels(y, len(features), weight)
    with one_blas_thread(), workers(len(features)) as executor:
        parts = Parts.of(Block(features, numbers, weight), executor)
        scaling = _roughly_measured(parts, features, weight)
        varying = np.where(scaling.scale > 0, scaling.scale, 1.0)
        try:
            return solution(parts, classes, scaling=scaling, penalty=l2 / varying**2, tol=tol)
        except NotConvergedError:
            if not np.isfinite(measured(parts, kernel(len(features))).mean).all():
                raise_not_finite(features)
            raise


def _roughly_measured(parts: Parts, features: Floats, weight: Floats) -> Scaling:
    """Measure the columns where it takes little time: on some rows of many.

    The optimum is the same in whatever columns the search runs. Only a column that looks constant,
    or a number that is not finite, calls for all rows.
    """
    step = len(features) // _MEASURED
    if step > 1:
        rough = measure(features[::step], weight[::step])
        if rough.scale.all() and np.isfinite(rough.mean).all() and np.isfinite(rough.scale).all():
            return rough
    scaling = measured(parts, kernel(len(features)))
    if not np.isfinite(scaling.mean).all():
        raise_not_finite(features)
    return scaling


def measured(parts: Parts, chosen: Kernel) -> Scaling:
    """Measure centre and spread of the columns of rows wherever they are."""
    return parts.fold(partial(_moments, chosen)).scaling


def _moments(chosen: Kernel, block: Block) -> Moments:
    return chosen.moments(block.X, block.weight)


def solve(
    rows: Rows, *, scaling: Scaling, penalty: Floats, tol: float, raw: bool = True
) -> Solution:
    """Minimise the objective for checked arrays; parameters and errors of :func:`solution`."""
    with one_blas_thread(), workers(len(rows.y)) as executor:
        parts = Parts.of(Block(rows.X, rows.y, rows.weight), executor)
        return solution(parts, rows.classes, scaling=scaling, penalty=penalty, tol=tol, raw=raw)


def solution(
    parts: Parts,
    classes: NDArray[np.generic],
    *,
    scaling: Scaling,
    penalty: Floats,
    tol: float,
    raw: bool = True,
) -> Solution:
    """Minimise the objective for rows wherever they are.

    Parameters
    ----------
    parts
        What is fitted.
    classes
        (K,) the labels.
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
    DataError
        When a column's spread is beyond what can be squared.
    NotConvergedError
        When the tolerance cannot be reached.
    """
    check_spread(scaling.scale)
    count = len(classes)
    norm = gradient_norm(scaling if raw else None, count, tol)
    problem = Problem(parts, scaling, np.append(penalty, 0.0), count, kernel(len(parts)))
    found = solved(problem, tol, norm)
    full = contrasts(count) @ found.x.reshape(count - 1, -1)
    coef, intercept = scaling.fold(full[:, :-1], full[:, -1])
    return Solution(coef, intercept, classes, found.iterations, found.gradient_norm, found.value)


def gradient_norm(scaling: Scaling | None, classes: int, tol: float) -> Callable[[Floats], float]:
    r"""Give the measure of a gradient: its largest entry, in the columns that the caller knows.

    With :math:`w_j = u_j / \sigma_j` and :math:`b = c - \sum_j w_j \mu_j`, the derivative in
    :math:`w_j` is :math:`\sigma_j` times that in :math:`u_j` plus :math:`\mu_j` times that in c.

    Parameters
    ----------
    scaling
        Centre and spread; None to measure in standardised columns.
    classes
        K.
    tol
        The tolerance sought, below which round-off of huge columns is forgiven.

    Returns
    -------
    A function of the gradient ((K-1)(p+1),) in the reduced coefficients of standardised columns.
    """
    basis = contrasts(classes)
    stretch, shift = np.ones(1), np.zeros(1)
    if scaling is not None:
        size = np.abs(scaling.mean) + scaling.scale
        forgiven = np.minimum(1.0, tol / np.maximum(_FLOOR * size, 1e-300))
        stretch, shift = scaling.scale * forgiven, scaling.mean * forgiven

    def norm(reduced: Floats) -> float:
        full = basis @ reduced.reshape(classes - 1, -1)
        slopes, intercepts = full[:, :-1], full[:, -1:]
        slopes = slopes * stretch + intercepts * shift
        return float(max(np.abs(slopes).max(initial=0.0), np.abs(intercepts).max()))

    return norm
