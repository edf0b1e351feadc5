"""Features of a record. This text becomes part of exported programs: it uses no other module.

What the library divides by a constant it multiplies by the inverse, so that results are the same to
the last bit.
"""

from __future__ import annotations

import math
import re
from collections import abc
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Number = float | None
    Record = Mapping[str, Any]

# --- the program begins here
_START = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
_SCHEDULED = timedelta(days=366)
_FLAGS = {"is_photo", "author_verified", "sound_is_original"}
_HASHES = " \t\r\n#\uff03"
_DAY = 86_400_000_000
_HOUR = 3_600_000_000
_DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?"
    r"\s*(Z|z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


class Measuring:
    """Computes the features of records, as a model states them."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._features: list[dict[str, Any]] = model["features"]
        self._known = {*model["columns"], *(feature["name"] for feature in model["features"])}
        texts = Texts(model)
        self._operations: dict[str, Callable[..., Number]] = {
            **_PLAIN,
            "length": texts.length,
            "count": texts.count,
            "matches": texts.matches,
            "contains": texts.contains,
            "calls": texts.calls,
        }

    def row(self, record: Record) -> list[Number]:
        """Compute the features of a record, in the model's order; None is unknown.

        Raises
        ------
        ValueError
            When none of its fields is known, or a value is outside of its range or no date.
        TypeError
            When a value is of another kind than its column.
        """
        if not isinstance(record, abc.Mapping):
            raise TypeError("a record is a mapping, of columns and their values")
        if record and self._known.isdisjoint(record):
            raise ValueError(f"none of these fields is known: {', '.join(sorted(record)[:5])}")
        return [self._value(feature, record) for feature in self._features]

    def _value(self, feature: dict[str, Any], record: Record) -> Number:
        name, (operation, *words) = feature["name"], feature["recipe"]
        low, high = feature["low"], feature["high"]
        if name in record and not (operation == "column" and words[0] == name):
            value = _number(record, name)
            if value is not None and low is not None and not low <= value <= high:
                raise ValueError(f"{name}: {value} is outside {low} to {high}")
            return value
        value = self._operations[operation](record, *words)
        if value is None or low is None:
            return value
        return float(min(max(value, low), high))


class Texts:
    """Counts what captions hold."""

    def __init__(self, model: dict[str, Any]) -> None:
        self._lowered: dict[str, str] = model["lowered"]
        self._patterns = {name: re.compile(text) for name, text in model["patterns"].items()}

    def length(self, record: Record, name: str, unit: float) -> Number:
        """Count the characters of a text."""
        text = _text(record, name)
        return None if text is None else len(text) * (1.0 / unit)

    def count(self, record: Record, unit: float) -> Number:
        """Count the hashtags, which are those of the caption where none are listed.

        Raises
        ------
        TypeError
            When they are no list of texts.
        """
        listed = record.get("hashtags")
        if listed is None:
            found = self.matches(record, "hashtag")
            return None if found is None else found * (1.0 / unit)
        if not isinstance(listed, (list, tuple)):
            raise TypeError("hashtags: not a list")
        if not all(tag is None or isinstance(tag, str) for tag in listed):
            raise TypeError("hashtags: not a list of texts")
        return sum(1 for tag in listed if tag and tag.strip(_HASHES)) * (1.0 / unit)

    def matches(self, record: Record, pattern: str) -> Number:
        """Count what a pattern finds in the caption."""
        text = _text(record, "caption")
        if text is None:
            return None
        return float(sum(1 for _ in self._patterns[pattern].finditer(text)))

    def contains(self, record: Record, name: str, pattern: str) -> Number:
        """Tell whether a pattern finds anything in a text."""
        text = _text(record, name)
        return None if text is None else float(bool(self._patterns[pattern].search(text)))

    def calls(self, record: Record) -> Number:
        """Tell whether the caption calls to action, outside of its hashtags."""
        text = _text(record, "caption")
        if text is None:
            return None
        spoken = self._patterns["tag"].sub(" ", text)
        low = "".join(self._lowered.get(letter, letter) for letter in spoken)
        return float(bool(self._patterns["call"].search(low)))


def _given(_: Record) -> Number:
    return None


def _column(record: Record, name: str, unit: float) -> Number:
    value = _counted(record, name)
    if value == 0.0 and name == "duration_seconds":  # a photo's, which is unknown
        return None
    return None if value is None else value * (1.0 / unit)


def _weekday(record: Record, unit: float) -> Number:
    posted = _moment(record, "created_at")
    return None if posted is None else (posted // _DAY + 4) % 7 * (1.0 / unit)


def _hour(record: Record) -> Number:
    """Give the hour; exactly midnight is what a date without a time turns into."""
    posted = _moment(record, "created_at")
    passed = 0 if posted is None else posted % _DAY
    return passed / _HOUR if passed else None


def _clock(record: Record, unit: float) -> Number:
    posted = _moment(record, "created_at")
    passed = 0 if posted is None else posted % _DAY
    return passed // _HOUR * (1.0 / unit) if passed else None


def _per(record: Record, name: str, whole: str, unit: float) -> Number:
    count, total = _counted(record, name), _counted(record, whole)
    if count is None or total is None or total <= 0:
        return None
    return count / total * (1.0 / unit)


def _per_like(record: Record, name: str) -> Number:
    count, likes = _counted(record, name), _counted(record, "likes")
    if count is None or likes is None:
        return None
    return count / likes if likes > 0 else 0.0


def _positive(record: Record, name: str) -> Number:
    value = _counted(record, name)
    return None if value is None else float(value > 0)


def _size(record: Record, name: str) -> Number:
    value = _counted(record, name)
    if value is None or value <= 0:
        return None
    limits = ((10_000, 0.1), (100_000, 0.3), (500_000, 0.5), (1_000_000, 0.7))
    return next((size for limit, size in limits if value < limit), 0.9)


_PLAIN: dict[str, Callable[..., Number]] = {
    "given": _given,
    "column": _column,
    "weekday": _weekday,
    "hour": _hour,
    "clock": _clock,
    "per": _per,
    "per_like": _per_like,
    "positive": _positive,
    "size": _size,
}


def _counted(record: Record, name: str) -> Number:
    """Take the value of a column: a count, or a flag."""
    value, number = record.get(name), _number(record, name)
    if number is None:
        return None
    if name in _FLAGS:
        if number not in (0.0, 1.0):
            raise TypeError(f"{name}: not true or false")
    elif isinstance(value, bool):
        raise TypeError(f"{name}: not a number")
    elif number < 0:
        raise ValueError(f"{name}: negative")
    return number


def _number(record: Record, name: str) -> Number:
    """Take a number or a flag; None and NaN are unknown."""
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, (bool, int, float)):
        raise TypeError(f"{name}: not a number")
    number = float(value)
    if math.isinf(number):
        raise ValueError(f"{name}: not finite")
    return None if math.isnan(number) else number


def _text(record: Record, name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name}: not a text")
    return value


def _moment(record: Record, name: str) -> int | None:
    """Take a moment as microseconds since 1970, UTC, from 2005 to a year ahead.

    It is a datetime, an ISO text, or a number: seconds, milliseconds from 1e11 on, or
    microseconds from 1e14 on.
    """
    value = record.get(name)
    if isinstance(value, bool):
        raise TypeError(f"{name}: not a date")
    if isinstance(value, datetime):
        moment = _passed(value if value.tzinfo else value.replace(tzinfo=UTC))
    elif isinstance(value, str):
        moment = _written(value, name)
    else:
        passed = _number(record, name)
        if passed is None:
            return None
        moment = round(passed * (1_000_000 if passed < 1e11 else 1_000 if passed < 1e14 else 1))
    if not _passed(_EARLIEST) <= moment <= _passed(datetime.now(UTC) + _SCHEDULED):
        raise ValueError(f"{name}: not a possible date")
    return moment


def _passed(moment: datetime) -> int:
    since = moment - _START
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _written(text: str, name: str) -> int:
    """Read a moment in the form of ISO; one without an offset is of UTC."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"{name}: not a date")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micro = int(((found[7] or "") + "000000")[:6])
    zone = (found[8] or "Z").replace(":", "").upper()
    try:
        moment = _passed(datetime(year, month, day, hour, minute, second, micro, UTC))
    except ValueError:
        raise ValueError(f"{name}: not a date") from None
    if zone == "Z":
        return moment
    if int(zone[1:3]) > 23 or int(zone[3:5]) > 59:
        raise ValueError(f"{name}: not a date")
    ahead = (int(zone[1:3]) * 60 + int(zone[3:5])) * 60_000_000
    return moment - (ahead if zone[0] == "+" else -ahead)
