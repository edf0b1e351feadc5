"""Records as one JSON array."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from virality.storage.atomic import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False)


def write_array(path: str | Path, records: Iterable[dict[str, Any]]) -> None:
    """Write records as one JSON array, a record per line, one at a time.

    Raises
    ------
    OutputError
        When the file cannot be written; what stood there before then still stands.
    """
    with replacing(path) as file:
        separator = "[\n"
        for record in records:
            file.write(f"{separator}{_ENCODER.encode(record)}".encode())
            separator = ",\n"
        file.write(b"\n]\n" if separator == ",\n" else b"[]\n")
