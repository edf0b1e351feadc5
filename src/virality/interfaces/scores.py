"""Scores, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from virality.interfaces.console import console
from virality.interfaces.wording import task_in_words, unit_in_words
from virality.labels import TIER_NAMES, TIERS

if TYPE_CHECKING:
    import polars as pl

    from virality.scorer import Scorer

_MOST_ROWS = 20
_ROOMY, _WIDE = 64, 100
_PERCENTILE = "Percentile: so many of 100 training videos have a lower score. "
_OUTCOME = (
    "Outcome: with 80 % probability it will lie there among the training videos' outcomes, from 0 "
    "(lowest) to 100."
)


def show_scores(scorer: Scorer, frame: pl.DataFrame, narrows: str | None = None) -> None:
    """Print scores, the first twenty of many.

    Parameters
    ----------
    scorer
        The model.
    frame
        What it says, one row for each video.
    narrows
        The unknown feature that would narrow the interval of a single video most.
    """
    screen = console()
    made_up = " - the model was TRAINED ON SYNTHETIC DATA" if is_synthetic(scorer) else ""
    screen.print(f"Score 0-100 (between 12.5 and 90 by construction){made_up}")
    screen.print(f"[dim]{escape(task_in_words(scorer.artefact))}.[/dim]")
    screen.print(_scores(scorer, frame.head(_MOST_ROWS), screen.width))
    names = ", ".join(f"{tier} {name}" for tier, name in zip(TIERS, TIER_NAMES, strict=True))
    told = frame["percentile"].null_count() < frame.height
    explained = f" {_PERCENTILE if screen.width >= _ROOMY else ''}{_OUTCOME}" if told else ""
    screen.print(f"[dim]Tier: the likeliest one. {names}.{explained}[/dim]")
    if narrows is not None:
        screen.print(f"Of what is unknown, {_told(scorer, narrows)} would narrow the outcome most.")
    if frame.height > _MOST_ROWS:
        screen.print(f"... and {frame.height - _MOST_ROWS:,} more: --format csv shows all")


def _told(scorer: Scorer, name: str) -> str:
    """Name a feature of the account's history with its meaning, unit and option."""
    inputs, outcome = scorer.artefact.inputs, scorer.artefact.outcome
    if inputs is None or inputs.feature(name).phase != "history":
        return escape(name)
    feature = inputs.feature(name)
    unit = unit_in_words(feature, outcome)
    return escape(f"{name} ({feature.phrase}, in {unit}; or --history FILE)")


def _scores(scorer: Scorer, frame: pl.DataFrame, width: int) -> Table:
    """One row for each video; what there is room for."""
    table = Table(box=None, pad_edge=False)
    table.add_column("video", no_wrap=True)
    standing = ["percentile", "outcome"] if width >= _ROOMY else ["outcome"]
    shares = [f"P({tier})" for tier in TIERS] if width >= _WIDE else []
    for heading in ("score", "tier", *standing, *shares, "unknown"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for row in frame.iter_rows(named=True):
        table.add_row(
            escape(row["video_id"] or "as described"),
            f"[bold]{row['score']:.1f}[/bold]",
            str(row["tier"]),
            *_standing(row)[-len(standing) :],
            *(f"{row[f'p{tier}']:.0%}" for tier in TIERS[: len(shares)]),
            f"{row['unknown']} of {len(scorer.feature_names)}",
        )
    return table


def _standing(row: dict[str, Any]) -> tuple[str, str]:
    """Percentile and interval of one score; a dash where the model's file does not tell."""
    if row["percentile"] is None or row["low"] is None:
        return "-", "-"
    return f"{row['percentile']:.0f}", f"{row['low']:.0f} to {row['high']:.0f}"


def is_synthetic(scorer: Scorer) -> bool:
    """Tell whether the model was trained on made-up videos."""
    return bool(scorer.artefact.data.get("synthetic"))
