"""Writing frames to files, whole or not at all, and to text."""

from __future__ import annotations

import glob
import json
import os
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from virality.errors import OutputError
from virality.interfaces.legend import SYNTHETIC
from virality.interfaces.scores import is_synthetic
from virality.records import files_of
from virality.records.elsewhere import scheme_of
from virality.storage.atomic import replace_file, replacing, require_writable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from virality.scorer import Scorer


class Told(Protocol):
    """What a model says of videos."""

    def frame(self) -> pl.DataFrame:
        """Give it row by row."""

    def stated(self) -> dict[str, Any]:
        """Give it as plain JSON values, by name."""


def write_frame(frame: pl.DataFrame | pl.LazyFrame, path: str | Path, form: str) -> None:
    """Write a frame as ``csv``, ``json``, ``jsonl`` or ``parquet``.

    What is lazy passes through in batches, and is not held; one JSON document is.

    Raises
    ------
    OutputError
        When it cannot be written; an older file there is then unchanged.
    """
    if isinstance(frame, pl.LazyFrame):
        if form != "json":
            _write_lazy(frame, path, form)
            return
        frame = frame.collect()
    content = BytesIO()
    if form == "parquet":
        frame.write_parquet(content)
    elif form == "csv":
        frame.write_csv(content)
    else:
        (frame.write_json if form == "json" else frame.write_ndjson)(content)
    replace_file(path, content.getvalue())


def _write_lazy(frame: pl.LazyFrame, path: str | Path, form: str) -> None:
    with replacing(path) as file:
        if form == "parquet":
            frame.sink_parquet(file)
        elif form == "csv":
            frame.sink_csv(file)
        else:
            frame.sink_ndjson(file)


def require_places(outputs: Sequence[str | None], inputs: Sequence[object]) -> None:
    """Find out before any work whether results can be written without harm.

    Parameters
    ----------
    outputs
        Files that will be written; None for those that will not.
    inputs
        What will be read: files and patterns count, and nothing that lies elsewhere.

    Raises
    ------
    OutputError
        When a place cannot be written, is one of the inputs, or is named twice.
    SourceError
        When a pattern matches no file.
    """
    local = [one for one in inputs if isinstance(one, str) and scheme_of(one) is None]
    named = {source for source in local if not glob.has_magic(source)}
    found = files_of([source for source in local if source not in named])
    read = {os.path.realpath(path) for path in [*named, *map(str, found)]}
    for path in outputs:
        if path is None:
            continue
        require_writable(path)
        if os.path.realpath(path) in read:
            raise OutputError("is read or written by this command already", where=path)
        read.add(os.path.realpath(path))


def write_answers(scorer: Scorer, told: Told, path: str | Path, form: str) -> None:
    """Write what a model says of videos to a file, in the same form as it would be printed.

    Raises
    ------
    OutputError
        When it cannot be written; an older file there is then unchanged.
    """
    if form == "json":
        replace_file(path, f"{as_text(scorer, told, form)}\n".encode())
    else:
        write_frame(_marked(scorer, told.frame()), path, form)


def _marked(scorer: Scorer, frame: pl.DataFrame) -> pl.DataFrame:
    """Say in each row whether the model was trained on made-up videos."""
    return frame.with_columns(pl.lit(is_synthetic(scorer)).alias(SYNTHETIC))


def as_text(scorer: Scorer, told: Told, form: str) -> str:
    """Give answers as CSV, lines, or one JSON object that names what the model was trained on."""
    if form != "json":
        marked = _marked(scorer, told.frame())
        return (marked.write_csv if form == "csv" else marked.write_ndjson)().rstrip("\n")
    artefact = scorer.artefact
    return json.dumps(
        {
            SYNTHETIC: is_synthetic(scorer),
            "outcome": artefact.outcome,
            "trained_at": artefact.trained_at,
            **told.stated(),
        }
    )
