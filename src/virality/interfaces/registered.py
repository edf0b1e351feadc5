"""What became of a candidate, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from virality.interfaces.columns import fitted
from virality.interfaces.console import console

if TYPE_CHECKING:
    from rich.table import Table

    from virality.registry.contest import Contest
    from virality.registry.retraining import Retrained


def show_retrained(done: Retrained) -> None:
    """Print how a candidate compared, and whether it serves now."""
    screen = console()
    if done.contest is not None:
        found = done.contest
        screen.print(
            f"\n[bold]Judged on {found.rows:,} videos[/bold] that neither model trained on, posted "
            f"{found.posted[0]} to {found.posted[1]}"
        )
        screen.print(_both(found, screen.width))
        screen.print(_changes(found, screen.width))
    screen.print(escape(done.line[0].upper() + done.line[1:] + "."), soft_wrap=True)
    screen.print(escape(f"Kept in {done.version.folder}"), soft_wrap=True)


def _both(found: Contest, width: int) -> Table:
    names = ("log_loss", "rps", "ece", "spearman", "accuracy")
    headings = ("", "log-loss", "RPS", "calib. error", "rank corr.", "accuracy")
    rows = [
        (label, *(_number(values[name]) for name in names))
        for label, values in (
            ("serving model", found.serving),
            ("candidate", found.candidate),
        )
    ]
    return fitted(headings, rows, width)


def _changes(found: Contest, width: int) -> Table:
    whole = [("all videos", found.rows, found.difference, "")]
    parts = [
        (f"{one.group}: {one.name}", one.rows, one.difference, "worse" if one.worse else "")
        for one in found.changes
        if one.counts
    ]
    rows = [
        (name, f"{count:,}", f"{one.mean:+.3f}", f"{one.low:+.3f} to {one.high:+.3f}", mark)
        for name, count, one, mark in [*whole, *parts]
    ]
    headings = ("", "videos", "change", "95 % interval", "verdict")
    title = "\nChange of log-loss (below 0: the candidate is better)"
    return fitted(headings, rows, width, title=title, words=("verdict",))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
