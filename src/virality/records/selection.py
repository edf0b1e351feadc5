"""Select rows by a condition in SQL."""

from collections.abc import Collection

import polars as pl

from virality.errors import OptionError
from virality.records.cleaning.rows import FIELD


def condition(where: str | None) -> pl.Expr | None:
    """Parse a condition.

    Raises
    ------
    OptionError
        If it is no condition.
    """
    if where is None:
        return None
    try:
        return pl.sql_expr(where)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _bad(where, "is no condition in SQL", "write one such as views > 1000") from error


def roots(expression: pl.Expr | None) -> frozenset[str]:
    """Name the columns that a condition reads."""
    return frozenset(() if expression is None else expression.meta.root_names())


def selected(frame: pl.DataFrame, expression: pl.Expr, where: str) -> pl.DataFrame:
    """Keep the rows that meet a condition, and faulty ones of which it is not known.

    Raises
    ------
    OptionError
        If the condition reads a column that is not there, or is neither true nor false.
    """
    missing = roots(expression) - set(frame.columns)
    if missing:
        raise _bad(where, f"there is no column {_first(missing)}", _columns(frame))
    try:
        met = frame.select(met=expression).to_series()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _bad(where, "cannot be worked out on these columns", _columns(frame)) from error
    if met.dtype != pl.Boolean or met.len() not in (1, frame.height):
        raise _bad(where, "is neither true nor false", "write one such as views > 1000")
    every = met.new_from_index(0, frame.height) if met.len() == 1 else met
    kept = every | (every.is_null() & frame[FIELD].is_not_null())
    return frame.filter(kept.fill_null(value=False))


def _first(names: Collection[str]) -> str:
    """Quote the first of some names."""
    return repr(min(names))


def _columns(frame: pl.DataFrame) -> str:
    """List the columns that a condition may read."""
    names = [name for name in frame.columns if not name.startswith("\0")]
    return f"there are: {', '.join(names)}"


def _bad(where: str, what: str, remedy: str) -> OptionError:
    """Build the error for a condition."""
    return OptionError(what, where=f"where {where!r}", remedy=remedy)
