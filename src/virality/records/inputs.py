"""Turn what a caller names into inputs: files, patterns, frames, records."""

import glob
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from virality.errors import OptionError, SourceError
from virality.records.content import PARQUET, starts
from virality.records.databases import Database, is_database
from virality.records.elsewhere import Address, Elsewhere, address
from virality.records.loading import Input

Sources = (
    str
    | Path
    | pl.DataFrame
    | pl.LazyFrame
    | Elsewhere
    | Sequence[str | Path | pl.DataFrame | pl.LazyFrame | Elsewhere]
    | Sequence[Mapping[str, Any]]
)
"""A path, pattern or address, a frame (lazy or not), a database, several, or records in Python."""


def inputs(sources: Sources) -> list[Input]:
    """List the inputs that a caller means.

    Parameters
    ----------
    sources
        A path or pattern, a frame, several of these, or a list of records.

    Returns
    -------
    list
        The inputs, in order; a pattern's files in the order of their names.

    Raises
    ------
    SourceError
        If a path is missing, is a folder or a pipe, or a pattern matches nothing.
    OptionError
        If it is none of these.
    """
    if isinstance(sources, str | Path | pl.DataFrame | pl.LazyFrame | Elsewhere):
        return _expanded(sources)
    if not isinstance(sources, list | tuple) or not sources:
        raise _nothing(sources)
    if all(isinstance(source, Mapping) for source in sources):
        return [[source for source in sources if isinstance(source, Mapping)]]
    return [each for source in sources for each in _expanded(source)]


def parquet_files(sources: Sources) -> list[str | Path] | None:
    """List the files, or addresses of files, that a caller means; None unless all are Parquet.

    Raises
    ------
    SourceError
        If a path is missing, or a file cannot be read.
    OptionError
        If it is none of what can be read.
    """
    files = [_parquet(one) for one in inputs(sources)]
    found = [one for one in files if one is not None]
    return found if len(found) == len(files) else None


def _parquet(source: Input) -> str | Path | None:
    if isinstance(source, Address):
        return source.where
    if isinstance(source, Path) and starts(source).startswith(PARQUET):
        return source
    return None


def files_of(patterns: Sequence[str]) -> list[Path]:
    """List the files that patterns match.

    Raises
    ------
    SourceError
        If one matches nothing.
    """
    return [path for pattern in patterns for path in _matched(pattern)]


def _expanded(source: object) -> list[Input]:
    """Expand one source: a pattern may mean many files."""
    if isinstance(source, pl.DataFrame | pl.LazyFrame | Elsewhere):
        return [source]
    if not isinstance(source, str | Path):
        raise _nothing(source)
    if is_database(str(source)):
        return [Database(str(source))]
    store = address(source) if isinstance(source, str) else None
    if store is not None:
        return [store]
    path = Path(source).expanduser()
    if path.is_dir():
        raise SourceError(
            "is a folder", where=str(source), remedy=f"name its files: {path / '*.json'}"
        )
    if path.is_fifo():
        raise SourceError(
            "is a pipe, which can be read only once", where=str(source), remedy="read from a file"
        )
    if path.exists():
        return [path]
    return list(_matched(str(path)))


def _matched(pattern: str) -> list[Path]:
    """Find the files that a pattern matches."""
    if not glob.has_magic(pattern):
        raise SourceError("there is no such file", where=pattern, remedy="check the path")
    found = sorted(Path(name) for name in glob.glob(pattern, recursive=True))  # noqa: PTH207 - absolute patterns too
    files = [path for path in found if path.is_file()]
    if not files:
        raise SourceError("the pattern matches no file", where=pattern, remedy="check the path")
    return files


def _nothing(source: object) -> OptionError:
    """Build the error for what is no source."""
    return OptionError(
        f"{type(source).__name__} is nothing to read records from",
        where="sources",
        remedy="give paths, patterns, frames, or a list of records",
    )
