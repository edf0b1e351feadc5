"""Turn one video, as a caller or a scraper gives it, into a row, at once.

Values that are as they should be are taken as they are; one that is not sends the whole
record through the same cleaning as a file, so that the two can never differ.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from virality.errors import DataError
from virality.records.canonical import CANONICAL, COUNTS
from virality.records.cleaning.cleaned import BLANK
from virality.records.cleaning.identity import ABSENT
from virality.records.cleaning.rows import FIELD, REASON, clean, extra_names
from virality.records.cleaning.times import EARLIEST, SLACK
from virality.records.cleaning.words import HASHES, LONGEST, TAG
from virality.records.plucking import Scalar, flatten, pluck, tag_names, typed
from virality.records.recognition import Layout, likeliest
from virality.records.table import ROW, Table

Flat = Mapping[str, Any]

_NO_ID: Final = "\0id"
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)
_TAG: Final = re.compile(TAG)
_SECONDS_BELOW: Final = 1e11


class _RoughError(Exception):
    """A value that has to be cleaned first."""


def to_records(video: Mapping[str, Any]) -> pl.DataFrame:
    """Turn one video into a frame of one row.

    Parameters
    ----------
    video
        A record in the form of any known scraper, or under canonical names or their aliases.
        It needs no id.

    Returns
    -------
    polars.DataFrame
        The canonical columns, null where unknown, then whatever else the record held.

    Raises
    ------
    DataError
        If it is no record, or one of its values cannot be used; it names the field.

    Examples
    --------
    >>> to_records({"plays": "1.2K", "caption": "so #good"}).select("views", "hashtags").row(0)
    (1200.0, ['good'])
    """
    if not isinstance(video, Mapping):
        raise DataError(
            f"{type(video).__name__} is not a record", where="video", remedy="give a dict"
        )
    flat = flatten(dict(video))
    layout = likeliest(frozenset(flat))
    try:
        values = _plain(flat, layout)
    except _RoughError:
        return _cleaned(dict(video), layout)
    extras = _extras(flat, layout)
    types = {name: dtype for name, (_, dtype) in extras.items()}
    row = values | {name: value for name, (value, _) in extras.items()}
    return pl.from_dicts([row], schema={**CANONICAL, **types})


def _extras(flat: Flat, layout: Layout) -> dict[str, tuple[Scalar, pl.DataType]]:
    """Keep what no canonical column used, lists excepted, with its type."""
    scalars = [path for path, value in flat.items() if not isinstance(value, list | tuple)]
    names = extra_names(scalars, layout, (), every=True)
    return {name: typed(flat[path]) for path, name in names.items()}


def _cleaned(video: dict[str, Any], layout: Layout) -> pl.DataFrame:
    """Clean a record as if it were a file of one."""
    raw = pluck([video], lambda node: node, layout.wanted, every=True)
    table = Table("video", layout, raw)
    frame = clean(table)
    if frame.item(0, REASON) == ABSENT:
        frame = clean(_with_id(table)).with_columns(pl.lit(None, pl.String).alias("video_id"))
    if frame.item(0, FIELD) is not None:
        raise DataError(
            frame.item(0, REASON), where=frame.item(0, FIELD), remedy="mend it or leave it out"
        )
    return frame.drop(ROW, FIELD, REASON, _NO_ID, strict=False)


def _with_id(table: Table) -> Table:
    """Lend an id to a record that has none."""
    paths = {**table.layout.paths, "video_id": (_NO_ID,)}
    layout = Layout(table.layout.source, MappingProxyType(paths))
    return replace(table, layout=layout, frame=table.frame.with_columns(pl.lit("0").alias(_NO_ID)))


def _plain(flat: Flat, layout: Layout) -> dict[str, Any]:
    """Take every column's value as it is."""
    values = {name: _first(flat, layout, name, take) for name, take in _TAKE.items()}
    address = _first(flat, layout, "url", _word)
    if values["created_at"] is None or (
        address and None in (values["video_id"], values["author_id"])
    ):
        _check_unneeded(values, address)
    if address and "/photo/" in address:
        raise _RoughError
    if values["hashtags"] is None and values["caption"] is not None:
        values["hashtags"] = _hashtags(_TAG.findall(values["caption"]))
    if values["is_photo"] is None and layout.source.marks_photos:
        values["is_photo"] = False
    return values


def _check_unneeded(values: Mapping[str, Any], address: str | None) -> None:
    """Refuse a record in which an unknown value could be recovered from a known one."""
    if address or values["video_id"] is not None:
        raise _RoughError


def _first(flat: Flat, layout: Layout, name: str, take: Callable[[Any], Any]) -> Any:
    """Take a column's first known value."""
    for path in layout.paths.get(name, ()):
        value = flat.get(path)
        taken = None if value is None else take(value)
        if taken is not None:
            return taken
    return None


def _id(value: Any) -> str:
    """Take an id that nothing has happened to."""
    if type(value) is int and value >= 0:
        return str(value)
    text = _word(value)
    named = text[:1].isalpha() and text.lower() not in BLANK
    if text.isascii() and text == text.strip() and (text.isdigit() or named):
        return text
    raise _RoughError


def _count(value: Any) -> float:
    """Take a number of zero or more."""
    if type(value) in (int, float) and 0 <= value < math.inf:
        return float(value)
    raise _RoughError


def _seconds(value: Any) -> float | None:
    """Take a duration; zero is unknown."""
    return _count(value) or None


def _flag(value: Any) -> bool:
    """Take a flag."""
    if isinstance(value, bool):
        return value
    raise _RoughError


def _photo(value: Any) -> bool:
    """Take a flag, or whether there are pictures."""
    return len(value) > 0 if isinstance(value, list) else _flag(value)


def _word(value: Any) -> str:
    """Take a text that can be written down."""
    if isinstance(value, str) and len(value) <= LONGEST and _written(value):
        return value
    raise _RoughError


def _written(text: str) -> bool:
    """Tell whether a text has no halves of characters."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _title(value: Any) -> str:
    """Take a title."""
    return _word(value).strip()


def _hashtags(value: Any) -> list[str]:
    """Take a list of hashtags."""
    if not isinstance(value, list):
        raise _RoughError
    words = (name.strip(HASHES) for name in tag_names(value) if name is not None)
    return [word for word in words if word]


def _moment(value: Any) -> datetime:
    """Take a moment in seconds, in ISO form, or as Python has it."""
    moment = _datetime(value)
    if EARLIEST <= moment <= datetime.now(UTC) + SLACK:
        return moment
    raise _RoughError


def _datetime(value: Any) -> datetime:
    """Read a moment."""
    if type(value) is int and 0 <= value < _SECONDS_BELOW:
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, str) and _ISO.fullmatch(value):
        return _aware(_parsed(value))
    if isinstance(value, datetime):
        return _aware(value)
    raise _RoughError


def _parsed(text: str) -> datetime:
    """Read a moment in ISO form."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _RoughError from error


def _aware(moment: datetime) -> datetime:
    """Give a moment in UTC, which it is in unless it says otherwise."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_TAKE: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "video_id": _id,
        "author_id": _id,
        "caption": _word,
        "hashtags": _hashtags,
        "sound_id": _id,
        "sound_title": _title,
        "sound_is_original": _flag,
        "duration_seconds": _seconds,
        "is_photo": _photo,
        **dict.fromkeys(COUNTS, _count),
        "author_verified": _flag,
        "created_at": _moment,
        "scraped_at": _moment,
    }
)
