"""Letting one process at a time change a folder."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from virality.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock, a file that is made where it is missing; the system lets go of it at the end.

    A process that dies lets go, too: nothing has to be tidied up.

    Raises
    ------
    OutputError
        When another process holds it, or the file cannot be made.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise OutputError(
            f"cannot be made: {error.strerror}", where=str(path), remedy="choose another folder"
        ) from None
    try:
        try:
            _take(handle)
        except OSError:
            raise OutputError(
                "another process is changing the folder", where=str(path.parent), remedy="wait"
            ) from None
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> None:
    """Take the lock of an open file, or fail at once."""
    try:
        import fcntl  # noqa: PLC0415  where there is such a thing
    except ImportError:  # pragma: no cover  Windows
        import msvcrt  # noqa: PLC0415

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
