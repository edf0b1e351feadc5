"""What a look at past predictions found, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from virality.interfaces.columns import fitted
from virality.interfaces.console import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from virality.monitor.monitoring import Figure, Monitoring, Part, Week

_SHOWN = ("ece", "log_loss", "spearman", "coverage", "exceeded")
_HEADINGS = ("outcomes", "calib.", "log-loss", "rank", "in 80 %", "> median")
_MOST = 6


def show_monitoring(found: Monitoring) -> None:
    """Print weeks, cohorts and what moved, and the verdict."""
    screen = console()
    if found.model is not None:
        made_up = " - SYNTHETIC DATA" if found.synthetic else ""
        screen.print(f"\n[bold]Model {escape(found.model)}[/bold]{made_up}")
    if found.weeks:
        screen.print(_weeks(found, screen.width))
    if any(part.figures for part in found.parts):
        screen.print(_parts(found.parts, screen.width))
    if found.drift:
        screen.print(_moved(found, screen.width))
    for alarm in found.alarms:
        screen.print(escape(f"ALARM {alarm.line} (p {alarm.p:.1g})"), soft_wrap=True)
    screen.print(escape(found.line), soft_wrap=True)


def _weeks(found: Monitoring, width: int) -> Table:
    rows = [_week(week) for week in found.weeks]
    promised = next((part.figures for part in found.parts if part.figures), ())
    rows.append(("promised", "", "", *_numbers(promised, "promised"), ""))
    headings = ("week from", "scored", *_HEADINGS, "drift")
    return fitted(headings, rows, width, title="\nWeek by week")


def _week(week: Week) -> tuple[str, ...]:
    name = f"{week.begins}" if week.over else f"{week.begins} so far"
    drift = "-" if week.drift is None else f"{week.drift.value:.3f}"
    return name, f"{week.predicted:,}", f"{week.outcomes.rows:,}", *_cells(week.outcomes), drift


def _parts(parts: Sequence[Part], width: int) -> Table:
    rows = [
        (
            part.name if part.group == "all" else f"{part.group}: {part.name}",
            f"{part.rows:,}",
            *_cells(part),
        )
        for part in parts
    ]
    return fitted(("", *_HEADINGS), rows, width, title="\nThe last four weeks, by cohort")


def _moved(found: Monitoring, width: int) -> Table:
    """List what moved most from the training population, beside what noise alone shows."""
    change = {one.of: one for one in found.change}
    most = sorted(found.drift, key=lambda one: -one.value)[:_MOST]
    rows = [(one.of, *_distance(one), *_distance(change.get(one.of))) for one in most]
    headings = ("", "from training", "noise", "from before", "noise ")
    title = "\nWhat moved most in the last week (0 alike, 1 nothing in common)"
    return fitted(headings, rows, width, title=title)


def _distance(figure: Figure | None) -> tuple[str, str]:
    if figure is None:
        return "-", "-"
    return f"{figure.value:.3f}", f"{figure.noise:.3f}"


def _cells(part: Part) -> tuple[str, ...]:
    return _numbers(part.figures, "value")


def _numbers(figures: Sequence[Figure], which: str) -> tuple[str, ...]:
    named: dict[str, float | None] = {one.measure: getattr(one, which) for one in figures}
    values = (named.get(measure) for measure in _SHOWN)
    return tuple("-" if value is None else f"{value:.3f}" for value in values)
