"""Scoring what a person names on the command line: files, values, or both."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import polars as pl

from virality.errors import DataError, OptionError
from virality.labels import TIERS
from virality.records import CANONICAL, read, to_records

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.scorer import Scorer


@dataclass(frozen=True)
class Scored:
    """Scores, and what became of the records that were read for them.

    Attributes
    ----------
    frame
        One row for each scored record.
    rejections
        File, row, field and reason of each record that could not be used.
    rows
        Counts of records read, rejected, merged and scored; empty when none were read.
    """

    frame: pl.DataFrame
    rejections: pl.DataFrame
    rows: dict[str, int]

    def require_some(self) -> None:
        """Refuse files of which no record could be scored.

        Raises
        ------
        DataError
            When there is no score.
        """
        if self.frame.height == 0:
            raise DataError("no record can be scored", remedy="--rejects FILE lists every reason")


def score(
    scorer: Scorer, sources: list[str], given: Mapping[str, str], choices: Mapping[str, Any]
) -> Scored:
    """Score the records in files, or one video that is described by values alone.

    Parameters
    ----------
    scorer
        The model.
    sources
        Files or globs; may be empty.
    given
        Values by record column or feature name; they hold for every record.
    choices
        ``where``, ``mapping`` and ``limit`` of the reading.

    Raises
    ------
    OptionError
        When a name is neither a record column nor a feature of the model.
    ViralityError
        When a file or a value cannot be used.
    """
    _check_names(scorer, given)
    if not sources:
        return Scored(_one(scorer, given), pl.DataFrame(), {})
    reading = read(sources, **choices, extras=())
    rows = {
        "read": reading.read,
        "rejected": reading.rejections.height,
        "duplicates": reading.duplicates,
        "filtered": reading.filtered,
        "scored": reading.frame.height,
    }
    return Scored(scorer.score_records(reading.frame, given), reading.rejections, rows)


def _check_names(scorer: Scorer, given: Mapping[str, str]) -> None:
    known = [*CANONICAL, *scorer.feature_names]
    for name in given:
        if name not in known and name in to_records({name: None}).columns:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise OptionError(f"nothing is called {name!r}", where="--set", remedy=remedy)


def _one(scorer: Scorer, given: Mapping[str, str]) -> pl.DataFrame:
    prediction = scorer.score(given)
    probabilities = zip(TIERS, prediction.tier_probabilities, strict=True)
    return pl.DataFrame(
        {
            "video_id": [None],
            "score": [prediction.score],
            "tier": [prediction.tier],
            **{f"p{tier}": [probability] for tier, probability in probabilities},
            "unknown": [len(prediction.unknown)],
        },
        schema_overrides={"video_id": pl.String},
    )
