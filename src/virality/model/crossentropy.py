r"""Mean softmax cross-entropy with its exact gradient and Hessian, as sums over rows.

With :math:`\eta = X W^\top + b` and :math:`P = \mathrm{softmax}(\eta)` the loss of one row is
:math:`\ell_i = \log\sum_k e^{\eta_{ik}} - \eta_{i y_i}`, its gradient in :math:`\eta` is
:math:`P_i - e_{y_i}` and its Hessian :math:`\mathrm{diag}(P_i) - P_i P_i^\top`.

**The gauge.** Adding one number to all K logits of a row changes no probability, so with free
intercepts the Hessian has an exact null direction. It is removed openly: with
:math:`B (K, K-1)` an orthonormal basis of the vectors that sum to zero, the solver's unknown is
:math:`\theta` and :math:`[W, b] = B\theta`. Every solution therefore has rows of ``coef`` and
``intercept`` that sum to zero, and :math:`\|W\|` equals the norm of its part of ``theta``.

**Two forms.** :func:`slopes` and :func:`statistics` need NumPy alone. Where Numba is installed,
:mod:`virality.model.compiled` computes both several times as fast; these here are its oracle.

Conventions
-----------
X           (m, p)            features of a block of rows
Xb          (m, p+1)          features and a last column of ones
y           (m,)              class numbers 0..K-1
weight      (m,)              non-negative row weights
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

from virality.model.softmax import contrasts, log_sum_exp, softmax

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints


@dataclass(frozen=True)
class Slopes:
    """What some rows add to the loss and its gradient; parts are joined by ``+``.

    Attributes
    ----------
    weight
        Sum of the row weights.
    loss
        Weighted sum of the rows' cross-entropies, in nats.
    gradient
        (K-1, p+1) derivative of ``loss`` in ``theta``.
    """

    weight: float
    loss: float
    gradient: Floats

    def __add__(self, other: Slopes) -> Slopes:
        """Join the slopes of two disjoint sets of rows."""
        return Slopes(
            self.weight + other.weight, self.loss + other.loss, self.gradient + other.gradient
        )


@dataclass(frozen=True)
class Statistics:
    """Slopes and curvature of some rows; parts are joined by ``+``.

    Attributes
    ----------
    slopes
        Loss and gradient.
    hessian
        ((K-1)(p+1), (K-1)(p+1)) second derivative of the loss in ``theta.ravel()``.
    """

    slopes: Slopes
    hessian: Floats

    def __add__(self, other: Statistics) -> Statistics:
        """Join the statistics of two disjoint sets of rows."""
        return Statistics(self.slopes + other.slopes, self.hessian + other.hessian)


def slopes(Xb: Floats, y: Ints, weight: Floats, theta: Floats) -> Slopes:
    """Sum loss and gradient over the rows of one block.

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
    return _with_probabilities(Xb, y, weight, theta)[0]


def statistics(Xb: Floats, y: Ints, weight: Floats, theta: Floats) -> Statistics:
    """Sum loss, gradient and Hessian over the rows of one block; parameters as in :func:`slopes`.

    Its memory is (m, K(K-1)/2, p+1) numbers: a thousand rows at a time stay in the cache.
    """
    total, probabilities = _with_probabilities(Xb, y, weight, theta)
    return Statistics(total, _hessian(Xb, probabilities, weight, contrasts(len(theta) + 1)))


def _with_probabilities(
    Xb: Floats, y: Ints, weight: Floats, theta: Floats
) -> tuple[Slopes, Floats]:
    basis = contrasts(len(theta) + 1)
    logits = Xb @ (basis @ theta).T
    rows = np.arange(len(y))
    loss = weight @ (log_sum_exp(logits) - logits[rows, y])
    probabilities = softmax(logits)
    residuals = probabilities.copy()
    residuals[rows, y] -= 1.0
    gradient = ((residuals * weight[:, None]) @ basis).T @ Xb
    return Slopes(float(weight.sum()), float(loss), gradient), probabilities


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
    return _laid_out(blocks.transpose(1, 0, 2), reduced)


def joined(curvature: Floats, basis: Floats) -> Floats:
    """Join second derivatives in coefficients of pairs of classes to the Hessian in ``theta``.

    Parameters
    ----------
    curvature
        (K(K-1)/2, p+1, p+1) for the pairs (0, 0), (0, 1), .. (1, 1), .. of the K-1 rows of
        ``basis @ theta``; what lies below the diagonal of each is not looked at.
    basis
        (K-1, K-1).
    """
    reduced = len(basis)
    upper = np.triu(np.ones(curvature.shape[1:]))
    blocks = curvature * upper
    blocks += blocks.transpose(0, 2, 1) * (1.0 - np.eye(len(upper)))
    mixed = _mixing(basis.tobytes(), reduced) @ blocks.reshape(len(blocks), -1)
    return _laid_out(mixed.reshape(blocks.shape), reduced)


@cache
def _mixing(basis: bytes, reduced: int) -> Floats:
    """Say how much each pair of classes adds to each pair of rows of theta."""
    matrix = np.frombuffer(basis).reshape(reduced, reduced)
    first, second = np.triu_indices(reduced)
    whole = np.einsum("ka,lb->abkl", matrix, matrix)[first, second]
    twice = whole + whole.transpose(0, 2, 1)
    factors: Floats = np.where(first == second, 0.5, 1.0) * twice[:, first, second]
    return factors


def _laid_out(blocks: Floats, reduced: int) -> Floats:
    """Lay symmetric blocks of the pairs of rows of theta out as its Hessian."""
    first, second = np.triu_indices(reduced)
    width = blocks.shape[1]
    hessian = np.empty((reduced, width, reduced, width))
    hessian[first, :, second, :] = blocks
    hessian[second, :, first, :] = blocks
    return hessian.reshape(reduced * width, reduced * width)
