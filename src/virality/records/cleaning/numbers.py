"""Clean counts and durations: ``98.1K``, ``1,234``, ``55 videos``, ``01:05``."""

from typing import Final

import polars as pl

from virality.records.cleaning.cleaned import Cleaned, because, judged, refused, spoken

_NUMBER: Final = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d+)?"
_WORDS: Final = (
    r"(?:videos?|posts?|views?|plays?|likes?|comments?|shares?|saves?|followers?|fans|subscribers?)"
)
_COUNT: Final = rf"^({_NUMBER})\s*([KkMmBb万萬億亿])?\s*{_WORDS}?$"
_SECONDS: Final = rf"^({_NUMBER})\s*(?:s|secs?|seconds?)?$"
_CLOCK: Final = r"^(?:(\d+):)?(\d{1,3}):(\d{2}(?:\.\d+)?)$"
_SCALE: Final = {
    "K": 1e3,
    "M": 1e6,
    "B": 1e9,
    "万": 1e4,
    "萬": 1e4,
    "億": 1e8,
    "亿": 1e8,
}
_MINUTE: Final = 60.0
_HOUR: Final = 3600.0


def counts(column: pl.Series) -> Cleaned:
    """Clean a column of counts.

    Parameters
    ----------
    column
        The raw values.

    Returns
    -------
    Cleaned
        Counts as floats; unusable where negative, not finite, or no number.
    """
    if column.dtype.is_numeric():
        return _bounded_plain(column)
    if column.dtype != pl.String:
        return refused(column, pl.Float64(), "not a number")
    text = spoken(column)
    return _bounded(_abbreviated(text), text)


def durations(column: pl.Series) -> Cleaned:
    """Clean a column of durations into seconds; 0 is a photo's, and unknown."""
    if column.dtype.is_numeric():
        cleaned = _bounded_plain(column)
    elif column.dtype == pl.String:
        text = spoken(column)
        seconds = pl.select(pl.coalesce(_part(text, _SECONDS), _clock(text))).to_series()
        cleaned = _bounded(seconds, text)
    else:
        return refused(column, pl.Float64(), "not a duration")
    return Cleaned(cleaned.value.set(cleaned.value == 0, None), cleaned.reason)


def _bounded_plain(column: pl.Series) -> Cleaned:
    """Judge numbers that need no reading; NaN is unknown."""
    number = column.cast(pl.Float64).fill_nan(None)
    return _bounded(number, column if column.dtype.is_integer() else number)


def _bounded(number: pl.Series, given: pl.Series) -> Cleaned:
    """Refuse numbers below zero, endless ones, and texts that held none."""
    value, text = pl.col("number"), pl.col("given").cast(pl.String)
    reason = (
        pl.when(value.is_null())
        .then(because("not a number", text))
        .when(value.is_finite().not_())
        .then(pl.lit("not a finite number"))
        .otherwise(because("negative", text))
    )
    usable = value.is_between(0, float("inf"), closed="left")
    return judged(pl.DataFrame({"number": number, "given": given}), value, usable, reason)


def _part(text: pl.Series, pattern: str) -> pl.Series:
    """Read the number that a pattern's first group catches."""
    caught = text.str.extract(pattern, 1).str.replace_all(",", "", literal=True)
    return caught.cast(pl.Float64, strict=False)


def _abbreviated(text: pl.Series) -> pl.Series:
    """Read a number and multiply it by what its letter stands for."""
    plain = text.cast(pl.Float64, strict=False).fill_nan(None)
    if plain.null_count() == text.null_count():
        return plain
    letter = text.str.extract(_COUNT, 2).str.to_uppercase()
    scale = letter.replace_strict(_SCALE, default=None, return_dtype=pl.Float64)
    scaled = (_part(text, _COUNT) * scale).round(0)
    return pl.select(
        pl.coalesce(scaled, _part(text.set(letter.is_not_null(), None), _COUNT))
    ).to_series()


def _clock(text: pl.Series) -> pl.Series:
    """Read ``mm:ss`` and ``hh:mm:ss`` as seconds."""
    hours = _part(text, _CLOCK).fill_null(0) * _HOUR
    minutes = text.str.extract(_CLOCK, 2).cast(pl.Float64) * _MINUTE
    return hours + minutes + text.str.extract(_CLOCK, 3).cast(pl.Float64)
