"""Turn one video, as a caller or a scraper gives it, into a row, at once.

A value that is as it should be is taken as it is; any other goes through the same cleaning
as the columns of a file, so that the two cannot differ.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import polars as pl

from virality.errors import DataError
from virality.records.canonical import CANONICAL, COUNTS
from virality.records.cleaning.cleaned import BLANK
from virality.records.cleaning.identity import author_in, photo_in, post_in
from virality.records.cleaning.rows import CLEAN, extra_names
from virality.records.cleaning.times import EARLIEST, SCHEDULED, SLACK, from_id
from virality.records.cleaning.words import HASHES, LONGEST, TAG
from virality.records.nesting import nested
from virality.records.plucking import Json, Scalar, flatten, series, tag_names, typed
from virality.records.recognition import Layout, likeliest

Flat = Mapping[str, Json]
Row = dict[str, Json]
Take = Callable[[Json], Json]

_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3}(?:\d{3})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)
_TAG: Final = re.compile(TAG)
_SECONDS_BELOW: Final = 1e11
_LARGEST_ID: Final = 2**63
_LARGEST_COUNT: Final = 1e300


class _RoughError(Exception):
    """A value that has to be cleaned first."""


def to_records(video: Mapping[str, Json]) -> pl.DataFrame:
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
    flat, layout = laid_out(video)
    extras = extras_of(flat, layout)
    types = {name: dtype for name, (_, dtype) in extras.items()}
    row = values_of(flat, layout) | {name: value for name, (value, _) in extras.items()}
    return pl.from_dicts([row], schema={**CANONICAL, **types})


def laid_out(video: Mapping[str, Json]) -> tuple[Flat, Layout]:
    """Write a video flat, and find the source that fits it best.

    Raises
    ------
    DataError
        If it is no record.
    """
    if not isinstance(video, Mapping):
        raise DataError(
            f"{type(video).__name__} is not a record", where="video", remedy="give a dict"
        )
    flat = flatten(nested(video))
    return flat, likeliest(frozenset(flat))


def extras_of(flat: Flat, layout: Layout) -> dict[str, tuple[Scalar, pl.DataType]]:
    """Keep what no canonical column used, lists excepted, with its type."""
    scalars = [path for path, value in flat.items() if not isinstance(value, list | tuple)]
    names = extra_names(scalars, layout, (), every=True)
    return {name: typed(flat[path]) for path, name in names.items()}


def values_of(flat: Flat, layout: Layout) -> Row:
    """Take every column's value, and recover what others tell."""
    address = _value(flat, layout, "url")
    values: Row = {"video_id": _video_id(flat, layout, address)}
    values |= {name: _value(flat, layout, name) for name in CANONICAL if name not in values}
    values["is_photo"] = _is_photo(flat, layout, address)
    if values["author_id"] is None and address:
        values["author_id"] = _from(address, author_in)
    if values["hashtags"] is None and values["caption"] is not None:
        values["hashtags"] = _hashtags(_TAG.findall(values["caption"]))
    if values["created_at"] is None and values["video_id"]:
        values["created_at"] = _from(values["video_id"], from_id)
    return values


def _video_id(flat: Flat, layout: Layout, address: str | None) -> str | None:
    """Take the video's id, or read it in the address."""
    try:
        own = _value(flat, layout, "video_id")
    except DataError:
        own = _from(address, post_in) if address else None
        if own is None:
            raise
    return own or (_from(address, post_in) if address else None)


def _is_photo(flat: Flat, layout: Layout, address: str | None) -> bool | None:
    """Join what the address says to the flag; where photos are marked, the rest are videos."""
    if address and "/photo/" in address and _from(address, photo_in):
        return True
    flag = _value(flat, layout, "is_photo")
    return False if flag is None and layout.source.marks_photos else flag


def _from(text: str, recover: Callable[[pl.Series], pl.Series]) -> Json:
    """Recover a value from a text."""
    return recover(pl.Series([text])).item()


def _value(flat: Flat, layout: Layout, name: str) -> Json:
    """Take a column's first usable value; complain if there are only unusable ones."""
    fault: str | None = None
    for path in layout.paths.get(name, ()):
        value, reason = _taken(name, path, flat.get(path))
        if value is not None:
            return value
        fault = fault or reason
    if fault is not None:
        raise DataError(fault, where=name, remedy="mend it or leave it out")
    return None


def _taken(name: str, path: str, value: Json) -> tuple[Json, str | None]:
    """Take one value as it is, or clean it; with the reason if it cannot be used."""
    if value is None:
        return None, None
    try:
        return _TAKE[name](value), None
    except _RoughError:
        cleaned = CLEAN[name](series(path, [value]))
    reason = None if cleaned.reason is None else cleaned.reason.item()
    return cleaned.value.to_list()[0], reason


def _id(value: Json) -> str:
    """Take an id that nothing has happened to."""
    if type(value) is int and 0 <= value < _LARGEST_ID:
        return str(value)
    text = _word(value)
    named = text[:1].isalpha() and text.lower() not in BLANK
    if text.isascii() and (text.isdigit() or named):
        return text
    raise _RoughError


def _count(value: Json) -> float:
    """Take a number of zero or more."""
    if type(value) in (int, float) and 0 <= value < _LARGEST_COUNT:
        return float(value)
    raise _RoughError


def _seconds(value: Json) -> float | None:
    """Take a duration; zero is unknown."""
    return _count(value) or None


def _flag(value: Json) -> bool:
    """Take a flag."""
    if isinstance(value, bool):
        return value
    raise _RoughError


def _photo(value: Json) -> bool:
    """Take a flag, or whether there are pictures."""
    return len(value) > 0 if isinstance(value, list) else _flag(value)


def _word(value: Json) -> str:
    """Take a text that can be written down."""
    if isinstance(value, str) and len(value) <= LONGEST and _written(value):
        return value
    raise _RoughError


def _written(text: str) -> bool:
    """Tell whether a text has no halves of characters."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _title(value: Json) -> str:
    """Take a title that nothing has to be taken off."""
    text = _word(value)
    if text == text.strip():
        return text
    raise _RoughError


def _hashtags(value: Json) -> list[str]:
    """Take a list of hashtags."""
    if not isinstance(value, list):
        raise _RoughError
    words = (name.strip(HASHES) for name in tag_names(value) if name is not None)
    return [word for word in words if word]


def _moment(value: Json, ahead: timedelta = SLACK) -> datetime:
    """Take a moment in seconds, in ISO form, or as Python has it."""
    moment = _datetime(value)
    if EARLIEST <= moment <= datetime.now(UTC) + ahead:
        return moment
    raise _RoughError


def _posting(value: Json) -> datetime:
    """Take a moment of posting, which may lie ahead."""
    return _moment(value, SCHEDULED)


def _datetime(value: Json) -> datetime:
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


_TAKE: Final[Mapping[str, Take]] = MappingProxyType(
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
        "created_at": _posting,
        "scraped_at": _moment,
        "url": _title,
    }
)
