"""Charts of single predictions: whether probabilities come true, and how scores are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from virality.labels import TIER_NAMES
from virality.report.charts.frame import (
    BARS,
    MAIN,
    MUTED,
    OTHER,
    PAPER,
    Chart,
    Table,
    framed,
    layer,
    number,
    percent,
    tip,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.report.view import Distribution, Reliability

_UNIT = {"domain": [0, 1]}
_PERCENT = {"format": ".0%", "tickCount": 5}
_PART_OF_BARS = 0.22
_DASHED = {"type": "rule", "strokeDash": [4, 4], "color": MUTED}


def about(tier: int | None) -> str:
    """Name a tier, or all of them."""
    return "all tiers" if tier is None else f"tier {tier}, {TIER_NAMES[tier - 1]}"


def _key(name: str, tier: int | None) -> str:
    return name if tier is None else f"{name}-tier-{tier}"


def reliability(found: Reliability) -> Chart:
    """Draw stated probabilities beside the shares that came true, with their counts below."""
    most = max(one.count for one in found.bins)
    values = [
        {
            "stated": one.stated,
            "came": one.came,
            "low": one.low,
            "high": one.high,
            "bar": _PART_OF_BARS * one.count / most,
            "from": int(one.stated * 10) / 10 + 0.005,
            "to": int(one.stated * 10) / 10 + 0.095,
            "tip": f"stated {one.stated:.0%}, came true {one.came:.0%} ({one.low:.0%} to "
            f"{one.high:.0%}), {one.count:,} predictions",
        }
        for one in found.bins
    ]
    x = number("stated", "probability stated", scale=_UNIT, axis=_PERCENT)
    y = number("came", "share that came true", scale=_UNIT, axis=_PERCENT)
    ends = [{"stated": 0, "came": 0, "x2": 1, "y2": 1}]
    layers = [
        layer(values, {"type": "bar", "color": BARS}, x=number("from", x["title"], scale=_UNIT),
              x2={"field": "to"}, y=number("bar", y["title"], scale=_UNIT), y2={"datum": 0},
              description=tip()),
        layer(ends, _DASHED, x=x, y=y, x2={"field": "x2"}, y2={"field": "y2"}),
        layer(values, {"type": "rule", "color": MAIN, "strokeWidth": 2, "opacity": 0.5}, x=x,
              y=number("low", y["title"], scale=_UNIT), y2={"field": "high"}),
        layer(values, {"type": "point", "filled": True, "size": 55, "color": MAIN, "opacity": 1},
              x=x, y=y, description=tip()),
    ]  # fmt: skip
    off = max(found.bins, key=lambda one: abs(one.stated - one.came) * (one.count > most / 20))
    return Chart(
        key=_key("reliability", found.tier),
        title=f"Do probabilities come true? {about(found.tier).capitalize()}",
        caption="Marks on the dashed line mean what they say. Bars show how many predictions "
        f"there are of each probability; the highest, {most:,}.",
        alt=f"Stated probabilities and shares that came true, {len(values)} groups; furthest "
        f"apart: stated {percent(off.stated)}, came true {percent(off.came)}.",
        spec=framed(layers, 300),
        table=Table(
            ("probability stated", "came true", "95 % interval", "predictions"),
            tuple(
                (
                    percent(one.stated),
                    percent(one.came),
                    f"{one.low:.0%} to {one.high:.0%}",
                    f"{one.count:,}",
                )
                for one in found.bins
            ),
        ),
        tier=found.tier,
    )


def scores(found: Distribution, everything: Distribution) -> Chart:
    """Draw how the scores are spread; of a tier, before those of all videos."""
    part, whole = _bars(found, "score"), _bars(everything, "score")
    most = max([*found.shares, *everything.shares])
    scale, y_scale = {"domain": [10, 90]}, {"domain": [0, most]}
    x = number("from", "score", scale=scale, axis={"grid": False})
    y = number("share", "share of videos", scale=y_scale, axis={"format": ".0%", "tickCount": 4})
    bar = {"type": "rect", "stroke": PAPER, "strokeWidth": 1}
    layers = [
        layer(part, {**bar, "color": MAIN}, x=x, x2={"field": "to"}, y=y,
              y2={"datum": 0}, description=tip()),
    ]  # fmt: skip
    if found.tier is not None:
        steps = [{"at": bar["from"], "share": bar["share"]} for bar in whole]
        steps.append({"at": whole[-1]["to"], "share": whole[-1]["share"]})
        layers.append(
            layer(steps, {"type": "line", "interpolate": "step-after", "color": OTHER,
                          "strokeWidth": 1.5},
                  x=number("at", "score", scale=scale), y=y),
        )  # fmt: skip
    which = "all videos" if found.tier is None else f"videos that ended in {about(found.tier)}"
    return Chart(
        key=_key("scores", found.tier),
        title=f"Scores of {which}",
        caption=f"{found.n:,} videos. A score lies between 12.5 and 90 by construction."
        + ("" if found.tier is None else " The line shows all videos."),
        alt=f"Scores of {found.n:,} {which}: half lie below {_middle(found):.0f}.",
        spec=framed(layers, 220),
        table=_table(found, "score"),
        tier=found.tier,
    )


def percentiles(found: Distribution) -> Chart:
    """Draw how the percentiles are spread, beside evenly."""
    values = _bars(found, "percentile")
    even = [{"at": 1.0 / len(values)}]
    y = number("share", "share of videos", scale={"zero": True},
               axis={"format": ".0%", "tickCount": 4})  # fmt: skip
    x = number(
        "from", "percentile", scale={"domain": [0, 100]}, axis={"grid": False, "tickCount": 5}
    )
    layers = [
        layer(values, {"type": "rect", "color": MAIN, "stroke": PAPER}, x=x,
              x2={"field": "to"}, y=y, y2={"datum": 0}, description=tip()),
        layer(even, {**_DASHED, "color": OTHER, "strokeWidth": 2}, y=number("at", y["title"])),
    ]  # fmt: skip
    least, most = min(found.shares), max(found.shares)
    return Chart(
        key="percentiles",
        title="Percentiles of all videos",
        caption="A percentile says which share of the training videos scores lower. Bars at the "
        "dashed line mean that these videos are like those.",
        alt=f"Between {percent(least)} and {percent(most)} of {found.n:,} videos in each tenth; "
        f"even would be {percent(even[0]['at'])}.",
        spec=framed(layers, 220),
        table=_table(found, "percentile"),
    )


def _bars(found: Distribution, what: str) -> list[dict[str, float | str]]:
    return [
        {
            "from": low,
            "to": high,
            "share": share,
            "tip": f"{what} {low:.0f} to {high:.0f}: {share:.1%} of the videos",
        }
        for low, high, share in zip(found.edges[:-1], found.edges[1:], found.shares, strict=True)
    ]


def _middle(found: Distribution) -> float:
    """Find the median of a distribution, evenly spread inside its bins."""
    below = 0.0
    for low, high, share in zip(found.edges[:-1], found.edges[1:], found.shares, strict=True):
        if share and below + share >= 1 / 2:
            return low + (1 / 2 - below) / share * (high - low)
        below += share
    return found.edges[-1]


def _table(found: Distribution, what: str) -> Table:
    return Table(
        (what, "share of videos"),
        tuple(
            (f"{low:.0f} to {high:.0f}", f"{share:.1%}")
            for low, high, share in zip(
                found.edges[:-1], found.edges[1:], found.shares, strict=True
            )
        ),
    )


def each(found: Sequence[Distribution]) -> tuple[Chart, ...]:
    """Draw the scores of all videos, and of each tier that some ended in."""
    return tuple(scores(one, found[0]) for one in found if one.n)
