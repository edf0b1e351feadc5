"""How far tier probabilities are from what happened.

Symbols: n rows, K = 5 tiers, ``probabilities (n, K)``, ``tiers (n,)`` with entries 1-5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.labels import TIERS, expected_score

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from virality.arrays import Floats, Ints


_SMALLEST = 1e-15


@dataclass(frozen=True)
class TierMetrics:
    """How one tier is recognised.

    Attributes
    ----------
    tier
        1-5.
    support
        Rows that are of this tier.
    precision
        Share of the rows called this tier that are of it; None when none was called so.
    recall
        Share of the rows of this tier that were called it; None when there is none.
    """

    tier: int
    support: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class Metrics:
    """What a set of predictions is worth.

    Attributes
    ----------
    n
        Rows judged.
    log_loss
        Mean negative logarithm of the probability of what happened, in nats.
    accuracy
        Share of rows whose most probable tier is the true one.
    spearman
        Rank correlation of the expected score with the outcome; None when either is constant.
    per_tier
        One entry for each tier.
    confusion_matrix
        ``[actual][predicted]`` counts.
    """

    n: int
    log_loss: float
    accuracy: float
    spearman: float | None
    per_tier: tuple[TierMetrics, ...]
    confusion_matrix: tuple[tuple[int, ...], ...]


def measure(probabilities: Floats, tiers: Ints, outcome: Floats) -> Metrics:
    """Judge predictions.

    Parameters
    ----------
    probabilities
        (n, 5) predicted tier probabilities, n > 0.
    tiers
        (n,) true tiers 1-5.
    outcome
        (n,) the number that the tiers were cut from.
    """
    confusion = confusion_matrix(tiers, predicted_tiers(probabilities))
    return Metrics(
        n=len(tiers),
        log_loss=float(surprises(probabilities, tiers).mean()),
        accuracy=float(np.trace(confusion) / len(tiers)),
        spearman=spearman(expected_score(probabilities), outcome),
        per_tier=tuple(_tier_metrics(confusion, tier) for tier in TIERS),
        confusion_matrix=tuple(tuple(int(count) for count in row) for row in confusion),
    )


def surprises(probabilities: Floats, tiers: Ints) -> Floats:
    """Negative logarithm of the probability given to what happened, (n,) in nats."""
    given = probabilities[np.arange(len(tiers)), tiers - 1]
    losses: Floats = -np.log(np.maximum(given, _SMALLEST))
    return losses


def predicted_tiers(probabilities: Floats) -> Ints:
    """Most probable tier of each row, (n,) of 1-5; the lower of two equal ones."""
    tiers: Ints = probabilities.argmax(axis=1) + 1
    return tiers


def confusion_matrix(actual: Ints, predicted: Ints) -> Ints:
    """Count ``[actual - 1, predicted - 1]``, (5, 5)."""
    size = len(TIERS)
    cells = (actual - 1) * size + (predicted - 1)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def _tier_metrics(confusion: Ints, tier: int) -> TierMetrics:
    hits = int(confusion[tier - 1, tier - 1])
    support, called = int(confusion[tier - 1].sum()), int(confusion[:, tier - 1].sum())
    return TierMetrics(
        tier, support, hits / called if called else None, hits / support if support else None
    )


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


def rank_correlation(first: Ranking, second: Ranking, weight: Floats) -> float | None:
    """Weighted Pearson correlation of mid-ranks; None when either side is constant."""
    share = weight / weight.sum()
    left, right = first.ranks(weight), second.ranks(weight)
    left, right = left - share @ left, right - share @ right
    spread = (share @ left**2) * (share @ right**2)
    if not spread > 0:
        return None
    return float(np.clip((share @ (left * right)) / np.sqrt(spread), -1.0, 1.0))
