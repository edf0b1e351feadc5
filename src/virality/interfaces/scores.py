"""Scores, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from virality.interfaces.console import console
from virality.interfaces.wording import task_in_words
from virality.labels import TIER_NAMES, TIERS

if TYPE_CHECKING:
    import polars as pl

    from virality.scorer import Scorer

_MOST_ROWS = 20
_WIDE = 64


def show_scores(scorer: Scorer, frame: pl.DataFrame) -> None:
    """Print scores, the first twenty of many."""
    screen = console()
    made_up = " - the model was TRAINED ON SYNTHETIC DATA" if is_synthetic(scorer) else ""
    screen.print(f"Score 0-100 (between 12.5 and 90 by construction){made_up}")
    screen.print(f"[dim]{escape(task_in_words(scorer.artefact))}.[/dim]")
    table = Table(box=None, pad_edge=False)
    table.add_column("video", no_wrap=True)
    wide = screen.width >= _WIDE
    headings = [f"P({tier})" for tier in TIERS] if wide else []
    for heading in ("score", "tier", *headings, "unknown"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for row in frame.head(_MOST_ROWS).iter_rows(named=True):
        shares = [f"{row[f'p{tier}']:.0%}" for tier in TIERS] if wide else []
        unknown = f"{row['unknown']} of {len(scorer.feature_names)}"
        table.add_row(
            escape(row["video_id"] or "as described"),
            f"[bold]{row['score']:.1f}[/bold]",
            str(row["tier"]),
            *shares,
            unknown,
        )
    screen.print(table)
    names = ", ".join(f"{tier} {name}" for tier, name in zip(TIERS, TIER_NAMES, strict=True))
    screen.print(f"[dim]Tiers: {names}.[/dim]")
    if frame.height > _MOST_ROWS:
        screen.print(f"... and {frame.height - _MOST_ROWS:,} more: --format csv shows all")


def is_synthetic(scorer: Scorer) -> bool:
    """Tell whether the model was trained on made-up videos."""
    return bool(scorer.artefact.data.get("synthetic"))
