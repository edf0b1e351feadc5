"""Charts of effects: how the score goes with a feature, and where the videos are."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from virality.features.saying import DAYS
from virality.report.charts.frame import (
    BARS,
    LABEL,
    MAIN,
    Chart,
    Table,
    decimal,
    framed,
    interval,
    layer,
    number,
    short,
    tip,
)

if TYPE_CHECKING:
    from virality.report.charts.frame import Spec
    from virality.report.view import EffectView

_PART_OF_BARS = 0.25
_ROOM = 4.0
_FEWEST_TICKS = 3
_FINE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0)
_DAYS = tuple(day[:3] for day in DAYS)
_FLAG = ("no", "yes")


def effect(found: EffectView, scores: tuple[float, float]) -> Chart:
    """Draw the score along one feature, with its interval, over the spread of the feature.

    Parameters
    ----------
    found
        The effect.
    scores
        The lowest and the highest score of all effects: charts share it, to be compared.
    """
    points = _points(found)
    x = _axis(found)
    ends = [scores[0] - _ROOM, scores[1] + _ROOM]
    y_scale = {"domain": ends, "nice": False}
    y = number("score", "score", scale=y_scale, axis={"tickCount": 5})
    layers = [*_bars(found, x, ends)]
    if found.low is not None:
        low = number("low", y["title"], scale=y_scale)
        kind: dict[str, Any] = {"type": "area", "opacity": 0.18}
        if _few(found):
            kind = {"type": "rule", "strokeWidth": 3, "opacity": 0.45}
        layers.append(layer(points, {**kind, "color": MAIN}, x=x, y=low, y2={"field": "high"}))
    if not _few(found):
        layers.append(layer(points, {"type": "line", "color": MAIN, "strokeWidth": 2}, x=x, y=y))
    dot = {"type": "point", "filled": True, "color": MAIN, "opacity": 1 if _few(found) else 0}
    layers.append(layer(points, {**dot, "size": 60}, x=x, y=y, description=tip()))
    return Chart(
        key=f"effect-{_slug(found.name)}",
        title=found.phrase[:1].upper() + found.phrase[1:],
        caption=_caption(found),
        alt=_alt(found),
        spec=framed(layers, 210),
        table=_table(found),
    )


def _few(found: EffectView) -> bool:
    """Whether single values are told apart rather than drawn through."""
    return found.axis == "flag" or found.unit == "days after Sunday"


def _points(found: EffectView) -> list[dict[str, Any]]:
    lows, highs = found.low or found.scores, found.high or found.scores
    return [
        {
            "at": value,
            "score": score,
            "low": low,
            "high": high,
            "tip": f"{_value(found, value)}: score {score:.1f}"
            + ("" if found.low is None else f" ({low:.1f} to {high:.1f})"),
        }
        for value, score, low, high in zip(found.values, found.scores, lows, highs, strict=True)
    ]


def _value(found: EffectView, value: float) -> str:
    """Say a value of the feature in words."""
    if found.axis == "flag":
        return _FLAG[round(value)]
    if found.unit == "days after Sunday":
        return _DAYS[round(value) % len(_DAYS)]
    if found.unit == "hours after midnight":
        return f"{value:.0f}:00"
    return f"{short(value)} {found.unit}".strip()


def _axis(found: EffectView) -> Spec:
    """Lay out the feature: on the logarithm where it is a count, by name where values are few."""
    title = {"flag": None}.get(found.axis, found.unit)
    axis: dict[str, Any] = {"grid": False, "labelOverlap": True, "tickCount": 5}
    scale: dict[str, Any] = {"domain": [found.edges[0], found.edges[-1]], "nice": False}
    if found.axis == "flag":
        axis |= {"values": [0, 1], "labelExpr": "datum.value ? 'yes' : 'no'"}
    elif found.unit == "days after Sunday":
        names = ", ".join(f"'{day}'" for day in _DAYS)
        axis |= {"values": list(range(len(_DAYS))), "labelExpr": f"[{names}][datum.value]"}
        axis["labelOverlap"] = False
        title = "day of posting (UTC)"
    elif found.axis == "log" and found.edges[0] > 0:
        scale["type"] = "log"
        axis |= {"values": _ticks(found.edges[0], found.edges[-1]), "labelExpr": LABEL}
    elif found.axis == "log":
        scale["type"] = "symlog"
        axis |= {"values": [0.0, *_ticks(1.0, found.edges[-1])], "labelExpr": LABEL}
    else:
        axis["labelExpr"] = LABEL
    return number("at", title, scale=scale, axis=axis)


def _ticks(low: float, high: float) -> list[float]:
    """Choose round ticks on a logarithm: powers of ten, and between them where those are few."""
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 2.0, 3.0, 5.0, 7.0), _FINE):
        ticks = [step * 10.0**ten for ten in tens for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= _FEWEST_TICKS:
            return inside
    return inside


def _bars(found: EffectView, x: Spec, domain: list[float]) -> list[Spec]:
    """Draw where the videos are, along the lower part of the frame."""
    floor, most = domain[0], max(found.shares, default=0.0)
    if most <= 0:
        return []
    height = _PART_OF_BARS * (domain[1] - floor)
    values = [
        {
            "from": low,
            "to": high,
            "floor": floor,
            "top": floor + height * share / most,
            "tip": f"{where}: {share:.1%} of the videos",
        }
        for where, low, high, share in zip(
            _places(found), found.edges[:-1], found.edges[1:], found.shares, strict=True
        )
    ]
    y = number("floor", "score", scale={"domain": domain, "nice": False})
    at = {**x, "field": "from"}
    bar = {"type": "rect", "color": BARS}
    return [layer(values, bar, x=at, x2={"field": "to"}, y=y, y2={"field": "top"},
                  description=tip())]  # fmt: skip


def _places(found: EffectView) -> list[str]:
    """Name the bins: by the value that each is around, or by its ends."""
    if len(found.values) == len(found.shares):
        return [_value(found, value) for value in found.values]
    ends = [_value(found, edge) for edge in found.edges]
    return [f"{low} to {high}" for low, high in pairwise(ends)]


_PHASES = {
    "content": "Of the video",
    "account": "Of the account",
    "history": "Of the account's earlier videos",
    "early": "Counted soon after posting",
    "engagement": "Counted after posting",
}


def _caption(found: EffectView) -> str:
    span = max(found.scores) - min(found.scores)
    known = _PHASES.get(found.phase, "Nobody has told when it is known")
    return f"{known}. Moves the score by {span:.1f}."


def _alt(found: EffectView) -> str:
    first, last = found.values[0], found.values[-1]
    best = max(range(len(found.values)), key=found.scores.__getitem__)
    return (
        f"{found.phrase}: score {found.scores[0]:.1f} at {_value(found, first)}, "
        f"{found.scores[-1]:.1f} at {_value(found, last)}, highest at "
        f"{_value(found, found.values[best])}."
    )


def _table(found: EffectView) -> Table:
    nothing = [None] * len(found.values)
    rows = zip(found.values, found.scores, found.low or nothing, found.high or nothing, strict=True)
    return Table(
        (found.phrase, "score", "95 % interval"),
        tuple(
            (_value(found, value), decimal(score, 1), interval(low, high, 1))
            for value, score, low, high in rows
        ),
    )


def _slug(name: str) -> str:
    """Turn a name into lower-case letters, digits and hyphens."""
    kept = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)
    return "-".join(part for part in kept.lower().split("-") if part) or "unnamed"
