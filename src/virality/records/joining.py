"""Stack frames whose columns and types differ."""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl
from polars import selectors

_EXACT: Final = 2**53


def joined(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Stack frames; a column of numbers and other things becomes text.

    Parameters
    ----------
    frames
        At least one frame. A column that one of them lacks is null there.

    Returns
    -------
    polars.DataFrame
        All rows, in order.
    """
    if len(frames) == 1:
        return frames[0]
    names = dict.fromkeys(name for frame in frames for name in frame.columns)
    texts = {name for name in names if _differ(name, frames)}
    return pl.concat([_texts(frame, texts) for frame in frames], how="diagonal_relaxed")


def exactly(name: str) -> pl.Expr:
    """Name a column that no pattern may be read into, which to Polars ``*`` and ``^a$`` are."""
    return selectors.by_name(name).as_expr()


def as_text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Turn a column of any type into text."""
    if isinstance(dtype, pl.List):
        return column.cast(pl.List(pl.String), strict=False).list.join(", ")
    return column.cast(pl.String, strict=False)


def _differ(name: str, frames: Sequence[pl.DataFrame]) -> bool:
    """Tell whether a column's types have nothing but text in common."""
    held = [frame for frame in frames if name in frame.columns]
    types = {frame.schema[name] for frame in held} - {pl.Null()}
    if len(types) < 2:  # noqa: PLR2004 - one type differs from none
        return False
    numeric = all(dtype.is_numeric() for dtype in types)
    return not (numeric and _exact(frame[name] for frame in held))


def _exact(columns: Iterable[pl.Series]) -> bool:
    """Tell whether floats can hold every integer of some columns."""
    whole = [column.cast(pl.Float64) for column in columns if column.dtype.is_integer()]
    return all(column.is_between(-_EXACT, _EXACT).all() for column in whole)


def _texts(frame: pl.DataFrame, names: set[str]) -> pl.DataFrame:
    """Turn some columns of a frame into text."""
    return frame.with_columns(
        as_text(exactly(name), frame.schema[name]) for name in frame.columns if name in names
    )
