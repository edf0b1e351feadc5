"""Curves on two logarithmic axes, as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_WIDTH, _HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 200, 24, 56
_COLOURS = ("#0072b2", "#56b4e9", "#d55e00")
_DASHES = ("", "7 4", "2 3")


@dataclass(frozen=True)
class Curve:
    """A name and points (x, y), all positive."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis from the power of ten below its values to the one above."""

    least: float
    most: float
    begin: float
    end: float

    @classmethod
    def of(cls, values: Sequence[float], begin: float, end: float) -> Axis:
        """Make an axis for values between two places of the picture."""
        return cls(floor(log10(min(values))), ceil(log10(max(values))), begin, end)

    def place(self, value: float) -> float:
        """Find where a value lies."""
        share = (log10(value) - self.least) / max(self.most - self.least, 1)
        return round(self.begin + share * (self.end - self.begin), 1)

    def ticks(self) -> list[float]:
        """List the powers of ten."""
        return [10.0**power for power in range(int(self.least), int(self.most) + 1)]


def drawn(title: str, axis: str, curves: Sequence[Curve], text: Callable[[float], str]) -> str:
    """Draw curves of seconds over a size.

    Parameters
    ----------
    title
        What the picture says, for those who cannot see it.
    axis
        What grows.
    curves
        At most three.
    text
        Writes seconds.
    """
    points = [point for curve in curves for point in curve.points]
    across = Axis.of([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = Axis.of([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    size = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    parts = [
        f'<svg {size} font-family="sans-serif" font-size="13" role="img">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *[_upright(across, value) for value in across.ticks()],
        *[_level(up, value, text(value)) for value in up.ticks()],
        _label((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 12, axis, "middle"),
        *[_curve(curve, number, across, up) for number, curve in enumerate(curves)],
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _upright(axis: Axis, value: float) -> str:
    x = axis.place(value)
    line = f'<path d="M{x} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#dddddd"/>'
    return line + _label(x, _HEIGHT - _BOTTOM + 18, f"{value:,.0f}", "middle")


def _level(axis: Axis, value: float, name: str) -> str:
    y = axis.place(value)
    line = f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#dddddd"/>'
    return line + _label(_LEFT - 8, y + 4, name, "end")


def _curve(curve: Curve, number: int, across: Axis, up: Axis) -> str:
    places = [(across.place(x), up.place(y)) for x, y in curve.points]
    path = "L".join(f"{x} {y}" for x, y in places)
    colour, dash = _COLOURS[number], _DASHES[number]
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places)
    line = f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"'
    key = _WIDTH - _RIGHT + 16, _TOP + 16 + 24 * number
    sample = f'<path d="M{key[0]} {key[1] - 4}h28" stroke="{colour}" stroke-width="2"'
    ending = f' stroke-dasharray="{dash}"/>' if dash else "/>"
    return line + ending + dots + sample + ending + _label(key[0] + 36, key[1], curve.name, "start")


def _label(x: float, y: float, words: str, anchor: str) -> str:
    shown = escape(words)
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="#222222">{shown}</text>'
