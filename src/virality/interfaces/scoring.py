"""Scoring what a person names on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from virality.answers import answers_frame, predict
from virality.batch import Task, score_files
from virality.interfaces.asking import Account, is_blind, past, videos
from virality.interfaces.card import Card, show_card
from virality.interfaces.legend import SYNTHETIC, legend
from virality.interfaces.scores import is_synthetic
from virality.interfaces.values import checked
from virality.reasons import explain
from virality.records import parquet_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from virality.arrays import Floats
    from virality.interfaces.asking import Asked
    from virality.scorer import Scorer


@dataclass(frozen=True)
class Scored:
    """Scores, and what became of the records that were read for them.

    Attributes
    ----------
    scores
        One row for each scored record.
    account
        What became of what was named.
    features
        (n, p) of the videos; None where their scores lie in their file already, and not here.
    """

    scores: pl.DataFrame
    account: Account
    features: Floats | None

    @property
    def written(self) -> bool:
        """Whether the scores lie in their file already."""
        return self.features is None

    @property
    def count(self) -> int:
        """How many videos were scored."""
        return self.account.rows.get("scored", self.scores.height)

    def frame(self) -> pl.DataFrame:
        """Give the scores row by row."""
        return self.scores

    def stated(self) -> dict[str, Any]:
        """Give the scores as plain JSON values, with what each column means."""
        return {"legend": legend(), "predictions": self.scores.to_dicts()}


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
    files = _streamed(asked, out, form)
    if files is not None and out is not None:
        return _score_to(scorer, asked, files, out)
    named = videos(scorer, asked)
    frame = answers_frame(scorer.artefact, named.ids, named.features)
    return Scored(frame, named.account, named.features)


def show_one(scorer: Scorer, video_id: str | None, row: Floats) -> None:
    """Print the score of a video with features (p,), and why, where the model's file can tell."""
    artefact = scorer.artefact
    why = None if artefact.classifier.population is None else explain(artefact, row)
    show_card(scorer, Card(video_id, predict(artefact, row, ()), why))


def _streamed(asked: Asked, out: str | None, form: str) -> list[str | Path] | None:
    """List the files whose scores go from Parquet to Parquet; None if none do."""
    if out in {None, "-"} or form != "parquet" or not asked.sources or asked.limit is not None:
        return None
    return parquet_files(asked.sources)


def _score_to(scorer: Scorer, asked: Asked, files: Sequence[str | Path], out: str) -> Scored:
    """Score Parquet files into a Parquet file."""
    clamped, history = checked(scorer, asked.given), past(scorer, asked)
    constants = {SYNTHETIC: is_synthetic(scorer)}
    task = Task(scorer, asked.given, history, asked.mapping, asked.where, constants)
    done = score_files(task, files, out)
    blind = history is None and is_blind(scorer.artefact.inputs, asked.given)
    account = Account(done.rows, done.rejections, done.ignored, clamped, history, blind)
    return Scored(pl.DataFrame(), account, None)
