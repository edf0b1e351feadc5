"""Clean ids, and read from a post's address who posted what."""

from typing import Final

import polars as pl

from virality.records.cleaning.cleaned import Cleaned, judged, spoken

LOST: Final = "the id lost its digits (a spreadsheet rounded it)"
ABSENT: Final = "no video id"
EXACT: Final = 2.0**53
"""From here on a float no longer holds every integer."""

_ROUNDED: Final = r"^\d(?:\.\d+)?[eE]\+?\d{1,3}$"
_POSTS: Final = (
    r"/(?:video|photo|v)/(\d{5,})",
    r"(?:/shorts/|[?&]v=|youtu\.be/|/embed/)([A-Za-z0-9_-]{11})",
    r"instagram\.com/(?:[^/]+/)?(?:reels?|p|tv)/([A-Za-z0-9_-]{5,})",
)
_HANDLE: Final = r"/@([^/?#\s]+)"
_PHOTO: Final = r"/photo/\d"


def ids(column: pl.Series) -> Cleaned:
    """Clean a column of ids.

    Parameters
    ----------
    column
        The raw values.

    Returns
    -------
    Cleaned
        Ids as text; unusable where a float has swallowed their last digits.
    """
    if column.dtype.is_float():
        return _floats(column.cast(pl.Float64).fill_nan(None))
    if column.dtype != pl.String:
        return Cleaned(column.cast(pl.String, strict=False))
    text = spoken(column)
    if text.cast(pl.UInt64, strict=False).null_count() == text.null_count():
        return Cleaned(text)  # whole numbers all of them, which is quickly told
    text = text.str.replace(r"^(\d+)\.0+$", "$1")
    given = pl.col("given")
    return judged(
        pl.DataFrame({"given": text}), given, given.str.contains(_ROUNDED).not_(), pl.lit(LOST)
    )


def lenient_ids(column: pl.Series) -> Cleaned:
    """Clean ids whose loss is no fault of a record: they are merely unknown."""
    return Cleaned(ids(column).value)


def handles(column: pl.Series) -> Cleaned:
    """Clean ids or names of accounts; what is lost is unknown."""
    return Cleaned(ids(column).value.str.strip_prefix("@"))


def post_in(address: pl.Series) -> pl.Series:
    """Find the id of the post in its address."""
    found = [address.str.extract(pattern, 1) for pattern in _POSTS]
    return pl.select(pl.coalesce(found)).to_series()


def author_in(address: pl.Series) -> pl.Series:
    """Find the account's handle in a post's address."""
    return address.str.extract(_HANDLE, 1)


def photo_in(address: pl.Series) -> pl.Series:
    """Say that a post is a photo where its address does; null elsewhere."""
    photo = address.str.contains(_PHOTO)
    return photo.set(photo.not_(), None)


def _floats(number: pl.Series) -> Cleaned:
    """Keep the floats that still hold an id exactly."""
    given = pl.col("given")
    exact = given.is_between(-EXACT, EXACT, closed="none") & (given == given.floor())
    text = pl.when(exact).then(given).cast(pl.Int64).cast(pl.String)
    return judged(pl.DataFrame({"given": number}), text, exact, pl.lit(LOST))
