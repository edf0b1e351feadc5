"""What a caller gives to be scored: values by name, records, or a mixture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError, OptionError
from virality.features.saying import FLAG

if TYPE_CHECKING:
    import polars as pl

    from virality.features.inputs import Inputs
    from virality.features.schema import Feature
    from virality.records import Sources


@dataclass(frozen=True)
class Given:
    """What is given of a video.

    Attributes
    ----------
    values
        Checked numbers of features, by name; NaN is unknown.
    record
        Fields of a record.
    ignored
        Features that were named and are not known yet at the model's moment.
    """

    values: Mapping[str, float]
    record: Mapping[str, Any]
    ignored: tuple[str, ...]


def parted(video: Mapping[str, Any], names: tuple[str, ...], inputs: Inputs | None) -> Given:
    """Part what is given of a video.

    Parameters
    ----------
    video
        Fields of a record and features, by name.
    names
        The model's features.
    inputs
        The same with their meaning; None where it is not known.

    Raises
    ------
    DataError
        When it is no record, or a feature's value is no number.
    OptionError
        When a feature's value is outside of its range.
    """
    if not isinstance(video, Mapping):
        raise DataError(f"{type(video).__name__} is not a record", remedy="give a dict")
    columns = frozenset() if inputs is None else inputs.columns
    named = [key for key in video if key in names and key not in columns]
    values = {key: _number(key, video[key], inputs) for key in named}
    if inputs is not None:
        for name, number in values.items():
            _check_range(inputs.feature(name), number)
    unused = () if inputs is None else tuple(feature.name for feature in inputs.unused)
    ignored = tuple(key for key in video if key in unused and key not in columns)
    record = {key: value for key, value in video.items() if key not in (*named, *ignored)}
    return Given(values, record, ignored)


_NUMBERS = (bool, int, float)


def without_record(told: Given, inputs: Inputs | None) -> Given:
    """Take the fields of a record for features, where no other feature is made of them.

    It is given back as it is unless all fields are columns that are features as they are, of
    ordinary values, and whatever else reads them is named itself. So a caller that has all features
    at hand is spared the reading of a record.
    """
    if inputs is None:
        return told
    settled: dict[str, float] = {}
    known = told.values.keys() | told.record.keys()
    for name, value in told.record.items():
        number = _settled(inputs, name, value)
        if number is None or not inputs.readers[name] <= known:
            return told
        settled[name] = number
    return Given({**told.values, **settled}, {}, told.ignored)


def _settled(inputs: Inputs, name: str, value: Any) -> float | None:  # noqa: ANN401  from a person
    """Take a column for the feature of its name; None where it has to be read as records are."""
    if name not in inputs.names or name not in inputs.columns:
        return None
    feature = inputs.feature(name)
    if value is None:
        return np.nan
    if feature.unit == FLAG:
        return float(value) if type(value) in _NUMBERS and value in {0, 1} else None
    ordinary = type(value) in {int, float} and 0 < value <= feature.high
    return float(value) if ordinary else None


def _number(name: str, value: Any, inputs: Inputs | None) -> float:  # noqa: ANN401  from a person
    """Take a feature value that was given by name; None is unknown."""
    if value is None:
        return np.nan
    if isinstance(value, str):
        return _spoken(name, value, inputs)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{value!r} is not a number", where=name) from None
    if np.isinf(number):
        raise DataError(f"{value!r} is not finite", where=name)
    return number


def _spoken(name: str, text: str, inputs: Inputs | None) -> float:
    """Read a feature value that was given as a text."""
    from virality.records import flag_in, number_in  # noqa: PLC0415  loads Polars

    flag = inputs is not None and inputs.feature(name).unit == FLAG
    number = number_in(text)
    if number is None and flag:
        number = flag_in(text)
    if number is None:
        accepted = FLAG if flag else "one such as 12000, 12K, 1.2M or 40%"
        raise DataError(
            f"{text!r} is not a number",
            where=name,
            remedy=f"give {accepted}; leave it out where it is unknown",
        )
    return float(number)


def _check_range(feature: Feature, number: float) -> None:
    """Refuse a feature value that its formula can never give, such as seconds for a share."""
    if number < feature.low or number > feature.high:
        raise OptionError(
            f"{number:g} is outside {feature.low:g} to {feature.high:g} ({feature.unit})",
            where=feature.name,
            remedy=f"give it in that unit, or give {' and '.join(feature.reads)} instead",
        )


def known_record(record: Mapping[str, Any], names: tuple[str, ...]) -> pl.DataFrame:
    """Turn a record into a frame of one row.

    Raises
    ------
    DataError
        When a value cannot be used, or no field is one that is known.
    """
    from virality.records import CANONICAL, to_records  # noqa: PLC0415  loads Polars

    frame = to_records(record)
    if not record or names_a_column(record):
        return frame
    foreign = {name.partition(".")[0] for name in frame.columns if name not in CANONICAL}
    if foreign >= {str(key).replace("/", ".").partition(".")[0] for key in record}:
        raise DataError(
            "none of its fields is known",
            where=", ".join(sorted(map(str, record))[:5]),
            remedy=nearest(record, [*CANONICAL, *names]),
        )
    return frame


def names_a_column(record: Mapping[str, Any]) -> bool:
    """Tell whether one of a record's own fields is known by its name alone."""
    from virality.records import column_of  # noqa: PLC0415  loads Polars

    return any(column_of(str(key)) for key in record)


_MOST_NEAR, _LIKENESS, _LOOKED_UP, _LONGEST = 3, 0.5, 10, 100


def nearest(names: Iterable[str], known: Iterable[str]) -> str:
    """Say which known names are most like the first others, and where all of them are listed."""
    every = list(dict.fromkeys(known))
    near = dict.fromkeys(
        match
        for name in islice(names, _LOOKED_UP)
        for match in get_close_matches(str(name)[:_LONGEST], every, _MOST_NEAR, _LIKENESS)
    )
    meant = f"did you mean {' or '.join(list(near)[:_MOST_NEAR])}? " if near else ""
    return f"{meant}virality features lists all names"


def with_columns(records: pl.DataFrame, record: Mapping[str, Any]) -> pl.DataFrame:
    """Put values that hold for every record in place of their columns."""
    if not record:
        return records
    from virality.records import CANONICAL, column_of, to_records  # noqa: PLC0415  loads Polars

    columns = dict.fromkeys(map(column_of, record))
    named = [name for name in columns if name in CANONICAL]
    return records.drop(named).join(to_records(record).select(named), how="cross")


def canonical(frame: Sources) -> pl.DataFrame:
    """Bring a frame, files or a list of records into canonical columns.

    Raises
    ------
    DataError
        When one of its rows cannot be used.
    SourceError
        When a file cannot be read.
    """
    import polars as pl  # noqa: PLC0415  scoring arrays must not load it

    from virality.records import CANONICAL, read  # noqa: PLC0415  loads Polars

    if isinstance(frame, pl.DataFrame) and all(
        frame.schema.get(name) == kind for name, kind in CANONICAL.items()
    ):
        return frame
    reading = read(frame)
    if reading.rejections.height:
        first = reading.rejections.row(0, named=True)
        raise DataError(first["reason"], where=f"row {first['row']}, {first['field']}")
    return reading.frame


def too_late(records: pl.DataFrame, inputs: Inputs) -> tuple[str, ...]:
    """Name the columns of records that hold something, and that only later features read."""
    used = {name for feature in inputs.features for name in feature.reads}
    later = dict.fromkeys(name for feature in inputs.later for name in feature.reads)
    held = [name for name in later if name not in used and name in records.columns]
    return tuple(name for name in held if records[name].null_count() < records.height)
