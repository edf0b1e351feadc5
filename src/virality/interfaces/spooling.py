"""Records that come through a pipe, kept for as long as a command may read them."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from virality.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

_STDIN = "-"


def readable(context: click.Context, _: click.Parameter, sources: Sequence[str]) -> tuple[str, ...]:
    """Put files in place of pipes, which can be read only once; ``-`` is standard input.

    Raises
    ------
    SourceError
        When a pipe cannot be read.
    """
    return tuple(_readable(context, source) for source in sources)


def _readable(context: click.Context, source: str) -> str:
    if source == _STDIN:
        return _from_stdin(context)
    if not Path(source).is_fifo():
        return source
    try:
        with Path(source).open("rb") as stream:
            return _kept(context, stream, f"pipe-{Path(source).name}")
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", where=source) from None


def _from_stdin(context: click.Context) -> str:
    if sys.stdin.isatty():
        raise SourceError(
            "nothing is piped into it", where="standard input", remedy="name a file, or pipe one in"
        )
    return _kept(context, sys.stdin.buffer, "standard-input")


def _kept(context: click.Context, stream: BinaryIO, name: str) -> str:
    """Copy a stream to a file that is there until the command ends."""
    folder = context.with_resource(tempfile.TemporaryDirectory(prefix="virality-"))
    path = Path(folder, name)
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file)
    return str(path)
