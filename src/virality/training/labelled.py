"""Rows to fit: features beside the tiers that they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.labels import TIERS

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints


@dataclass(frozen=True)
class Labelled:
    """n rows of p features with their tiers.

    Attributes
    ----------
    features
        (n, p), NaN where unknown.
    filled
        (n, p) as the reference system fills what is unknown.
    tiers
        (n,) of 1-5.
    weight
        (n,) row weights.
    seconds
        (n,) times of posting as Unix time, NaN where unknown.
    """

    features: Floats
    filled: Floats
    tiers: Ints
    weight: Floats
    seconds: Floats

    def part(self, rows: Ints) -> Labelled:
        """Take some of the rows."""
        return Labelled(
            features=self.features[rows],
            filled=self.filled[rows],
            tiers=self.tiers[rows],
            weight=self.weight[rows],
            seconds=self.seconds[rows],
        )

    @property
    def shares(self) -> Floats:
        """Weighted shares of the five tiers, (5,), summing to 1."""
        totals = np.bincount(self.tiers - 1, weights=self.weight, minlength=len(TIERS))
        shares: Floats = totals / totals.sum()
        return shares

    @property
    def gaps(self) -> Ints:
        """Numbers of the rows of which some feature is unknown that others know."""
        unknown = np.isnan(self.features)
        return np.flatnonzero((unknown & ~unknown.all(axis=0)).any(axis=1))
