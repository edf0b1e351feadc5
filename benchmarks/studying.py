"""From the results of a study to its table and its picture."""

from __future__ import annotations

from math import log
from typing import Any

from picture import Curve, drawn
from writing import ratio_text, spread_text, time_text

_NAMES = {"ours": "virality", "variant": "virality, NumPy alone", "peer": "best scikit-learn"}


def picture_name(study: dict[str, Any]) -> str:
    """Name the file of a study's picture, beside the page."""
    return f"benchmarks-{study['axis']}.svg"


def picture(study: dict[str, Any]) -> str:
    """Draw a study."""
    curves = [Curve(name, _points(study, role)) for role, name in _NAMES.items()]
    drawable = [curve for curve in curves if curve.points]
    return drawn(f"{study['title']}: seconds of a fit", study["axis"], drawable, time_text)


def table(study: dict[str, Any]) -> str:
    """Tabulate a study."""
    sides = "ours | growth | NumPy alone | growth | best peer | growth | time, peer ÷ ours"
    lines = [
        f"| {study['axis']} | {sides} | the peer |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    before: dict[str, Any] | None = None
    for point in study["points"]:
        lines.append(_row(point, before))
        before = point
    return "\n".join(lines) + "\n"


def side(point: dict[str, Any], role: str) -> dict[str, Any] | None:
    """Find the fastest side of a role; None where there is none."""
    found = [one for one in point["sides"] if one["role"] == role]
    return min(found, key=lambda one: one["seconds"]["median"]) if found else None


def _row(point: dict[str, Any], before: dict[str, Any] | None) -> str:
    cells = [f"{point['at']:,}"]
    for role in _NAMES:
        one = side(point, role)
        cells.append(spread_text(one["seconds"], time_text) if one else "")
        cells.append(_growth(point, before, role))
    best = side(point, "peer")
    cells += [ratio_text(best["seconds"]), best["name"]] if best else ["", ""]
    return f"| {' | '.join(cells)} |"


def _growth(point: dict[str, Any], before: dict[str, Any] | None, role: str) -> str:
    """Give the power of the size that the cost grew with since the point before."""
    now, then = side(point, role), before and side(before, role)
    if before is None or now is None or not then:
        return ""
    times = now["seconds"]["median"] / then["seconds"]["median"]
    return f"{log(times) / log(point['at'] / before['at']):.2f}"


def _points(study: dict[str, Any], role: str) -> tuple[tuple[float, float], ...]:
    found = ((point["at"], side(point, role)) for point in study["points"])
    return tuple((at, one["seconds"]["median"]) for at, one in found if one)
