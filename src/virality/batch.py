"""Scoring Parquet files of any size into one: slice by slice, by all processors.

Memory holds a slice of records for each thread, however many there are. What is scored waits in a
temporary folder, and takes the place of the old file in one step at the end.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from virality.errors import DataError, SourceError
from virality.features.given import parted, too_late
from virality.records import read
from virality.scale import blocks_of
from virality.storage.atomic import replacing
from virality.threads import workers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.context import Past
    from virality.scorer import Scorer

SLICE = 131_072


@dataclass(frozen=True)
class Task:
    """What is done to each slice.

    Attributes
    ----------
    scorer
        The model.
    given
        Record columns and feature names whose value holds for every record.
    history
        The accounts' earlier videos.
    mapping, where
        Choices of the reading.
    constants
        Further columns of the scores, with their one value.
    """

    scorer: Scorer
    given: Mapping[str, Any]
    history: Past | None = None
    mapping: Mapping[str, str] | None = None
    where: str | None = None
    constants: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Batch:
    """What became of the records; parts are joined by ``+``.

    Attributes
    ----------
    rows
        Counts of records ``read``, ``rejected``, ``duplicates``, ``filtered`` and ``scored``.
    rejections
        ``file``, ``row``, ``field`` and ``reason`` of each record that could not be used.
    ignored
        What was given and is not known yet at the model's moment.
    """

    rows: dict[str, int]
    rejections: pl.DataFrame
    ignored: tuple[str, ...]

    def __add__(self, other: Batch) -> Batch:
        """Join what became of two slices, in order."""
        return Batch(
            {name: count + other.rows[name] for name, count in self.rows.items()},
            pl.concat([self.rejections, other.rejections]),
            tuple(dict.fromkeys(self.ignored + other.ignored)),
        )


def score_files(task: Task, paths: Sequence[str | Path], out: str | Path) -> Batch:
    """Score Parquet files of records into a Parquet file.

    Each slice of 131,072 records is read, cleaned and scored alone, so a record that was scraped
    twice is merged with its like only within a slice.

    Parameters
    ----------
    task
        What is done to each slice.
    paths
        The files.
    out
        Where the scores go, with the columns of :meth:`~virality.Scorer.score_records`.

    Raises
    ------
    SourceError
        When a file cannot be read or recognised.
    DataError
        When no record can be scored, or a value is no use.
    OutputError
        When the scores cannot be written; an older file there is then unchanged.
    """
    slices = [
        (str(path), rows.start, rows.stop - rows.start)
        for path in paths
        for rows in blocks_of(_height(path), SLICE)
    ]
    total = sum(rows for *_, rows in slices)
    with tempfile.TemporaryDirectory(prefix="virality-") as folder, workers(total) as executor:
        numbered = [(Path(folder) / f"{k:08}.parquet", *one) for k, one in enumerate(slices)]
        done = (map if executor is None else executor.map)(
            lambda one: _scored(task, *one), numbered
        )
        batch = reduce(add, done)
        if not batch.rows["scored"]:
            raise DataError("no record can be scored", remedy="--rejects FILE lists every reason")
        with replacing(out) as file:
            pl.scan_parquet(Path(folder) / "*.parquet").sink_parquet(file)
    return batch


def _height(path: str | Path) -> int:
    """Count the rows of a file."""
    try:
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceError("is no Parquet file that can be read", where=str(path)) from error


def _scored(task: Task, part: Path, path: str, begin: int, rows: int) -> Batch:
    """Score one slice into a file of its own."""
    inputs = task.scorer.artefact.inputs
    own = () if inputs is None else [feature.name for feature in inputs.own]
    frame = pl.scan_parquet(path).slice(begin, rows)
    reading = read(frame, mapping=task.mapping, where=task.where, extras=own)
    scores = task.scorer.score_records(reading.frame, task.given, task.history)
    constants = [pl.lit(value).alias(name) for name, value in (task.constants or {}).items()]
    scores.with_columns(constants).write_parquet(part)
    ignored: tuple[str, ...] = ()
    if inputs is not None:
        named = parted(task.given, task.scorer.feature_names, inputs).ignored
        ignored = (*named, *too_late(reading.frame, inputs))
    return Batch(
        {
            "read": reading.read,
            "rejected": reading.rejections.height,
            "duplicates": reading.duplicates,
            "filtered": reading.filtered,
            "scored": reading.frame.height,
        },
        reading.rejections.with_columns(file=pl.lit(path), row=pl.col("row") + begin),
        ignored,
    )
