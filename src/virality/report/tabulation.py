"""The tables of a report as headings and rows of text, for pages and cards alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.report.charts.frame import Table, decimal, interval, percent, short
from virality.report.view import Fact

if TYPE_CHECKING:
    from virality.report.view import View


def tables_of(view: View) -> dict[str, Table]:
    """Give ``rivals``, ``moments``, ``tiers``, ``effects``, ``cohorts`` and ``inputs``."""
    return {
        "rivals": _rivals(view),
        "moments": _moments(view),
        "tiers": _tiers(view),
        "effects": _effects(view),
        "cohorts": _cohorts(view),
        "inputs": _inputs(view),
    }


@dataclass(frozen=True)
class Headline:
    """The model's log-loss as text, and those of its baselines by name."""

    value: str
    interval: str
    others: tuple[Fact, ...]


def headline_of(view: View) -> Headline | None:
    """Write the headline; None where the model's file states none."""
    if not view.rivals:
        return None
    own, *rest = view.rivals
    others = tuple(Fact(one.name, decimal(one.log_loss)) for one in rest if one.log_loss)
    return Headline(decimal(own.log_loss), interval(own.low, own.high), others)


def _rivals(view: View) -> Table:
    headings = ("predicted by", "right tier", "rank correlation", "log-loss", "model's advantage")
    rows = tuple(
        (
            one.name,
            percent(one.accuracy),
            decimal(one.spearman, 2),
            decimal(one.log_loss)
            if one.low is None
            else _with_interval(one.log_loss, one.low, one.high),
            "-"
            if one.times is None
            else _with_interval(one.times, one.times_low, one.times_high, 2),
        )
        for one in view.rivals
    )
    return Table(headings, rows)


def _with_interval(
    value: float | None, low: float | None, high: float | None, digits: int = 3
) -> str:
    """Write a number with its interval; without, where there is none."""
    said = decimal(value, digits)
    return said if low is None else f"{said} ({interval(low, high, digits)})"


def _moments(view: View) -> Table:
    headings = ("moment", "log-loss", "same odds for all", "rank correlation", "videos that train",
                "that judge", "note")  # fmt: skip
    rows = tuple(
        (
            f"{one.name} (this model)" if one.own else one.name,
            _with_interval(one.log_loss, one.low, one.high),
            decimal(one.prior),
            decimal(one.spearman, 2),
            "-" if one.train is None else f"{one.train:,}",
            "-" if one.test is None else f"{one.test:,}",
            one.note,
        )
        for one in view.moments
    )
    return Table(headings, rows)


def _tiers(view: View) -> Table:
    headings = ("tier", "begins at", "videos", "found", "right when named")
    rows = tuple(
        (
            f"{one.tier} {one.name}",
            "-" if one.starts is None else short(one.starts),
            f"{sum(one.counts):,}",
            percent(one.recall),
            percent(one.precision),
        )
        for one in view.tiers
    )
    return Table(headings, rows)


def _effects(view: View) -> Table:
    rows = tuple(
        (one.phrase, one.phase or "-", decimal(max(one.scores) - min(one.scores), 1))
        for one in view.effects
    )
    return Table(("input", "known from", "points"), rows)


def _cohorts(view: View) -> Table:
    headings = ("videos", "number", "right tier", "rank correlation", "log-loss", "knowledge",
                "in range")  # fmt: skip
    rows = tuple(
        (
            one.name if one.group == "all" else f"{one.group}: {one.name}",
            f"{one.n:,}",
            percent(one.accuracy),
            decimal(one.spearman, 2),
            decimal(one.log_loss),
            _with_interval(one.gain, one.gain_low, one.gain_high, 2),
            percent(one.covered),
        )
        for one in view.cohorts
    )
    return Table(headings, rows)


def _inputs(view: View) -> Table:
    headings = ("input", "known from", "one unit is", "known of the unseen videos", "name")
    rows = tuple(
        (one.phrase, one.phase or "-", one.unit or "-", percent(one.share), one.name)
        for one in view.inputs
    )
    return Table(headings, rows)
