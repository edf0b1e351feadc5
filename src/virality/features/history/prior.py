"""What is expected of an account of which only the size is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

_DEGREE = 3
_FEWEST = 50
_RIDGE = np.array([0.0, 2.0, 10.0, 10.0])
_WIDEST = 3.0


@dataclass(frozen=True)
class Prior:
    """A cubic in the logarithm of followers.

    Attributes
    ----------
    centre, spread
        What standardises the logarithm.
    coef
        (4,) of the polynomials 1, z, z² - 1, z³ - 3 z.
    unknown
        What is expected where followers are unknown.
    """

    centre: float
    spread: float
    coef: Floats
    unknown: float

    def expect(self, followers: Floats) -> Floats:
        """Say what to expect, (n,) on the working scale, of followers (n,); NaN is unknown."""
        size = _size(followers)
        known = np.isfinite(size)
        expected = np.full(len(size), self.unknown)
        expected[known] = _polynomials((size[known] - self.centre) / self.spread) @ self.coef
        return expected


def fit_prior(followers: Floats, outcome: Floats, accounts: Ints) -> Prior:
    """Fit the prior; an account weighs the square root of its number of videos.

    Parameters
    ----------
    followers
        (n,) NaN where unknown.
    outcome
        (n,) on the working scale.
    accounts
        (n,) numbers of the accounts.
    """
    weight: Floats = 1.0 / np.sqrt(np.bincount(accounts)[accounts].astype(np.float64))
    hidden = ~np.isfinite(_size(followers))
    mean = float(np.average(outcome, weights=weight))
    unknown = float(np.average(outcome[hidden], weights=weight[hidden])) if hidden.any() else mean
    known = ~hidden
    if known.sum() < _FEWEST:
        return Prior(0.0, 1.0, np.array([mean, 0.0, 0.0, 0.0]), mean)
    size, share = _size(followers[known]), weight[known]
    centre = float(np.average(size, weights=share))
    spread = float(size.std()) or 1.0
    points = _polynomials((size - centre) / spread)
    matrix = points.T @ (points * share[:, None]) + np.diag(_RIDGE)
    coef = np.linalg.solve(matrix, points.T @ (share * outcome[known]))
    return Prior(
        centre,
        spread,
        np.asarray(coef, dtype=np.float64),
        unknown if hidden.sum() >= _FEWEST else mean,
    )


def _size(followers: Floats) -> Floats:
    """Logarithm of followers; an account of none is of unknown size."""
    positive = followers > 0
    size: Floats = np.log10(np.where(positive, followers, 1.0))
    return np.where(positive, size, np.nan)


def _polynomials(z: Floats) -> Floats:
    inside = np.clip(z, -_WIDEST, _WIDEST)
    return np.column_stack([np.ones_like(z), inside, inside**2 - 1, inside**3 - 3 * inside])
