"""Standardising columns, and folding the standardisation back into coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats


_CONSTANT = 1e-13
_CACHED = 2048


@dataclass(frozen=True)
class Scaling:
    """Centre and spread of each column.

    Attributes
    ----------
    mean
        (p,) weighted means.
    scale
        (p,) weighted standard deviations; exactly 0 for a column that does not vary.
    """

    mean: Floats
    scale: Floats

    @cached_property
    def inverse(self) -> Floats:
        """(p,) reciprocals of the spreads; 0 for a column that does not vary."""
        varying = self.scale > 0
        return np.where(varying, 1.0, 0.0) / np.where(varying, self.scale, 1.0)

    def with_ones(self, X: Floats) -> Floats:
        """Standardise, and append a column of ones: (n, p+1).

        Parameters
        ----------
        X
            (n, p) raw features; constant columns become 0.
        """
        Xb = np.ones((len(X), X.shape[1] + 1))
        np.subtract(X, self.mean, out=Xb[:, :-1])
        Xb[:, :-1] *= self.inverse
        return Xb

    def fold(self, coef: Floats, intercept: Floats) -> tuple[Floats, Floats]:
        """Turn coefficients of standardised columns into those of raw columns.

        Parameters
        ----------
        coef
            (K, p) for standardised columns.
        intercept
            (K,).

        Returns
        -------
        (K, p) and (K,) that give the same logits on raw columns.
        """
        varying = self.scale > 0
        raw = np.where(varying, coef / np.where(varying, self.scale, 1.0), 0.0)
        return raw, intercept - raw @ self.mean


@dataclass(frozen=True)
class Moments:
    """Weight, centre and spread of some rows; parts are joined by ``+``.

    Attributes
    ----------
    weight
        Sum of the row weights.
    mean
        (p,) weighted means; 0 without weight.
    squares
        (p,) weighted sums of squared distances from the mean.
    peak
        (p,) largest absolute values.

    References
    ----------
    Chan, T., Golub, G. and LeVeque, R. (1983). Algorithms for computing the sample variance.
    *The American Statistician* 37, 242-247.
    """

    weight: float
    mean: Floats
    squares: Floats
    peak: Floats

    def __add__(self, other: Moments) -> Moments:
        """Join the moments of two disjoint sets of rows."""
        weight = self.weight + other.weight
        share = other.weight / weight if weight else 0.0
        apart = other.mean - self.mean
        return Moments(
            weight,
            self.mean + share * apart,
            self.squares + other.squares + self.weight * share * apart**2,
            np.maximum(self.peak, other.peak),
        )

    @property
    def scaling(self) -> Scaling:
        """Centre and spread; a spread within round-off of a column's size counts as none.

        One that is too large to be squared is no finite number.
        """
        spread = np.sqrt(self.squares / self.weight)
        return Scaling(self.mean, np.where(spread <= _CONSTANT * self.peak, 0.0, spread))


def moments(X: Floats, weight: Floats) -> Moments:
    """Measure rows X (m, p) of weights (m,), a few thousand at a time.

    A column with a number that is not finite has a mean that is not.
    """
    total = Moments(0.0, *np.zeros((3, X.shape[1])))
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite shows in the means
        for begin in range(0, len(X), _CACHED):
            rows = slice(begin, begin + _CACHED)
            total += _of_block(X[rows], weight[rows])
    return total


def _of_block(X: Floats, weight: Floats) -> Moments:
    total = float(weight.sum())
    mean = weight @ X / total if total else np.zeros(X.shape[1])
    return Moments(total, mean, weight @ (X - mean) ** 2, np.abs(X).max(axis=0))


def measure(X: Floats, weight: Floats) -> Scaling:
    """Measure centre and spread of the columns.

    Parameters
    ----------
    X
        (n, p) finite numbers.
    weight
        (n,) non-negative, not all zero.

    Returns
    -------
    A column whose spread is within round-off of its size counts as constant.
    """
    return moments(X, weight).scaling
