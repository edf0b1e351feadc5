"""Clean what is either so or not."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from virality.records.cleaning.cleaned import Cleaned, unknown

_TRUE: Final = ("true", "1", "1.0", "yes", "y", "t", "original")
_FALSE: Final = ("false", "0", "0.0", "no", "n", "f")
_PHOTO: Final = ("photo", "photos", "image", "images", "slideshow", "carousel", "picture")
_VIDEO: Final = ("video", "videos", "reel", "reels", "short", "shorts", "clip")


def flags(column: pl.Series) -> Cleaned:
    """Clean a column of flags; what is neither true nor false is unknown."""
    return _flag(column, _TRUE, _FALSE)


def photos(column: pl.Series) -> Cleaned:
    """Clean a column that says whether a post is a photo: a flag, a kind, or its pictures."""
    if isinstance(column.dtype, pl.List):
        return Cleaned(column.list.len() > 0)
    return _flag(column, _TRUE + _PHOTO, _FALSE + _VIDEO)


def _flag(column: pl.Series, true: Iterable[str], false: Iterable[str]) -> Cleaned:
    """Read the words for true and for false."""
    if column.dtype == pl.Boolean:
        return Cleaned(column)
    if column.dtype.is_nested():
        return unknown(column, pl.Boolean())
    text = column.cast(pl.String, strict=False).str.strip_chars().str.to_lowercase()
    meaning = dict.fromkeys(true, True) | dict.fromkeys(false, False)
    return Cleaned(text.replace_strict(meaning, default=None, return_dtype=pl.Boolean))
