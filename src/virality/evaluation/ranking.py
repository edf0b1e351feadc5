"""Rank correlation, with equal values sharing their mean rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.labels import expected_score

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from virality.arrays import Floats, Ints

_DIGITS = 9
_ALIKE = 1e-8


def spearman(first: ArrayLike, second: ArrayLike, weight: ArrayLike | None = None) -> float | None:
    """Rank correlation, with equal values sharing their mean rank.

    Parameters
    ----------
    first, second
        (n,) numbers.
    weight
        (n,) how many times each row counts; None is once.

    Returns
    -------
    Between -1 and 1; None when either side is constant.

    Examples
    --------
    >>> spearman([1, 2, 3], [10, 20, 30])
    1.0
    """
    counts = np.ones(np.shape(first)[0]) if weight is None else np.asarray(weight, dtype=float)
    return rank_correlation(Ranking.of(first), Ranking.of(second), counts)


@dataclass(frozen=True)
class Ranking:
    """Numbers reduced to their order: which of the ascending distinct values each row has."""

    place: Ints
    distinct: int

    @classmethod
    def of(cls, values: ArrayLike) -> Ranking:
        """Order (n,) numbers."""
        distinct, place = np.unique(np.asarray(values), return_inverse=True)
        return cls(place, len(distinct))

    def ranks(self, weight: Floats) -> Floats:
        """Mid-ranks (n,) when each row counts ``weight`` times."""
        size = np.bincount(self.place, weights=weight, minlength=self.distinct)
        middle: Floats = np.cumsum(size) - size / 2
        return middle[self.place]


def score_ranking(probabilities: Floats) -> Ranking:
    """Order (n, 5) probabilities by their expected scores; what round-off parts counts as equal."""
    scores = expected_score(probabilities)
    alike = np.ptp(scores) < _ALIKE
    return Ranking.of(np.zeros(len(scores)) if alike else np.round(scores, _DIGITS))


def rank_correlation(first: Ranking, second: Ranking, weight: Floats) -> float | None:
    """Weighted Pearson correlation of mid-ranks; None when either side is constant."""
    if min(first.distinct, second.distinct) < 2:  # noqa: PLR2004  one value has no order
        return None
    share = weight / weight.sum()
    left, right = first.ranks(weight), second.ranks(weight)
    left, right = left - share @ left, right - share @ right
    spread = (share @ left**2) * (share @ right**2)
    if not spread > 0:
        return None
    return float(np.clip((share @ (left * right)) / np.sqrt(spread), -1.0, 1.0))
