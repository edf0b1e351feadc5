"""Standardising columns, and folding the standardisation back into coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats


_CONSTANT = 1e-13


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

    def apply(self, X: Floats) -> Floats:
        """Standardise: (n, p) columns of mean 0 and spread 1; constant columns become 0.

        Parameters
        ----------
        X
            (n, p) raw features.
        """
        varying = self.scale > 0
        return np.where(varying, X - self.mean, 0.0) / np.where(varying, self.scale, 1.0)

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
    share = weight / weight.sum()
    mean = share @ X
    spread = np.sqrt(share @ (X - mean) ** 2)
    largest = np.abs(X).max(axis=0)
    return Scaling(mean, np.where(spread > _CONSTANT * largest, spread, 0.0))
