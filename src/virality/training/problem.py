r"""What a softmax fit minimises: a sum over rows, wherever they are, and a penalty.

The objective is :math:`\frac{1}{\sum_i s_i}\sum_i s_i \ell_i + \frac{\lambda}{2}\|W\|^2` with free
intercepts. The search runs on standardised columns whatever the penalty refers to, because there
the Hessian is well conditioned: a penalty on raw coefficients :math:`w_j` is a penalty divided by
:math:`\sigma_j^2` on the standardised ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np

from virality.model.line import Slope
from virality.model.newton import Point, solver

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.crossentropy import Slopes, Statistics
    from virality.model.kernels import Kernel
    from virality.model.scaling import Scaling
    from virality.training.blocks import Block, Parts


@dataclass(frozen=True)
class Problem:
    """The objective, as a function of ``theta.ravel()``.

    Attributes
    ----------
    parts
        All rows.
    scaling
        Centre and spread of the columns.
    penalty
        (p+1,) the factor of half the squared coefficient of each standardised column; 0 for the
        intercept.
    classes
        K.
    kernel
        The form that makes the sums.
    """

    parts: Parts
    scaling: Scaling
    penalty: Floats
    classes: int
    kernel: Kernel

    @property
    def origin(self) -> Floats:
        """All coefficients 0, ((K-1)(p+1),)."""
        return np.zeros((self.classes - 1) * len(self.penalty))

    @property
    def rough(self) -> Self:
        """The same in less precision, where that is quicker."""
        return self if self.kernel.rough is None else replace(self, kernel=self.kernel.rough)

    def slope(self, x: Floats) -> Slope:
        """Value and gradient."""
        total = self.parts.fold(partial(_slopes, self.kernel, self.scaling, self._theta(x)))
        return Slope(x, *self._penalised(x, total))

    def at(self, x: Floats) -> Point:
        """Value, gradient and Hessian."""
        total = self.parts.fold(partial(_statistics, self.kernel, self.scaling, self._theta(x)))
        hessian = total.hessian / total.slopes.weight
        hessian.flat[:: len(hessian) + 1] += np.tile(self.penalty, self.classes - 1)
        return Point(x, *self._penalised(x, total.slopes), hessian)

    def metric(self) -> Callable[[Floats], Floats]:
        r"""Prepare :math:`H^{-1} v` for vectors v, H the curvature where all coefficients are 0.

        There each class has the probability 1/K, so H has the same block, :math:`X'X / (nK)` and
        the penalty, for each column of the basis of contrasts, and nothing beside these blocks.
        """
        total = self.parts.fold(partial(_gram, self.scaling))
        block = total.products / (total.weight * self.classes)
        block.flat[:: len(block) + 1] += self.penalty
        solve = solver(block)
        return lambda vector: solve(self._theta(vector).T).T.ravel()

    def movement(self, step: Floats) -> float:
        """Largest change of a row's logits that a step brings."""
        return self.parts.fold(partial(_movement, self.scaling, self._theta(step))).size

    def _theta(self, x: Floats) -> Floats:
        return x.reshape(self.classes - 1, -1)

    def _penalised(self, x: Floats, total: Slopes) -> tuple[float, Floats]:
        """Mean loss and its gradient, with the penalty."""
        theta = self._theta(x)
        value = total.loss / total.weight + 0.5 * float((self.penalty * theta**2).sum())
        gradient = total.gradient / total.weight + self.penalty * theta
        return value, gradient.ravel()


def _slopes(kernel: Kernel, scaling: Scaling, theta: Floats, block: Block) -> Slopes:
    return kernel.slopes(block.X, block.y, block.weight, scaling, theta)


def _statistics(kernel: Kernel, scaling: Scaling, theta: Floats, block: Block) -> Statistics:
    return kernel.statistics(block.X, block.y, block.weight, scaling, theta)


@dataclass(frozen=True)
class _Gram:
    """Weight of rows, and the weighted products (p+1, p+1) of their standardised columns."""

    weight: float
    products: Floats

    def __add__(self, other: _Gram) -> _Gram:
        return _Gram(self.weight + other.weight, self.products + other.products)


def _gram(scaling: Scaling, block: Block) -> _Gram:
    columns = scaling.with_ones(block.X)
    return _Gram(float(block.weight.sum()), columns.T @ (columns * block.weight[:, None]))


@dataclass(frozen=True)
class _Largest:
    """A number that joins its like by the larger of the two."""

    size: float

    def __add__(self, other: _Largest) -> _Largest:
        return self if self.size >= other.size else other


def _movement(scaling: Scaling, step: Floats, block: Block) -> _Largest:
    return _Largest(float(np.abs(scaling.with_ones(block.X) @ step.T).max()))
