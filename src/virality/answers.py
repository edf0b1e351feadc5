"""What a model answers: probabilities, score, percentile and interval, for one video or many.

Two numbers of 0-100 stand beside each other and must not be confused. The *percentile* is where the
score stands among the scores of the training population. The *interval* is where the outcome will
fall among the population's outcomes; the less is known, the wider it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

from virality.labels import MIDPOINTS, TIER_NAMES, expected_score
from virality.model.quantiles import LEVELS, quantiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from virality.arrays import Floats, Ints
    from virality.artefact import Artefact

_MIDPOINTS = MIDPOINTS.tolist()


@dataclass(frozen=True)
class Prediction:
    """What a model says of one video.

    Attributes
    ----------
    score
        0-100; between 12.5 and 90 by construction, as it is a mean of the tiers' midpoints.
    tier
        The most probable tier, 1-5.
    tier_probabilities
        (5,) probabilities of the tiers, given what is known.
    unknown
        Names of the features that were not known.
    ignored
        Names of what was given and is not known yet at the model's moment, such as likes before
        posting, or was left out in training.
    percentile
        Share of the training population whose scores are lower, 0-100; None where the model's file
        does not tell.
    interval
        Low, median and high: with 80 % probability the outcome will lie above the low and below
        the high share of the population's outcomes, 0-100. None where the file does not tell.
    narrows
        Name of the unknown feature that would narrow the interval most, on average; None when none
        would narrow it by half a percentile.
    """

    score: float
    tier: int
    tier_probabilities: tuple[float, ...]
    unknown: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    percentile: float | None = None
    interval: tuple[float, float, float] | None = None
    narrows: str | None = None

    def _repr_html_(self) -> str:
        """Show itself in a notebook."""
        from virality.notebook import prediction_markup  # noqa: PLC0415  scores need none

        return prediction_markup(self, TIER_NAMES)


@dataclass(frozen=True)
class Answers:
    """What a model says of n videos.

    Attributes
    ----------
    probabilities
        (n, 5) of the tiers.
    scores
        (n,) 0-100.
    percentiles
        (n,) 0-100; None where the model's file does not tell.
    intervals
        (n, 3) low, median and high, 0-100; None where the file does not tell.
    """

    probabilities: Floats
    scores: Floats
    percentiles: Floats | None
    intervals: Floats | None

    @property
    def tiers(self) -> Ints:
        """The most probable tiers 1-5, (n,)."""
        tiers: Ints = self.probabilities.argmax(axis=1) + 1
        return tiers

    def columns(self) -> dict[str, Floats | Ints | list[None]]:
        """Give score, tier, p1 to p5, percentile, low, median and high, by name."""
        nothing = [None] * len(self.scores)
        ends = [nothing] * 3 if self.intervals is None else list(self.intervals.T)
        return {
            "score": self.scores,
            "tier": self.tiers,
            **{f"p{tier + 1}": column for tier, column in enumerate(self.probabilities.T)},
            "percentile": nothing if self.percentiles is None else self.percentiles,
            **dict(zip(("low", "median", "high"), ends, strict=True)),
        }


def answer(artefact: Artefact, X: Floats) -> Answers:
    """Answer for features (n, p), NaN where unknown.

    Raises
    ------
    DataError
        When an input is unknown and the model's file has no population to average over.
    """
    classifier, ranks = artefact.classifier, artefact.ranks
    cells, edges = classifier.cells(X), classifier.edges
    probabilities = classifier.model.layout.summed(cells)
    scores = expected_score(probabilities)
    return Answers(
        probabilities,
        scores,
        None if ranks is None else ranks.percentile(scores),
        None if edges is None else quantiles(cells, edges),
    )


def answers_frame(artefact: Artefact, ids: pl.Series, X: Floats) -> pl.DataFrame:
    """Answer for videos (n,) with features (n, p), NaN where unknown.

    Returns
    -------
    A frame with ``video_id``, the columns of :meth:`Answers.columns`, null where the model's file
    does not tell, and ``unknown``, the number of features that are not known.

    Raises
    ------
    DataError
        As in :func:`answer`.
    """
    import polars as pl  # noqa: PLC0415  scoring arrays must not load it

    columns = answer(artefact, X).columns()
    return pl.DataFrame(
        {"video_id": ids, **columns, "unknown": np.isnan(X).sum(axis=1)},
        schema_overrides=dict.fromkeys(("percentile", "low", "median", "high"), pl.Float64),
    )


def predict(artefact: Artefact, row: Floats, ignored: tuple[str, ...]) -> Prediction:
    """Answer for one video's features (p,), NaN where unknown; ``ignored`` is passed on.

    Raises
    ------
    DataError
        As in :func:`answer`.
    """
    values: list[float] = row.tolist()
    if not any(map(isnan, values)):
        return _known(artefact, values, ignored)
    found = predictions(artefact, row[None, :], {0: ignored})[0]
    narrowing = artefact.classifier.narrowing(row, np.array(found.tier_probabilities))
    return replace(found, narrows=None if narrowing is None else artefact.names[narrowing])


def predictions(
    artefact: Artefact, X: Floats, ignored: Mapping[int, tuple[str, ...]]
) -> list[Prediction]:
    """Answer for the features (n, p) of several videos; what would narrow each is not looked for.

    Raises
    ------
    DataError
        As in :func:`answer`.
    """
    found = answer(artefact, X)
    nothing = [None] * len(X)
    percentiles = nothing if found.percentiles is None else found.percentiles.tolist()
    intervals = nothing if found.intervals is None else map(tuple, found.intervals.tolist())
    rows = zip(
        found.scores.tolist(), found.tiers.tolist(), found.probabilities.tolist(),
        percentiles, intervals, np.isnan(X), strict=True,
    )  # fmt: skip
    names = np.array(artefact.names)
    return [
        Prediction(score, tier, tuple(shares), tuple(names[unknown].tolist()),
                   ignored.get(place, ()), percentile, interval)
        for place, (score, tier, shares, percentile, interval, unknown) in enumerate(rows)
    ]  # fmt: skip


def _known(artefact: Artefact, values: list[float], ignored: tuple[str, ...]) -> Prediction:
    """Answer for one video of which everything is known: the same, in plain numbers."""
    alone, ranks = artefact.alone, artefact.ranks
    cells = alone.cells(values)
    probabilities, ends = alone.tiers(cells), alone.quantiles(cells, LEVELS)
    score = sum(map(mul, probabilities, _MIDPOINTS))
    return Prediction(
        score=score,
        tier=probabilities.index(max(probabilities)) + 1,
        tier_probabilities=tuple(probabilities),
        unknown=(),
        ignored=ignored,
        percentile=None if ranks is None else ranks.of_one(score),
        interval=None if ends is None else (ends[0], ends[1], ends[2]),
    )
