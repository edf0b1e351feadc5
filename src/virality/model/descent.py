r"""The reference recipe: 200 steps of full-batch gradient descent from small random weights.

It minimises the same objective as :mod:`virality.model.newton` on raw features, and it stops long
before it gets there. It is kept because it is the contract that older files were trained by, and
because a baseline that is reproduced exactly is a baseline that can be trusted.

Weights start at :math:`(u - 0.5)\cdot 0.01` with u from mulberry32, row by row; intercepts at 0.
Each step subtracts rate times gradient, where the gradient of the weights is
:math:`(P - Y)^\top X / n + \lambda W`; the rate is multiplied by 0.999 after each step.

References
----------
Ettinger, T. mulberry32, a 32-bit generator in the public domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.model.softmax import softmax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from virality.arrays import Floats, Ints


_MASK = 0xFFFFFFFF
_BLOCK = 2048


@dataclass(frozen=True)
class Recipe:
    """Settings of the reference recipe."""

    seed: int = 42
    epochs: int = 200
    rate: float = 0.1
    decay: float = 0.999
    l2: float = 0.001
    spread: float = 0.01


def mulberry32(seed: int) -> Iterator[float]:
    """Yield uniform numbers in [0, 1) from the 32-bit generator of that name.

    Parameters
    ----------
    seed
        A 32-bit integer.

    Examples
    --------
    >>> round(next(mulberry32(42)), 11)
    0.60110375192
    """
    state = seed & _MASK
    while True:
        state = (state + 0x6D2B79F5) & _MASK
        mixed = ((state ^ (state >> 15)) * (state | 1)) & _MASK
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & _MASK)) & _MASK
        yield ((mixed ^ (mixed >> 14)) & _MASK) / 2**32


def descend(X: Floats, y: Ints, classes: int, recipe: Recipe) -> tuple[Floats, Floats]:
    """Train by the reference recipe.

    Parameters
    ----------
    X
        (n, p) raw features.
    y
        (n,) class numbers 0..K-1.
    classes
        K.
    recipe
        Seed, steps, rate, decay and L2.

    Returns
    -------
    coef (K, p) and intercept (K,).
    """
    numbers = mulberry32(recipe.seed)
    start = [(next(numbers) - 0.5) * recipe.spread for _ in range(classes * X.shape[1])]
    coef = np.array(start).reshape(classes, X.shape[1])
    intercept = np.zeros(classes)
    rate = recipe.rate
    for _ in range(recipe.epochs):
        slopes, lifts = _gradient(X, y, coef, intercept)
        coef = coef - rate * (slopes + recipe.l2 * coef)
        intercept = intercept - rate * lifts
        rate *= recipe.decay
    return coef, intercept


def _gradient(X: Floats, y: Ints, coef: Floats, intercept: Floats) -> tuple[Floats, Floats]:
    """Gradient of the mean cross-entropy in coef (K, p) and intercept (K,), block by block."""
    slopes, lifts = np.zeros(coef.shape), np.zeros(intercept.shape)
    for begin in range(0, len(X), _BLOCK):
        rows, classes = X[begin : begin + _BLOCK], y[begin : begin + _BLOCK]
        residuals = softmax(rows @ coef.T + intercept)
        residuals[np.arange(len(rows)), classes] -= 1.0
        slopes += residuals.T @ rows
        lifts += residuals.sum(axis=0)
    return slopes / len(X), lifts / len(X)
