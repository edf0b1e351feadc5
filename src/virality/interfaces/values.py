"""What a person states of a video with ``--set``: names and values, checked before any scoring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from virality.errors import DataError, OptionError
from virality.features.given import nearest
from virality.records import CANONICAL, column_of, to_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from virality.features.schema import Feature
    from virality.scorer import Scorer

_ACCEPTED = {
    "is_photo": "yes or no, photo or video",
    "duration_seconds": "seconds above 0, such as 30 or 01:05",
    "hashtags": "words, such as 'cats funny'",
    "url": "the address of a video",
}
_BY_TYPE = {
    pl.Boolean: "yes or no, true or false, 1 or 0",
    pl.Float64: "a number of 0 or more, such as 12K, 1.2M or 12000",
    pl.Datetime: "a date and time, such as 2025-07-08T18:30:00Z",
    pl.String: "a text",
}
_TOLD_BY = {"url": ("video_id", "author_id")}
_LONGEST_SHOWN = 40


def checked(scorer: Scorer, given: Mapping[str, str]) -> tuple[str, ...]:
    """Refuse names and values of no use, and say which are beyond what the model knows.

    Raises
    ------
    OptionError
        When a name is neither a record column nor a feature, or a column cannot hold its value.
    """
    inputs = scorer.artefact.inputs
    features, unused = ((), ()) if inputs is None else (inputs.features, inputs.unused)
    known = [*CANONICAL, *scorer.feature_names, *(feature.name for feature in unused)]
    said: list[str] = []
    for name, value in given.items():
        if name in known and name not in CANONICAL:
            continue
        column = column_of(name)
        if column is None:
            remedy = nearest([name], known)
            raise OptionError(f"nothing is called {name!r}", where="--set", remedy=remedy)
        held = _held(name, value, column)
        if isinstance(held, float):
            said += _clamped(name, held, [one for one in features if one.reads == (column,)])
    return tuple(said)


def _held(name: str, value: str, column: str) -> object:
    """Give what a column holds once a value is stated.

    Raises
    ------
    OptionError
        When it then holds nothing.
    """
    try:
        frame = to_records({name: value})
    except DataError as error:
        raise _unusable(name, value, column, f": {error.what.partition(':')[0]}") from None
    told = frame.row(0, named=True)
    held = [told[one] for one in _TOLD_BY.get(column, (column,)) if told[one] is not None]
    if not held:
        raise _unusable(name, value, column)
    return held[0]


def _unusable(name: str, value: str, column: str, reason: str = "") -> OptionError:
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
    accepted = _ACCEPTED.get(column) or _BY_TYPE[CANONICAL[column].base_type()]
    return OptionError(
        f"{shown!r} cannot be used{reason}",
        where=f"--set {name}",
        remedy=f"give {accepted}; leave it out where it is unknown",
    )


def _clamped(name: str, number: float, features: Iterable[Feature]) -> list[str]:
    """Say as what a number counts that is beyond the range of the feature that it is."""
    return [
        f"{name}: {number:g} is {'above' if number > one.high else 'below'} the known range, and "
        f"counts as {min(max(number, one.low), one.high):,.10g}"
        for one in features
        if one.plain and not one.low <= number <= one.high
    ]
