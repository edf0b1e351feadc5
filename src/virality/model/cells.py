"""The cells that an outcome is cut into: the tiers themselves, or finer ones within them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

_TINY = 1e-300


@dataclass(frozen=True)
class Cells:
    """C cells of an outcome, from the lowest to the highest, each within one of K tiers.

    Attributes
    ----------
    tier
        (C,) tier 0..K-1 of each cell, ascending; every tier has a cell.
    within
        (C,) share of each cell among the training rows of its tier; they sum to 1 in each tier.
    """

    tier: Ints
    within: Floats

    @classmethod
    def tiers(cls, count: int) -> Cells:
        """Cells that are the K tiers themselves."""
        return cls(np.arange(count), np.ones(count))

    @cached_property
    def count(self) -> int:
        """How many tiers there are, K."""
        return int(self.tier[-1]) + 1

    @cached_property
    def _members(self) -> Floats:
        """Which cell is of which tier, (C, K), as 0 and 1."""
        return np.eye(self.count)[self.tier]

    def summed(self, cells: Floats) -> Floats:
        """Probabilities of tiers (..., K) from those of cells (..., C)."""
        if len(self.tier) == self.count:
            return cells
        tiers: Floats = cells @ self._members
        return tiers

    def usual(self, tiers: Floats) -> Floats:
        """Probabilities of cells (..., C) that divide those of tiers as the population does."""
        cells: Floats = tiers[..., self.tier] * self.within
        return cells

    def moved(self, cells: Floats, tiers: Floats) -> Floats:
        """Multiply the cells of a tier alike, so that they sum to its new probability.

        Parameters
        ----------
        cells
            (..., C) probabilities.
        tiers
            (..., K) the new probabilities of the tiers.

        Returns
        -------
        (..., C) probabilities; a tier that had none is divided as the population divides it.
        """
        if len(self.tier) == self.count:
            return tiers
        present = self.summed(cells)[..., self.tier]
        part = np.where(present > _TINY, cells / np.maximum(present, _TINY), self.within)
        moved: Floats = part * tiers[..., self.tier]
        return moved

    def edges(self, tiers: Floats) -> Floats:
        """Percentiles (C + 1,) of the population at which cells begin and end, from 0 to 100.

        Parameters
        ----------
        tiers
            (K,) shares of the tiers in the population.
        """
        shares = self.usual(tiers)
        ends = 100.0 * np.cumsum(shares) / shares.sum()
        return np.concatenate([[0.0], ends[:-1], [100.0]])
