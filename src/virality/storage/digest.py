"""What tells one file from any other: the digest of its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

_DIGITS = 16


def digest(path: str | Path) -> str:
    """Give the SHA-256 of a file's bytes, in hexadecimal; empty where there is no file."""
    place = Path(path)
    return digest_of(place.read_bytes()) if place.is_file() else ""


def digest_of(content: bytes) -> str:
    """Give the SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def fingerprint(path: str | Path) -> str:
    """Name a model's file: the first digits of its digest.

    This is how services, logs and registries call a model.
    """
    return digest(path)[:_DIGITS]
