"""How sure a metric is: intervals by resampling, by author where authors are known.

Videos of one account resemble each other, so a resample draws whole accounts. Within a resample
every metric is a weighted one, each row counting as often as its account was drawn.

References
----------
Efron, B. and Tibshirani, R. (1993). *An Introduction to the Bootstrap*, chapter 13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.metrics import (
    CalibrationGaps,
    brier_scores,
    predicted_tiers,
    ranked_scores,
    surprises,
)
from virality.evaluation.ranking import Ranking, rank_correlation, score_ranking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from virality.arrays import Floats, Ints

    Interval = tuple[float, float]

RESAMPLES = 500
_LEVEL = (0.025, 0.975)


def intervals(
    probabilities: Floats,
    tiers: Ints,
    outcome: Floats,
    groups: Ints | None = None,
    *,
    shares: Mapping[str, Floats] | None = None,
    seed: int = 0,
) -> dict[str, Interval]:
    """Central 95 % intervals of means over rows, calibration error and rank correlation.

    Parameters
    ----------
    probabilities, tiers, outcome
        (n, 5), (n,) and (n,), as in :func:`virality.evaluation.metrics.measure`.
    groups
        (n,) number of the author of each row, 0-based; None treats each row as its own.
    shares
        Further (n,) numbers for each row whose means are to have intervals, by name.
    seed
        Of the resampling.

    Returns
    -------
    For each metric its low and high end; a metric without spread or meaning has no entry.
    """
    means = {
        "log_loss": surprises(probabilities, tiers),
        "brier": brier_scores(probabilities, tiers),
        "rps": ranked_scores(probabilities, tiers),
        "accuracy": (predicted_tiers(probabilities) == tiers).astype(float),
        **(shares or {}),
    }
    gaps = CalibrationGaps.of(probabilities, tiers)
    scores, actual = score_ranking(probabilities), Ranking.of(outcome)
    drawn: dict[str, list[float]] = {name: [] for name in (*means, "ece", "spearman")}
    for weight in _resamples(np.arange(len(tiers)) if groups is None else groups, seed):
        for name, values in means.items():
            drawn[name].append(float(weight @ values / weight.sum()))
        drawn["ece"].append(gaps.error(weight))
        correlation = rank_correlation(scores, actual, weight)
        if correlation is not None:
            drawn["spearman"].append(correlation)
    return {name: _central(values) for name, values in drawn.items() if values}


@dataclass(frozen=True)
class Difference:
    """How much one prediction is better or worse than another on the same rows.

    Attributes
    ----------
    mean
        Mean of the first's losses less the second's, in nats: below 0 the first is better.
    low, high
        Central 95 % interval of it.
    """

    mean: float
    low: float
    high: float


def paired_difference(
    first: Floats, second: Floats, groups: Ints | None = None, *, seed: int = 0
) -> Difference:
    """Compare two predictions row by row.

    Parameters
    ----------
    first, second
        (n,) losses of the same rows.
    groups, seed
        As in :func:`intervals`.
    """
    return difference_of(first - second, groups, seed=seed)[0]


def difference_of(
    apart: Floats, groups: Ints | None = None, *, seed: int = 0
) -> tuple[Difference, float]:
    """Judge a difference that is known row by row.

    Parameters
    ----------
    apart
        (n,) losses of a first prediction less those of a second.
    groups, seed
        As in :func:`intervals`.

    Returns
    -------
    Their mean with its interval, and the probability, one-sided, of a mean as far below 0 if the
    first were no better: the share of resamples in which it is not, each end counting one more.
    """
    drawn = [
        float(weight @ apart / weight.sum())
        for weight in _resamples(np.arange(len(apart)) if groups is None else groups, seed)
    ]
    p = (1 + sum(mean >= 0 for mean in drawn)) / (1 + len(drawn))
    return Difference(float(apart.mean()), *_central(drawn)), p


def _resamples(groups: Ints, seed: int) -> Iterator[Floats]:
    """Row weights of each resample: how often the row's group was drawn."""
    generator = np.random.default_rng(seed)
    count = int(groups.max()) + 1
    for _ in range(RESAMPLES):
        drawn = np.bincount(generator.integers(count, size=count), minlength=count)
        weight = drawn[groups].astype(float)
        if weight.any():
            yield weight


def _central(values: list[float]) -> Interval:
    low, high = np.quantile(values, _LEVEL)
    return float(low), float(high)
