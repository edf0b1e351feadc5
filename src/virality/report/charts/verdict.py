"""Charts of the verdict: beside the baselines, tier by tier, and with fewer videos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virality.report.charts.frame import (
    GRID,
    MAIN,
    OTHER,
    Chart,
    Table,
    decimal,
    framed,
    interval,
    layer,
    named,
    number,
    percent,
    tip,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.report.view import Growth, Moment, Rival, TierRow

_ROW = 40
_LEFT, _RIGHT = 0.06, 0.22


def headline(rivals: Sequence[Rival]) -> Chart:
    """Draw the log-loss of the model, with its interval, beside those of the baselines."""
    shown = [one for one in rivals if one.log_loss is not None]
    values = [_beside(one) for one in shown]
    own = [value for value, one in zip(values, shown, strict=True) if one.own]
    others = [value for value, one in zip(values, shown, strict=True) if not one.own]
    y = named("name", axis=None)
    x = number("value", "log-loss: smaller is better", scale=_room(values), axis={"tickCount": 5})
    point = {"type": "point", "filled": True, "opacity": 1, "yOffset": 6}
    text = {"type": "text", "align": "left"}
    layers = [
        layer(own, {"type": "rule", "strokeWidth": 4, "color": MAIN, "opacity": 0.4, "yOffset": 6},
              y=y, x={**x, "field": "low"}, x2={"field": "high"}),
        layer(own, {**point, "size": 90, "color": MAIN}, y=y, x=x, description=tip()),
        layer(others, {**point, "size": 60, "color": OTHER, "shape": "diamond"}, y=y, x=x,
              description=tip()),
        layer(values, {**text, "dy": 6, "dx": 9}, y=y, x={**x, "field": "end"},
              text=named("label")),
        layer(values, {**text, "dy": -9, "dx": 2}, y=y, x={"value": 0}, text=named("name")),
    ]  # fmt: skip
    return Chart(
        key="headline",
        title="The model beside predictions that need none",
        caption="Log-loss is the surprise at what happened: 0 would be certainty of the right "
        "tier. The bar through the round mark is the model's 95 % interval.",
        alt="; ".join(value["tip"] for value in values),
        spec=framed(layers, _ROW * len(values) + 50),
        table=Table(
            ("predicted by", "log-loss", "95 % interval"),
            tuple((one.name, decimal(one.log_loss), interval(one.low, one.high)) for one in shown),
        ),
    )


def _beside(one: Rival) -> dict[str, Any]:
    return {
        "name": one.name,
        "value": one.log_loss,
        "low": one.low,
        "high": one.high,
        "end": one.high if one.high is not None else one.log_loss,
        "label": decimal(one.log_loss),
        "tip": f"{one.name}: {decimal(one.log_loss)}{_interval(one)}",
    }


def _room(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Leave room beside the outermost marks, on the right for their labels."""
    ends = [value[end] for value in values for end in ("value", "low", "high")]
    known = [end for end in ends if end is not None]
    low, high = min(known), max(known)
    span = (high - low) or 1.0
    return {"domain": [max(low - _LEFT * span, 0.0), high + _RIGHT * span], "nice": False}


def _interval(one: Rival) -> str:
    return "" if one.low is None else f", 95 % interval {interval(one.low, one.high)}"


def confusion(tiers: Sequence[TierRow]) -> Chart:
    """Draw how the videos of each tier were called, as shares of the tier."""
    values = [_cell(row, called) for row in tiers for called in range(1, len(tiers) + 1)]
    x = named("called", "tier that was named", axis={"labelAngle": 0, "orient": "top"})
    y = named("actual", "tier that it turned out to be", axis={"ticks": False})
    scale = {"domain": [0, 1], "range": [0.03, 0.5]}
    layers = [
        layer(values, {"type": "rect", "color": MAIN, "stroke": GRID}, x=x, y=y,
              fillOpacity=number("share", scale=scale, legend=None), description=tip()),
        layer(values, {"type": "text", "fontSize": 12}, x=x, y=y, text=named("label")),
    ]  # fmt: skip
    right = sum(row.counts[row.tier - 1] for row in tiers)
    total = sum(sum(row.counts) for row in tiers)
    recalls = ", ".join(f"tier {row.tier} {percent(row.recall)}" for row in tiers)
    return Chart(
        key="confusion",
        title="Named, and what it turned out to be",
        caption="Each row is the videos of one tier; the stronger a cell, the larger its share of "
        "them. Those on the diagonal were named rightly.",
        alt=f"{right:,} of {total:,} videos were named rightly: of {recalls}.",
        spec=framed(layers, 300),
        table=Table(
            ("turned out to be", *(f"named {row.tier}" for row in tiers), "found", "right"),
            tuple(
                (
                    f"{row.tier} {row.name}",
                    *(f"{count:,}" for count in row.counts),
                    percent(row.recall),
                    percent(row.precision),
                )
                for row in tiers
            ),
        ),
    )


def _cell(row: TierRow, called: int) -> dict[str, Any]:
    count = row.counts[called - 1]
    share = count / sum(row.counts) if sum(row.counts) else 0.0
    return {
        "actual": str(row.tier),
        "called": str(called),
        "share": share,
        "label": f"{count:,}",
        "tip": f"of tier {row.tier}, named {called}: {count:,} videos, {share:.0%} of the tier",
    }


def learning(growth: Growth) -> Chart:
    """Draw how the log-loss goes with the number of videos that train."""
    points = [point for point in growth.points if point.log_loss is not None]
    values = [_point(point) for point in points]
    domain = [value["train"] for value in values]
    axis = {"values": domain, "format": ",", "grid": False, "labelOverlap": True}
    scale = {"type": "log", "nice": False}
    x = number("train", "videos that train", scale=scale, axis=axis)
    y = number("loss", "log-loss: smaller is better", scale={"zero": False})
    low = number("low", y["title"], scale=y["scale"])
    layers = [
        layer(values, {"type": "area", "color": MAIN, "opacity": 0.15}, x=x, y=low,
              y2={"field": "high"}),
        layer(values, {"type": "line", "color": MAIN, "strokeWidth": 2}, x=x, y=y),
        layer(values, {"type": "point", "filled": True, "size": 60, "color": MAIN, "opacity": 1},
              x=x, y=y, description=tip()),
    ]  # fmt: skip
    return Chart(
        key="learning",
        title="With fewer videos to learn from",
        caption="Judged on the same videos each time; the band is the 95 % interval.",
        alt="; ".join(value["tip"] for value in values),
        spec=framed(layers, 230),
        table=Table(
            ("videos that train", "log-loss", "95 % interval", "note"),
            tuple(
                (
                    f"{point.train or 0:,}",
                    decimal(point.log_loss),
                    interval(point.low, point.high),
                    point.note,
                )
                for point in growth.points
            ),
        ),
    )


def _point(point: Moment) -> dict[str, Any]:
    said = f"{point.train:,} videos: log-loss {decimal(point.log_loss)}"
    return {
        "train": point.train,
        "loss": point.log_loss,
        "low": point.low,
        "high": point.high,
        "tip": f"{said}, 95 % interval {interval(point.low, point.high)}",
    }
