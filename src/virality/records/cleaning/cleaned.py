"""A cleaned column: its usable values, and why others are not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

BLANK: Final = ("", "null", "none", "n/a", "na", "nan", "nat", "-", "--", "undefined")
"""Words for an unknown value."""

GIVEN: Final = pl.col("given")
"""The values as they were given, in a frame that is being judged."""

_QUOTABLE: Final = r"^[-+]?[0-9][-+0-9.,:/ TZeEkKmMbB]{0,38}$"


@dataclass(frozen=True)
class Cleaned:
    """A column after cleaning.

    Parameters
    ----------
    value
        The values in their canonical type; null where unknown or unusable.
    reason
        Why a value that is there cannot be used, in words that quote no caption and no name;
        null where it can. None if all can.
    """

    value: pl.Series
    reason: pl.Series | None = None


Clean = Callable[[pl.Series], Cleaned]
"""What turns a raw column of any type into a cleaned one."""


def unknown(column: pl.Series, dtype: pl.DataType) -> Cleaned:
    """Give a column of which nothing is known."""
    return Cleaned(pl.Series(column.name, [], dtype=dtype).clear(column.len()))


def refused(column: pl.Series, dtype: pl.DataType, reason: str) -> Cleaned:
    """Give a column of which no value can be used."""
    frame = pl.DataFrame({"given": column})
    reasons = frame.select(pl.when(GIVEN.is_not_null()).then(pl.lit(reason))).to_series()
    return Cleaned(unknown(column, dtype).value, reasons)


def judged(frame: pl.DataFrame, value: pl.Expr, usable: pl.Expr, reason: pl.Expr) -> Cleaned:
    """Part the usable values from the others.

    Parameters
    ----------
    frame
        The values as ``given``, and what else the expressions need.
    value
        The values in their canonical type.
    usable
        True where they can be used.
    reason
        Why they cannot; worked out only if there are such.
    """
    kept = usable.fill_null(value=False)
    parted = frame.select(value=pl.when(kept).then(value), bad=GIVEN.is_not_null() & kept.not_())
    if not parted["bad"].any():
        return Cleaned(parted["value"])
    reasons = frame.select(pl.when(parted["bad"]).then(reason)).to_series()
    return Cleaned(parted["value"], reasons)


def first_usable(columns: Iterable[Cleaned], otherwise: Cleaned) -> Cleaned:
    """Take the first usable value of several columns; a reason where none is, yet something was.

    A column is only cleaned if those before it leave something unknown.
    """
    best: Cleaned | None = None
    for column in columns:
        best = column if best is None else _filled(best, column)
        if not best.value.null_count():
            break
    return otherwise if best is None else best


def _filled(first: Cleaned, second: Cleaned) -> Cleaned:
    """Fill what the first column leaves unknown from the second."""
    value = pl.select(pl.coalesce(first.value, second.value)).to_series()
    reasons = [column.reason for column in (first, second) if column.reason is not None]
    if not reasons:
        return Cleaned(value)
    reason = pl.select(pl.when(value.is_null()).then(pl.coalesce(reasons))).to_series()
    return Cleaned(value, reason)


def spoken(column: pl.Series) -> pl.Series:
    """Strip a text, and make null what only stands for nothing.

    Examples
    --------
    >>> spoken(pl.Series([" 5 ", "N/A", "-"])).to_list()
    ['5', None, None]
    """
    text = column.str.strip_chars()
    blank = text.str.to_lowercase().is_in(BLANK)
    return text.set(blank, None) if blank.any() else text


def because(reason: str, text: pl.Expr) -> pl.Expr:
    """Give a reason, with the value itself where that is a short number or date."""
    quoted = pl.format(reason + ": {}", text)
    return pl.when(text.str.contains(_QUOTABLE)).then(quoted).otherwise(pl.lit(reason))
