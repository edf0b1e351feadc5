"""The rank of a number among a population's, from a short table of the population's quantiles."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.storage.checked import Field

SIZE = 201
_DIGITS = 9
_ROUND_OFF = 2e-9


@dataclass(frozen=True)
class Ranks:
    """Quantiles (Q,) of a population, ascending, at evenly spaced levels from 0 to 1.

    Numbers count as equal up to the ninth decimal.
    """

    quantiles: Floats

    @classmethod
    def fit(cls, values: Floats, weight: Floats) -> Ranks:
        """Describe numbers (n,) of weights (n,): 0.5 % of the weight lies between neighbours."""
        kept = weight > 0
        order = np.argsort(values[kept], kind="stable")
        ordered, weights = values[kept][order], weight[kept][order]
        ends = np.cumsum(weights) / weights.sum()
        places = np.searchsorted(ends, np.linspace(0.0, 1.0, SIZE) - 1e-12)
        return cls(np.round(ordered[np.minimum(places, len(ordered) - 1)], _DIGITS))

    def percentile(self, values: Floats) -> Floats:
        """Give the share of the population below values (n,), 0-100; of equal ones half counts."""
        distinct, first, last = self._steps
        place = np.searchsorted(distinct, values + _ROUND_OFF, side="right") - 1
        inside = np.clip(place, 0, len(distinct) - 1)
        after = np.minimum(inside + 1, len(distinct) - 1)
        gap = np.where(after > inside, distinct[after] - distinct[inside], 1.0)
        part = np.clip((values - distinct[inside]) / gap, 0.0, 1.0)
        between = last[inside] + part * (first[after] - last[inside])
        equal = (first[inside] + last[inside]) / 2
        found = np.where(np.abs(values - distinct[inside]) <= _ROUND_OFF, equal, between)
        outside = (values < distinct[0] - _ROUND_OFF, values > distinct[-1] + _ROUND_OFF)
        return 100.0 * np.select(outside, (0.0, 1.0), found)

    def of_one(self, value: float) -> float:
        """Give the same of one number, in plain numbers."""
        distinct, first, last = self.listed
        if value < distinct[0] - _ROUND_OFF:
            return 0.0
        if value > distinct[-1] + _ROUND_OFF:
            return 100.0
        inside = max(bisect_right(distinct, value + _ROUND_OFF) - 1, 0)
        if abs(value - distinct[inside]) <= _ROUND_OFF:
            return 50.0 * (first[inside] + last[inside])
        part = (value - distinct[inside]) / (distinct[inside + 1] - distinct[inside])
        return 100.0 * (last[inside] + part * (first[inside + 1] - last[inside]))

    @cached_property
    def listed(self) -> tuple[list[float], list[float], list[float]]:
        """The steps, as plain numbers."""
        distinct, first, last = self._steps
        return distinct.tolist(), first.tolist(), last.tolist()

    @cached_property
    def _steps(self) -> tuple[Floats, Floats, Floats]:
        """Distinct quantiles with the levels at which each begins and ends."""
        levels = np.linspace(0.0, 1.0, len(self.quantiles))
        distinct, first = np.unique(self.quantiles, return_index=True)
        last = np.append(first[1:], len(levels)) - 1
        return distinct, levels[first], levels[last]

    def encode(self) -> list[float]:
        """Turn into a JSON array."""
        return [float(value) for value in self.quantiles]

    @classmethod
    def decode(cls, stated: Field) -> Ranks:
        """Read from a checked JSON array.

        Raises
        ------
        ArtefactError
            When it holds something else than ascending numbers.
        """
        quantiles = stated.array(SIZE)
        if (np.diff(quantiles) < 0).any():
            stated.fail("not ascending")
        return cls(quantiles)
