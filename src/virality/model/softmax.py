r"""Mean softmax cross-entropy with its exact gradient and Hessian, as sums over rows.

With :math:`\eta = X W^\top + b` and :math:`P = \mathrm{softmax}(\eta)` the loss of one row is
:math:`\ell_i = \log\sum_k e^{\eta_{ik}} - \eta_{i y_i}`, its gradient in :math:`\eta` is
:math:`P_i - e_{y_i}` and its Hessian :math:`\mathrm{diag}(P_i) - P_i P_i^\top`.

**The gauge.** Adding one number to all K logits of a row changes no probability, so with free
intercepts the Hessian has an exact null direction. It is removed openly: with
:math:`B (K, K-1)` an orthonormal basis of the vectors that sum to zero, the solver's unknown is
:math:`\theta` and :math:`[W, b] = B\theta`. Every solution therefore has rows of ``coef`` and
``intercept`` that sum to zero, and :math:`\|W\|` equals the norm of its part of ``theta``.

Conventions
-----------
X           (n, p)            features
Xb          (n, p+1)          features and a last column of ones
y           (n,)              class numbers 0..K-1
weight      (n,)              non-negative row weights
theta       (K-1, p+1)        reduced coefficients, intercept last
hessian     ((K-1)(p+1), (K-1)(p+1)), row-major in ``theta.ravel()``

References
----------
Böhning, D. (1992). Multinomial logistic regression algorithm. *Annals of the Institute of
Statistical Mathematics* 44, 197-200.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from virality.arrays import Floats, Ints


def log_sum_exp(logits: Floats) -> Floats:
    """Logarithm of the sum of exponentials along the last axis, without overflow.

    Parameters
    ----------
    logits
        (..., K) finite numbers.

    Returns
    -------
    (...,) numbers.
    """
    by_class = _classes_first(logits)
    peak = by_class.max(axis=0)
    total: Floats = peak + np.log(np.exp(by_class - peak).sum(axis=0))
    return total


def softmax(logits: ArrayLike) -> Floats:
    """Probabilities proportional to the exponentials of the logits.

    Parameters
    ----------
    logits
        (..., K) finite numbers; a shift common to a row changes nothing.

    Returns
    -------
    (..., K) positive numbers that sum to 1 along the last axis.

    Examples
    --------
    >>> softmax([0.0, 0.0])
    array([0.5, 0.5])
    """
    by_class = _classes_first(np.asarray(logits, dtype=np.float64))
    exponentials: Floats = np.exp(by_class - by_class.max(axis=0))
    exponentials /= exponentials.sum(axis=0)
    return np.moveaxis(exponentials, 0, -1)


def _classes_first(logits: Floats) -> Floats:
    """Lay numbers out class by class: sums over a few classes are then sums of long vectors."""
    return np.ascontiguousarray(np.moveaxis(logits, -1, 0))


@cache
def contrasts(classes: int) -> Floats:
    """Return an orthonormal basis of the vectors of length ``classes`` that sum to zero.

    Parameters
    ----------
    classes
        K, at least 2.

    Returns
    -------
    (K, K-1) Helmert contrasts, read-only; its columns are orthonormal and orthogonal to ones.
    """
    basis = np.zeros((classes, classes - 1))
    for column in range(classes - 1):
        basis[: column + 1, column] = 1.0
        basis[column + 1, column] = -(column + 1.0)
    basis /= np.linalg.norm(basis, axis=0)
    basis.setflags(write=False)
    return basis


@dataclass(frozen=True)
class Statistics:
    """What a block of rows adds to the loss; blocks are joined by ``+``.

    Attributes
    ----------
    weight
        Sum of the row weights.
    loss
        Weighted sum of the rows' cross-entropies, in nats.
    gradient
        (K-1, p+1) derivative of ``loss`` in ``theta``.
    hessian
        ((K-1)(p+1), (K-1)(p+1)) second derivative of ``loss`` in ``theta.ravel()``.
    """

    weight: float
    loss: float
    gradient: Floats
    hessian: Floats

    def __add__(self, other: Statistics) -> Statistics:
        """Join the statistics of two disjoint sets of rows."""
        return Statistics(
            self.weight + other.weight,
            self.loss + other.loss,
            self.gradient + other.gradient,
            self.hessian + other.hessian,
        )


def statistics(Xb: Floats, y: Ints, weight: Floats, theta: Floats) -> Statistics:
    """Sum loss, gradient and Hessian over the rows of one block.

    Parameters
    ----------
    Xb
        (m, p+1) features with a last column of ones.
    y
        (m,) class numbers 0..K-1.
    weight
        (m,) non-negative row weights.
    theta
        (K-1, p+1) reduced coefficients at which to evaluate.
    """
    classes = theta.shape[0] + 1
    basis = contrasts(classes)
    logits = Xb @ (basis @ theta).T
    rows = np.arange(len(y))
    loss = weight @ (log_sum_exp(logits) - logits[rows, y])
    probabilities = softmax(logits)
    residuals = probabilities.copy()
    residuals[rows, y] -= 1.0
    gradient = ((residuals * weight[:, None]) @ basis).T @ Xb
    hessian = _hessian(Xb, probabilities, weight, basis)
    return Statistics(float(weight.sum()), float(loss), gradient, hessian)


def _hessian(Xb: Floats, probabilities: Floats, weight: Floats, basis: Floats) -> Floats:
    """Sum over rows of the Kronecker products of curvature and outer product of features."""
    reduced, width = basis.shape[1], Xb.shape[1]
    first, second = np.triu_indices(reduced)
    projected = probabilities @ basis
    curvature = probabilities @ (basis[:, first] * basis[:, second])
    curvature -= projected[:, first] * projected[:, second]
    curvature *= weight[:, None]
    scaled = (curvature[:, :, None] * Xb[:, None, :]).reshape(len(Xb), -1)
    blocks = (Xb.T @ scaled).reshape(width, len(first), width)
    hessian = np.empty((reduced, width, reduced, width))
    hessian[first, :, second, :] = blocks.transpose(1, 0, 2)
    hessian[second, :, first, :] = blocks.transpose(1, 0, 2)
    return hessian.reshape(reduced * width, reduced * width)
