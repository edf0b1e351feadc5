"""Clean captions, hashtags and titles."""

from typing import Final

import polars as pl

from virality.records.canonical import TAGS
from virality.records.cleaning.cleaned import Cleaned, judged, spoken, unknown

LONGEST: Final = 100_000
"""A longer caption is another thing in the wrong field."""

HASHES: Final = " \t\r\n#\uff03"
"""What is taken off both ends of a hashtag."""

_SPACE: Final = "\t-\r \x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SIGNS: Final = "#\uff03@.,;:!?\u2026()\\[\\]{}\"'<>/\\\\|*&%$\\^+=~`\uff0c\u3002\uff01\uff1f\u3001"
TAG: Final = f"[#\uff03][^{_SPACE}{_SIGNS}]+"
"""A hashtag inside a caption."""

_NAMED: Final = r"['\"](?:name|title|hashtagName)['\"]\s*:\s*['\"][^'\"]*"
_BEFORE_NAME: Final = r"^['\"]\w+['\"]\s*:\s*['\"]"
_OBJECTS: Final = r"^\[?\s*\{"
_WORD: Final = "[^\\s,;|#\uff03\\[\\]'\"]+"
_ITEM: Final = "[^,;|]+"
_MARKED: Final = "^\\[|[#\uff03]"


def captions(column: pl.Series) -> Cleaned:
    """Clean a column of captions; unusable where one is longer than any caption."""
    text = titles(column, strip=False).value
    given = pl.col("given")
    reason = pl.lit(f"longer than {LONGEST:,} characters")
    return judged(pl.DataFrame({"given": text}), given, given.str.len_chars() <= LONGEST, reason)


def titles(column: pl.Series, *, strip: bool = True) -> Cleaned:
    """Clean a column of titles."""
    if column.dtype.is_nested():
        return unknown(column, pl.String())
    text = column.cast(pl.String, strict=False)
    return Cleaned(text.str.strip_chars() if strip else text)


def hashtags(column: pl.Series) -> Cleaned:
    """Clean a column of hashtags: lists of them, or a text that lists them.

    An empty list is known to be empty; a blank text is unknown.
    """
    if isinstance(column.dtype, pl.List):
        return Cleaned(_stripped(_names(column, column.dtype)))
    if column.dtype != pl.String:
        return unknown(column, TAGS)
    text = spoken(column)
    named = text.str.extract_all(_NAMED).list.eval(pl.element().str.replace(_BEFORE_NAME, ""))
    words = text.str.extract_all(_WORD).zip_with(_like(text, _MARKED), text.str.extract_all(_ITEM))
    return Cleaned(_stripped(named.zip_with(_like(text, _OBJECTS), words)))


def _like(text: pl.Series, pattern: str) -> pl.Series:
    """Tell which texts match a pattern."""
    return text.str.contains(pattern).fill_null(value=False)


def tags_in(caption: pl.Series) -> pl.Series:
    """Find the hashtags of a caption; null where there is no caption."""
    return _stripped(caption.str.extract_all(TAG))


def _names(column: pl.Series, dtype: pl.List) -> pl.Series:
    """Take the names of hashtags that are structures."""
    inner = dtype.inner
    if not isinstance(inner, pl.Struct):
        return column.cast(TAGS, strict=False)
    present = {field.name for field in inner.fields}
    names = [name for name in ("name", "hashtagName", "title") if name in present]
    fields = [pl.element().struct.field(name).cast(pl.String) for name in names]
    return column.list.eval(pl.coalesce(fields) if fields else pl.lit(None, dtype=pl.String))


def _stripped(tags: pl.Series) -> pl.Series:
    """Take off the hash signs and drop what is blank."""
    words = tags.list.eval(pl.element().str.strip_chars(HASHES))
    return words.list.eval(pl.element().filter(pl.element() != ""))
