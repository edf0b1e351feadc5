"""Writing frames to files, whole or not at all, and to text."""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING

from virality.storage.atomic import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from virality.scorer import Scorer


def write_frame(frame: pl.DataFrame, path: str | Path, form: str) -> None:
    """Write a frame as ``csv``, ``json`` (an array of objects) or ``parquet``.

    Raises
    ------
    OutputError
        When it cannot be written; an older file there is then unchanged.
    """
    content = BytesIO()
    if form == "parquet":
        frame.write_parquet(content)
    elif form == "json":
        frame.write_json(content)
    else:
        frame.write_csv(content)
    replace_file(path, content.getvalue())


def as_text(scorer: Scorer, frame: pl.DataFrame, form: str) -> str:
    """Give scores as CSV, or as one JSON object that names what the model was trained on."""
    if form == "csv":
        return frame.write_csv().rstrip("\n")
    artefact = scorer.artefact
    return json.dumps(
        {
            "synthetic": artefact.data.get("synthetic", False),
            "outcome": artefact.outcome,
            "trained_at": artefact.trained_at,
            "predictions": frame.to_dicts(),
        }
    )
