"""Flatten a frame: dotted names, structures taken apart, numbered columns gathered as lists."""

import re
from collections.abc import Iterable
from typing import Final

import polars as pl

from virality.errors import SourceError
from virality.records.joining import exactly
from virality.records.plucking import LIST
from virality.records.recognition import dotted, shown_name

_NUMBERED: Final = re.compile(r"^(?P<list>.+)\.\d+(?:\.(?P<leaf>[^.\d][^.]*))?$")
_NAMES: Final = ("name", "hashtagName", "title", None)
_MILLISECONDS: Final = 1_000


def flat_columns(schema: pl.Schema, where: str) -> dict[str, pl.Expr]:
    """Say how every flat column comes from a frame.

    Parameters
    ----------
    schema
        The frame's columns.
    where
        The file's name, for errors.

    Returns
    -------
    dict
        For each path an expression over the frame, of a type that can be cleaned.

    Raises
    ------
    SourceError
        If two columns share a name.
    """
    columns: dict[str, pl.Expr] = {}
    for name, dtype in schema.items():
        for path, column in _flat(dotted(name), exactly(name), dtype):
            if path in columns:
                raise twice(path, where)
            columns[path] = column
    return columns


def twice(name: str, where: str) -> SourceError:
    """Build the error for a column that comes twice."""
    return SourceError(
        f"has two columns called {shown_name(name)!r}", where=where, remedy="rename or remove one"
    )


def _flat(path: str, column: pl.Expr, dtype: pl.DataType) -> Iterable[tuple[str, pl.Expr]]:
    """Take one column apart."""
    if isinstance(dtype, pl.Struct):
        for field in dtype.fields:
            inner = column.struct.field(field.name)
            yield from _flat(
                f"{path}.{dotted(field.name)}", inner, pl.Series(dtype=field.dtype).dtype
            )
    elif isinstance(dtype, pl.List):
        yield path + LIST, column
    elif isinstance(dtype, pl.Array):
        yield path + LIST, column.arr.to_list()
    elif not isinstance(dtype, pl.Object):
        yield path, _plain(column, dtype)


def _plain(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Bring rare types to those that cleaning knows."""
    if isinstance(dtype, pl.Categorical | pl.Enum | pl.Binary | pl.Time):
        return column.cast(pl.String, strict=False)
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.Float64)
    if isinstance(dtype, pl.Duration):
        return column.dt.total_milliseconds() / _MILLISECONDS
    return column


def gathered(schema: pl.Schema) -> dict[str, pl.Expr]:
    """Gather numbered columns such as ``hashtags/0/name`` into lists; empty ones are unknown.

    Parameters
    ----------
    schema
        The frame's columns.

    Returns
    -------
    dict
        For each list an expression over the frame.
    """
    groups: dict[str, dict[str | None, list[str]]] = {}
    for name in schema:
        if match := _NUMBERED.match(dotted(name)):
            leaves = groups.setdefault(match["list"] + LIST, {})
            leaves.setdefault(match["leaf"], []).append(name)
    named = {
        path: next((leaves[leaf] for leaf in _NAMES if leaf in leaves), None)
        for path, leaves in groups.items()
    }
    return {path: _list_of(names) for path, names in named.items() if names}


def _list_of(names: list[str]) -> pl.Expr:
    """Join columns into one of lists, without their blanks."""
    columns = [exactly(name).cast(pl.String) for name in names]
    tags = pl.concat_list(columns).list.drop_nulls()
    return pl.when(tags.list.len() > 0).then(tags)


def is_numbered(name: str) -> bool:
    """Tell whether a column is one element of a list.

    Examples
    --------
    >>> is_numbered("hashtags/0/name"), is_numbered("stats.plays")
    (True, False)
    """
    return _NUMBERED.match(dotted(name)) is not None
