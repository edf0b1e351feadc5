"""What the value of a feature says of a video, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from virality.features.schema import Feature

FLAG = "yes or no"
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_SCALED = re.compile(r"([\d,]+) (.+)")
_MINUTE, _DAY = 60, 24
_SMALL, _PRECISE, _LARGE = 0.001, 10, 1000
_AS_THEY_ARE = {"emoji"}


def said(feature: Feature, value: float, unit: str = "") -> str:
    """Say what a value tells of a video.

    Parameters
    ----------
    feature
        Which feature.
    value
        Its value, in its unit.
    unit
        What one of the outcome is, for a feature that is counted in the outcome's unit.

    Examples
    --------
    >>> from virality.features.creator import CREATOR_1
    >>> said(CREATOR_1.feature("hour_posted"), 18.5)
    'is posted at 18:30 UTC'
    """
    if feature.unit == FLAG and "|" in feature.says:
        return feature.says.split("|")[value >= 0.5]  # noqa: PLR2004  a flag is 0 or 1
    told = in_words(value, unit if feature.unit == "the outcome's" and unit else feature.unit)
    if feature.says:
        return feature.says.format(value=told)
    return f"{feature.phrase}: {told}"


def in_words(value: float, unit: str) -> str:
    """Say a number of a unit.

    Examples
    --------
    >>> in_words(0.5, "180 seconds"), in_words(1.0, "hashtags"), in_words(0.031, "likes per view")
    ('1 min 30 s', '1 hashtag', '3.1 likes per 100 views')
    """
    scaled = _SCALED.fullmatch(unit)
    if scaled:
        return in_words(value * float(scaled[1].replace(",", "")), scaled[2])
    if unit in _SAID:
        return _SAID[unit](value)
    if unit.endswith(" per view") and value < 1:
        return f"{number(100 * value)} {unit.removesuffix(' per view')} per 100 views"
    one = round(value, 2) == 1 and unit.endswith("s") and unit not in _AS_THEY_ARE
    return f"{number(value)} {unit[:-1] if one and ' ' not in unit else unit}".rstrip()


def number(value: float) -> str:
    """Write a number as people do: three digits of a fraction, and whole numbers whole.

    Examples
    --------
    >>> number(12345.0), number(12345.678), number(3.14159), number(0.0123), number(0.0)
    ('12,345', '12,300', '3.1', '0.012', '0')
    """
    if abs(value) >= _LARGE and value != round(value):
        return f"{float(f'{value:.3g}'):,.0f}"
    if abs(value) >= _PRECISE or value == round(value):
        return f"{value:,.0f}"
    if abs(value) >= 1:
        return f"{value:.1f}"
    return f"{value:.2g}" if abs(value) >= _SMALL else "0"


def _duration(seconds: float) -> str:
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{number(round(seconds, 1))} s"
    minutes, rest = divmod(whole, _MINUTE)
    if minutes < _MINUTE:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours} h {minutes} min"


def _clock(hours: float) -> str:
    minutes = round(hours * _MINUTE) % (_DAY * _MINUTE)
    return f"{minutes // _MINUTE:02}:{minutes % _MINUTE:02}"


_SAID = {
    FLAG: lambda value: "yes" if value >= 0.5 else "no",  # noqa: PLR2004  a flag is 0 or 1
    "seconds": _duration,
    "hours after midnight": _clock,
    "days after Sunday": lambda value: DAYS[round(value) % len(DAYS)],
    "times": number,
    "share": lambda value: f"{number(100 * value)} %",
    "size class": number,
}
