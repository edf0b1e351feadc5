"""What all charts share: colours, type, size, and the parts of a Vega-Lite specification.

The two colours of marks, blue and orange, stay apart for people of any colour vision, and nothing
is said by colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Spec = dict[str, Any]
    Values = Sequence[Mapping[str, Any]]

INK = "#1c2024"
MUTED = "#59636e"
GRID = "#e1e5e9"
MAIN = "#0a63a3"
OTHER = "#b35309"
BARS = "#c3cbd4"
PAPER = "#fefefe"

COLOURS = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    MAIN: "main",
    OTHER: "other",
    BARS: "bars",
    PAPER: "paper",
}
"""Each colour of the light page, and the name of its variable in the style sheet."""

WIDTH = 340
"""Of each chart in px, so that a telephone shows it at its own size."""

LABEL = "datum.value >= 1000 ? format(datum.value, '~s') : format(datum.value, '~g')"
"""How numbers are written along an axis: 0.5, 12k, 3M."""

_CONFIG = {
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": INK,
        "labelFontSize": 11,
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": BARS,
        "tickColor": BARS,
        "titlePadding": 6,
        "labelLimit": 150,
        "titleLimit": 320,
    },
    "text": {"color": INK, "fontSize": 11},
}


@dataclass(frozen=True)
class Table:
    """The numbers of a chart, for those who would rather read them: headings and rows of text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A chart, with what it says in words.

    Attributes
    ----------
    key
        A name for files and links: lower-case letters, digits and hyphens.
    title, caption
        What it shows, and how to read it.
    alt
        What a person who does not see it should know.
    spec
        As Vega-Lite has it, without any address.
    table
        Its numbers.
    tier
        The tier that it is about; None where it is about all.
    """

    key: str
    title: str
    caption: str
    alt: str
    spec: Spec
    table: Table
    tier: int | None = None


def framed(layers: Sequence[Spec], height: int, **more: Any) -> Spec:  # noqa: ANN401  plain JSON
    """Put layers, each with its own data, into one frame of the common width."""
    return {
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 2, "right": 6, "top": 4, "bottom": 2},
        "background": None,
        "config": _CONFIG,
        "layer": list(layers),
        **more,
    }


def layer(values: Values, mark: Mapping[str, Any], **encoding: Any) -> Spec:  # noqa: ANN401
    """Make a layer: marks for values.

    Parameters
    ----------
    values
        One mapping for each mark.
    mark
        Its kind and look.
    **encoding
        Channels; None leaves one out.
    """
    channels = {name: channel for name, channel in encoding.items() if channel is not None}
    return {
        "data": {"values": list(values)},
        "mark": {"clip": False, **mark},
        "encoding": channels,
    }


def number(field: str, title: str | None = None, **more: Any) -> Spec:  # noqa: ANN401  plain JSON
    """Encode a number."""
    return {"field": field, "type": "quantitative", "title": title, **more}


def named(field: str, title: str | None = None, **more: Any) -> Spec:  # noqa: ANN401  plain JSON
    """Encode a name, in the order given."""
    return {"field": field, "type": "nominal", "title": title, "sort": None, **more}


def tip(field: str = "tip") -> Spec:
    """Say in words what a mark shows; the page shows it to who points at it."""
    return {"field": field, "type": "nominal"}


def percent(share: float | None) -> str:
    """Write a share as whole per cent."""
    return "-" if share is None else f"{share:.0%}"


def decimal(value: float | None, digits: int = 3) -> str:
    """Write a number with so many decimals."""
    return "-" if value is None else f"{value:,.{digits}f}"


def interval(low: float | None, high: float | None, digits: int = 3) -> str:
    """Write an interval; a dash where there is none."""
    if low is None or high is None:
        return "-"
    return f"{decimal(low, digits)} to {decimal(high, digits)}"


def short(value: float) -> str:
    """Write a number as short as people do: 12K, 3.4M.

    Examples
    --------
    >>> [short(value) for value in (0.25, 7.0, 950.4, 12_000, 3_400_000)]
    ['0.25', '7', '950', '12K', '3.4M']
    """
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
