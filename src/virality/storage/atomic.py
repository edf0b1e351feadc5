"""Writing files whole or not at all.

What is written goes to a temporary file beside the old one, is flushed to disk, and then takes its
place in a single step: a full disk or a lost connection leaves the old file as it was.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from virality.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def write_document(document: Mapping[str, Any], path: str | Path) -> None:
    """Write a model file in one step: whole, or not at all.

    Parameters
    ----------
    document
        A JSON object of finite numbers.
    path
        The file; an existing one stays as it is until the new one is complete on disk.

    Raises
    ------
    OutputError
        When it cannot be written, or holds a number that is not finite.
    """
    try:
        text = json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1)
    except ValueError:
        raise OutputError("the model holds a number that is not finite", where=str(path)) from None
    replace_file(path, f"{text}\n".encode())


def replace_file(path: str | Path, content: bytes) -> None:
    """Put a file in place whole, or not at all.

    Raises
    ------
    OutputError
        When any step fails; the old file is then intact and nothing is left behind.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another when, and only when, all is written.

    What is written goes to a temporary file beside it, is flushed to disk, and is then renamed.

    Raises
    ------
    OutputError
        When any step fails; the old file is then intact and nothing is left behind.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="choose another place, or make room; an older file there is unchanged",
        ) from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _mode(target: Path) -> int:
    """Permissions for the new file: the old one's, or what the process gives new files."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
