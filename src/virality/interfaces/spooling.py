"""What a command is given to read: files as they are, pipes kept, databases with their table."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from virality.errors import OptionError, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import click

    from virality.records.databases import Database

    Source = str | Database

_STDIN = "-"
_KEPT = "virality."
_FOLDERS: list[str] = []
"""Where pipes are kept."""


def readable(
    context: click.Context, _: click.Parameter, sources: Sequence[str]
) -> tuple[Source, ...]:
    """Put files in place of pipes, which can be read only once; ``-`` is standard input.

    A database gets the table or the query that :func:`noted` has kept.

    Raises
    ------
    SourceError
        When a pipe cannot be read.
    OptionError
        When a table or a query is named, and no database, or both are.
    """
    chosen = {name: context.meta.get(_KEPT + name) for name in ("table", "query")}
    found = tuple(_readable(context, source, chosen) for source in sources)
    if any(chosen.values()) and all(isinstance(one, str) for one in found):
        raise OptionError(
            "no SOURCE is a database",
            where="--table" if chosen["table"] else "--query",
            remedy="name one: postgresql://user@host/name, or a file of DuckDB or SQLite",
        )
    return found


def as_piped(text: str) -> str:
    """Leave out of a text where pipes were kept: their names remain."""
    for folder in _FOLDERS:
        text = text.replace(f"{folder}{os.sep}", "")
    return text


def noted(context: click.Context, option: click.Parameter, value: str | None) -> None:
    """Keep the value of an option until sources are read."""
    context.meta[f"{_KEPT}{option.name}"] = value


def _readable(context: click.Context, source: str, chosen: Mapping[str, str | None]) -> Source:
    if source == _STDIN:
        return _from_stdin(context)
    from virality.records.databases import Database, is_database  # noqa: PLC0415  loads Polars

    if is_database(source):
        return Database(source, **chosen)
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
    _FOLDERS.append(folder)
    path = Path(folder, name)
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file)
    return str(path)
