"""Clean moments: epoch seconds or milliseconds, ISO dates with or without offsets, bare dates."""

from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from virality.records.canonical import INSTANT
from virality.records.cleaning.cleaned import Cleaned, because, judged, refused, spoken

EARLIEST: Final = datetime(2005, 1, 1, tzinfo=UTC)
"""No short video is older."""

SLACK: Final = timedelta(days=2)
"""How far a scraper's clock may run ahead of ours."""

SCHEDULED: Final = timedelta(days=366)
"""How far ahead a video may be planned."""

_FORMS: Final = (
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f %#z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
)
_UTC: Final = r"\s*(?:Z|z|UTC|GMT)$"
_DAY_T: Final = r"^([\d-]+)[Tt]"
_MICROSECONDS: Final = 1_000_000
_MILLISECONDS_FROM: Final = 1e11
_MICROSECONDS_FROM: Final = 1e14
_FARTHEST: Final = 1e17
_DATE_FROM: Final = 19_000_101
_DATE_TO: Final = 21_001_231
_ID_DIGITS: Final = 19
_ID_SHIFT: Final = 2**32


def times(column: pl.Series, ahead: timedelta = SLACK) -> Cleaned:
    """Clean a column of moments.

    Parameters
    ----------
    column
        The raw values; those without an offset are UTC.
    ahead
        How far they may lie in the future.

    Returns
    -------
    Cleaned
        Moments in UTC; unusable where no date, before 2005, or too far ahead.
    """
    if column.dtype == pl.String:
        text = spoken(column)
        return _plausible(_written(text), text, ahead)
    if column.dtype.is_numeric():
        number = column.cast(pl.Float64).fill_nan(None)
        given = column if column.dtype.is_integer() else number
        return _plausible(_numeric(number), given, ahead)
    if isinstance(column.dtype, pl.Date | pl.Datetime):
        return _plausible(_instant(column), column, ahead)
    return refused(column, INSTANT, "not a date")


def postings(column: pl.Series) -> Cleaned:
    """Clean a column of moments of posting, which may be planned for up to a year ahead."""
    return times(column, SCHEDULED)


def from_id(video_id: pl.Series) -> pl.Series:
    """Recover the second in which TikTok gave out an id; null where that makes no sense."""
    digits = video_id.str.extract(rf"^(\d{{{_ID_DIGITS}}})$", 1).cast(pl.Int64, strict=False)
    moment = (digits // _ID_SHIFT * _MICROSECONDS).cast(INSTANT)
    return _plausible(moment, moment).value


def _plausible(moment: pl.Series, given: pl.Series, ahead: timedelta = SLACK) -> Cleaned:
    """Refuse what is no moment and what is no possible one."""
    value, text = pl.col("moment"), pl.col("given").cast(pl.String)
    usable = value.is_between(EARLIEST, datetime.now(UTC) + ahead)
    reason = (
        pl.when(value.is_null())
        .then(because("not a date", text))
        .otherwise(because("not a possible date", text))
    )
    return judged(pl.DataFrame({"moment": moment, "given": given}), value, usable, reason)


def _instant(column: pl.Series) -> pl.Series:
    """Bring dates and moments to UTC, in which they are unless they say otherwise."""
    if column.dtype == pl.Date or column.dtype == pl.Datetime(time_zone=None):
        column = column.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return column.cast(INSTANT)


def _numeric(number: pl.Series) -> pl.Series:
    """Read ``20191016`` as a date and any other number as time since 1970."""
    day = number.is_between(_DATE_FROM, _DATE_TO)
    if not day.any():
        return _epoch(number)
    text = number.set(~day, None).cast(pl.Int64).cast(pl.String)
    return pl.select(
        pl.coalesce(_parsed(text, "%Y%m%d"), _epoch(number.set(day, None)))
    ).to_series()


def _epoch(number: pl.Series) -> pl.Series:
    """Read seconds, milliseconds or microseconds since 1970, told apart by their size."""
    value = pl.col("number")
    size = value.abs()
    micros = (
        pl.when(size < _MILLISECONDS_FROM)
        .then(value * _MICROSECONDS)
        .when(size < _MICROSECONDS_FROM)
        .then(value * 1_000)
        .when(size < _FARTHEST)
        .then(value)
    )
    frame = pl.DataFrame({"number": number})
    return frame.select(micros.round(0).cast(pl.Int64).cast(INSTANT)).to_series()


def _written(text: pl.Series) -> pl.Series:
    """Read a text that is a number, or a date in the order of ISO."""
    moment = _numeric(text.cast(pl.Float64, strict=False).fill_nan(None))
    if moment.null_count() == text.null_count():
        return moment
    plain = text.str.replace_all("/", "-", literal=True).str.replace(_UTC, "")
    plain = plain.str.replace(_DAY_T, "$1 ")
    for form in _FORMS:
        moment = pl.select(pl.coalesce(moment, _parsed(plain, form))).to_series()
        if moment.null_count() == text.null_count():
            break
    return moment


def _parsed(text: pl.Series, form: str) -> pl.Series:
    """Read the texts that have one form; null elsewhere."""
    if form.endswith("z"):
        return text.str.to_datetime(form, time_unit="us", strict=False).cast(INSTANT)
    return text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
