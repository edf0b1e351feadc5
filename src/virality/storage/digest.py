"""What tells one file from any other: the digest of its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

_DIGITS = 16


def digest(path: str | Path) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal; empty where there is no file."""
    place = Path(path)
    return hashlib.sha256(place.read_bytes()).hexdigest() if place.is_file() else ""


def fingerprint(path: str | Path) -> str:
    """Name a model's file: the first digits of its digest.

    This is how services, logs and registries call a model.
    """
    return digest(path)[:_DIGITS]
