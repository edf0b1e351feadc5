"""A file appears whole or not at all."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from virality.errors import OutputError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import TextIO

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def write_array(path: str | os.PathLike[str], records: Iterable[dict[str, Any]]) -> None:
    """Write records as one JSON array, a record per line.

    A temporary file beside `path` takes them one by one and then replaces it, so that nobody
    ever sees half an array.

    Raises
    ------
    OutputError
        When the file cannot be written; what stood there before then still stands.
    """
    target = Path(path)
    try:
        _replace(target, records)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot be written: {reason}", where=str(path), remedy="name a folder you may write to"
        ) from error


def _replace(target: Path, records: Iterable[dict[str, Any]]) -> None:
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding="utf-8", newline="\n") as stream:
            _write(stream, records)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _write(stream: TextIO, records: Iterable[dict[str, Any]]) -> None:
    stream.write("[")
    separator = "\n"
    for record in records:
        stream.write(separator)
        stream.write(_ENCODER.encode(record))
        separator = ",\n"
    stream.write("\n]\n")
