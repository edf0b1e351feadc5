"""How far tier probabilities are from what happened.

Symbols: n rows, K = 5 tiers, ``probabilities (n, K)``, ``tiers (n,)`` with entries 1-5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.ranking import Ranking, rank_correlation, score_ranking
from virality.labels import TIERS

if TYPE_CHECKING:
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
    brier
        Mean over rows of the summed squared distances of the probabilities from what happened,
        0 to 2 (Brier 1950).
    rps
        Ranked probability score: mean squared distance of the cumulated probabilities, 0 to 1; a
        miss by one tier costs less than a miss by four (Epstein 1969).
    ece
        Expected calibration error: over all tier probabilities of all rows, in ten bins of equal
        count, the mean distance of the mean probability from the share that came true.
    accuracy
        Share of rows whose most probable tier is the true one.
    macro_f1
        Mean over the tiers of the harmonic mean of precision and recall, 0 where a tier is missed.
    spearman
        Rank correlation of the expected score with the outcome; None when either is constant.
    per_tier
        One entry for each tier.
    confusion_matrix
        ``[actual][predicted]`` counts.
    """

    n: int
    log_loss: float
    brier: float
    rps: float
    ece: float
    accuracy: float
    macro_f1: float
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
        brier=float(brier_scores(probabilities, tiers).mean()),
        rps=float(ranked_scores(probabilities, tiers).mean()),
        ece=calibration_error(probabilities, tiers),
        accuracy=float(np.trace(confusion) / len(tiers)),
        macro_f1=_macro_f1(confusion),
        spearman=rank_correlation(
            score_ranking(probabilities), Ranking.of(outcome), np.ones(len(tiers))
        ),
        per_tier=tuple(_tier_metrics(confusion, tier) for tier in TIERS),
        confusion_matrix=tuple(tuple(int(count) for count in row) for row in confusion),
    )


def surprises(probabilities: Floats, tiers: Ints) -> Floats:
    """Negative logarithm of the probability given to what happened, (n,) in nats."""
    given = probabilities[np.arange(len(tiers)), tiers - 1]
    losses: Floats = -np.log(np.maximum(given, _SMALLEST))
    return losses


def brier_scores(probabilities: Floats, tiers: Ints) -> Floats:
    """Sum the squared distances of each row's probabilities from what happened, (n,) of 0 to 2."""
    scores: Floats = ((probabilities - _happened(tiers)) ** 2).sum(axis=1)
    return scores


def ranked_scores(probabilities: Floats, tiers: Ints) -> Floats:
    """Average the squared distances of each row's cumulated probabilities, (n,) of 0 to 1."""
    distance = (probabilities - _happened(tiers)).cumsum(axis=1)[:, :-1]
    scores: Floats = (distance**2).mean(axis=1)
    return scores


def calibration_error(probabilities: Floats, tiers: Ints, bins: int = 10) -> float:
    """Average the distance of stated probabilities from the shares that came true, bin by bin.

    Parameters
    ----------
    probabilities
        (n, 5); all of them are judged, not the largest alone.
    tiers
        (n,) true tiers 1-5.
    bins
        Into how many parts of equal count the sorted probabilities are cut.
    """
    return CalibrationGaps.of(probabilities, tiers, bins).error(np.ones(len(tiers)))


@dataclass(frozen=True)
class CalibrationGaps:
    """What stated probabilities missed, in bins: ready for rows that count several times.

    Attributes
    ----------
    gaps
        (5 n,) stated probability less 1 where it came true, or less 0.
    row
        (5 n,) the row of each.
    number
        (5 n,) its bin.
    """

    gaps: Floats
    row: Ints
    number: Ints

    @classmethod
    def of(cls, probabilities: Floats, tiers: Ints, bins: int = 10) -> CalibrationGaps:
        """Sort the probabilities (n, 5) of rows of true tiers (n,) into bins of equal count."""
        order = np.argsort(probabilities.ravel(), kind="stable")
        parts = np.array_split(np.arange(len(order)), bins)
        number = np.empty(len(order), dtype=np.intp)
        for one, part in enumerate(parts):
            number[order[part]] = one
        gaps = (probabilities - _happened(tiers)).ravel()
        return cls(gaps, np.repeat(np.arange(len(tiers)), len(TIERS)), number)

    def error(self, weight: Floats) -> float:
        """Give the expected calibration error when each row counts ``weight`` (n,) times."""
        counted = self.gaps * weight[self.row]
        return float(np.abs(np.bincount(self.number, counted)).sum() / (len(TIERS) * weight.sum()))


def uniformity_distance(percentiles: Floats) -> float:
    """Measure how far percentiles are from evenly spread, as Kolmogorov and Smirnov do.

    Parameters
    ----------
    percentiles
        (n,) numbers from 0 to 100.

    Returns
    -------
    The largest distance, 0 to 1, of their distribution function from the straight line.

    Examples
    --------
    >>> uniformity_distance(np.array([25.0, 75.0]))
    0.25
    """
    share, count = np.sort(percentiles) / 100.0, len(percentiles)
    above = np.arange(1, count + 1) / count - share
    below = share - np.arange(count) / count
    return float(max(above.max(), below.max()))


def _happened(tiers: Ints) -> Floats:
    """Certainty of what happened, (n, 5) of 0 and 1."""
    return np.eye(len(TIERS))[tiers - 1]


def predicted_tiers(probabilities: Floats) -> Ints:
    """Most probable tier of each row, (n,) of 1-5; the lower of two equal ones."""
    tiers: Ints = probabilities.argmax(axis=1) + 1
    return tiers


def confusion_matrix(actual: Ints, predicted: Ints) -> Ints:
    """Count ``[actual - 1, predicted - 1]``, (5, 5)."""
    size = len(TIERS)
    cells = (actual - 1) * size + (predicted - 1)
    return np.bincount(cells, minlength=size * size).reshape(size, size)


def _macro_f1(confusion: Ints) -> float:
    """Mean over the tiers of twice the hits over what is of the tier plus what was called it."""
    hits, both = np.diag(confusion), confusion.sum(axis=0) + confusion.sum(axis=1)
    return float(np.where(both > 0, 2 * hits / np.maximum(both, 1), 0.0).mean())


def _tier_metrics(confusion: Ints, tier: int) -> TierMetrics:
    hits = int(confusion[tier - 1, tier - 1])
    support, called = int(confusion[tier - 1].sum()), int(confusion[:, tier - 1].sum())
    return TierMetrics(
        tier, support, hits / called if called else None, hits / support if support else None
    )
