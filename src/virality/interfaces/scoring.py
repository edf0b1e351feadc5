"""Scoring what a person names on the command line: files, values, or both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from virality.batch import Task, score_files
from virality.errors import DataError
from virality.features.given import parted, too_late
from virality.interfaces.legend import SYNTHETIC
from virality.interfaces.scores import is_synthetic
from virality.interfaces.values import checked
from virality.labels import TIERS
from virality.records import parquet_files, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from virality.answers import Prediction
    from virality.context import Past
    from virality.features.inputs import Inputs
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
    ignored
        What was given and is not known yet at the model's moment.
    clamped
        What to say of values beyond what the model knows.
    narrows
        The unknown feature that would narrow the interval of a single video most.
    history
        The earlier videos that were read for it.
    blind
        Whether the model uses the accounts' earlier videos, and nothing is known of them.
    written
        Whether the scores lie in their file already, and not in the frame.
    """

    frame: pl.DataFrame
    rejections: pl.DataFrame
    rows: dict[str, int]
    ignored: tuple[str, ...]
    clamped: tuple[str, ...] = ()
    narrows: str | None = None
    history: Past | None = None
    blind: bool = False
    written: bool = False

    @property
    def count(self) -> int:
        """How many videos were scored."""
        return self.rows.get("scored", self.frame.height)

    def require_some(self) -> None:
        """Refuse files of which no record could be scored.

        Raises
        ------
        DataError
            When there is no score.
        """
        if self.count == 0:
            raise DataError("no record can be scored", remedy="--rejects FILE lists every reason")


@dataclass(frozen=True)
class Asked:
    """What a person asks to be scored.

    Attributes
    ----------
    sources
        Files or globs; may be empty.
    given
        Values by record column or feature name; they hold for every record.
    history
        Files or globs of the accounts' earlier videos; may be empty.
    where, mapping, limit
        Choices of the reading.
    """

    sources: list[str]
    given: Mapping[str, str]
    history: Sequence[str]
    where: str | None
    mapping: Mapping[str, str]
    limit: int | None


def score(scorer: Scorer, asked: Asked, out: str | None = None, form: str = "table") -> Scored:
    """Score the records in files, or one video that is described by values alone.

    From Parquet files to a Parquet file the scores go slice by slice, and are then ``written``.

    Raises
    ------
    OptionError
        When a name is neither a record column nor a feature of the model, or its value no use.
    ViralityError
        When a file or a value cannot be used.
    """
    clamped = checked(scorer, asked.given)
    history = scorer.past(list(asked.history)) if asked.history else None
    files = _streamed(asked, out, form)
    if files is not None and out is not None:
        return replace(_score_to(scorer, asked, history, files, out), clamped=clamped)
    inputs = scorer.artefact.inputs
    if not asked.sources:
        one = scorer.score(asked.given, history)
        return Scored(_one(one), pl.DataFrame(), {}, one.ignored, clamped, one.narrows, history)
    own = () if inputs is None else [feature.name for feature in inputs.own]
    reading = read(
        asked.sources, where=asked.where, mapping=asked.mapping, limit=asked.limit, extras=own
    )
    rows = {
        "read": reading.read,
        "rejected": reading.rejections.height,
        "duplicates": reading.duplicates,
        "filtered": reading.filtered,
        "scored": reading.frame.height,
    }
    ignored: tuple[str, ...] = ()
    if inputs is not None:
        named = parted(asked.given, scorer.feature_names, inputs).ignored
        ignored = (*named, *too_late(reading.frame, inputs))
    scores = scorer.score_records(reading.frame, asked.given, history)
    blind = inputs is not None and history is None and _is_blind(inputs, asked.given)
    return Scored(scores, reading.rejections, rows, ignored, clamped, history=history, blind=blind)


def _streamed(asked: Asked, out: str | None, form: str) -> list[Path] | None:
    """List the files whose scores go from Parquet to Parquet; None if none do."""
    if out in {None, "-"} or form != "parquet" or not asked.sources or asked.limit is not None:
        return None
    return parquet_files(asked.sources)


def _score_to(
    scorer: Scorer, asked: Asked, history: Past | None, files: Sequence[Path], out: str
) -> Scored:
    """Score Parquet files into a Parquet file."""
    constants = {SYNTHETIC: is_synthetic(scorer)}
    task = Task(scorer, asked.given, history, asked.mapping, asked.where, constants)
    done, inputs = score_files(task, files, out), scorer.artefact.inputs
    blind = inputs is not None and history is None and _is_blind(inputs, asked.given)
    return Scored(
        pl.DataFrame(),
        done.rejections,
        done.rows,
        done.ignored,
        history=history,
        blind=blind,
        written=True,
    )


def _is_blind(inputs: Inputs, given: Mapping[str, str]) -> bool:
    """Tell whether a model uses what an account's videos came to, and none of that is stated."""
    used = {feature.name for feature in inputs.features if feature.phase == "history"}
    return bool(used) and used.isdisjoint(given)


def _one(prediction: Prediction) -> pl.DataFrame:
    probabilities = zip(TIERS, prediction.tier_probabilities, strict=True)
    low, median, high = prediction.interval or (None, None, None)
    numbers = ("percentile", "low", "median", "high")
    return pl.DataFrame(
        {
            "video_id": [None],
            "score": [prediction.score],
            "tier": [prediction.tier],
            **{f"p{tier}": [probability] for tier, probability in probabilities},
            "percentile": [prediction.percentile],
            "low": [low],
            "median": [median],
            "high": [high],
            "unknown": [len(prediction.unknown)],
        },
        schema_overrides={"video_id": pl.String, **dict.fromkeys(numbers, pl.Float64)},
    )
