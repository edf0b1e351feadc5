"""Scores of a file of records, read as the command line reads it."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virality.answers import answers_frame
from virality.errors import InputError, ViralityError
from virality.features.given import too_late
from virality.interfaces.service.problems import ProblemError, encoded
from virality.known import known_rows
from virality.records import read
from virality.records.databases import file_kind

if TYPE_CHECKING:
    import polars as pl

    from virality.interfaces.service.serving import Serving
    from virality.records import Reading

_SHOWN = 100
_CAPTION = 200
_PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "Zstandard", b"PAR1": "Parquet"}


@dataclass(frozen=True)
class Scored:
    """What became of the records of a file; the members are those of the answer."""

    rows: dict[str, int]
    rejections: list[dict[str, Any]]
    ignored: tuple[str, ...]
    videos: list[dict[str, Any]] = field(repr=False)


def scored_file(serving: Serving, body: bytes, most: int) -> bytes:
    """Score the records of a file.

    Parameters
    ----------
    serving
        The model.
    body
        JSON, JSON lines or CSV, as a scraper wrote it; kept in a temporary file for as long as it
        is read.
    most
        How many records it may hold.

    Raises
    ------
    ProblemError
        With 413, 415 or 422 when it cannot be read, is packed, or holds too many records.
    """
    for mark, kind in _PACKED.items():
        if body.startswith(mark):
            raise ProblemError(415, f"this is {kind}: send JSON, JSON lines or CSV")
    try:
        with tempfile.NamedTemporaryFile() as file:
            file.write(body)
            file.flush()
            if file_kind(Path(file.name)) is not None:  # its views may read files, or have no end
                raise ProblemError(415, "this is a database: send JSON, JSON lines or CSV")
            reading = read([file.name], limit=most + 1, extras=_own(serving))
        if reading.read > most:
            raise ProblemError(413, f"the file holds more than {most:,} records")
        scored = _scored(serving, reading)
    except InputError as error:
        remedy = f" ({error.remedy})" if error.remedy else ""
        raise ProblemError(422, f"the file: {error.what}{remedy}") from error
    except ViralityError as error:
        raise ProblemError(422, error.what) from error
    return encoded({**asdict(scored), "model": serving.named})


def _own(serving: Serving) -> list[str]:
    inputs = serving.scorer.artefact.inputs
    return [] if inputs is None else [feature.name for feature in inputs.own]


def _scored(serving: Serving, reading: Reading) -> Scored:
    artefact = serving.scorer.artefact
    records, features = known_rows(artefact, reading.frame, None, None)
    frame = answers_frame(artefact, records["video_id"], features)
    named = frame.insert_column(1, records["caption"].str.slice(0, _CAPTION))
    inputs = artefact.inputs
    return Scored(
        rows={
            "read": reading.read,
            "rejected": reading.rejections.height,
            "duplicates": reading.duplicates,
            "scored": frame.height,
        },
        rejections=_rows(reading.rejections.select("row", "field", "reason").head(_SHOWN)),
        ignored=() if inputs is None else too_late(reading.frame, inputs),
        videos=_rows(named),
    )


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dicts()
