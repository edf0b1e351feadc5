"""Scores, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from virality.interfaces.columns import fitted
from virality.interfaces.console import console
from virality.interfaces.wording import signed, task_in_words, video_named
from virality.labels import TIER_NAMES, TIERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from rich.console import Console

    from virality.reasons import Explanation
    from virality.scorer import Scorer

_MOST_ROWS = 20
_ROOMY, _WIDE = 64, 100
_PERCENTILE = "Percentile: so many of 100 training videos have a lower score. "
_OUTCOME = (
    "Outcome: with 80 % probability it will lie there among the training videos' outcomes, from 0 "
    "(lowest) to 100."
)


def show_scores(scorer: Scorer, frame: pl.DataFrame) -> None:
    """Print scores, one row for each video: the first twenty of many."""
    screen = console()
    show_heading(screen, scorer)
    screen.print(_scores(scorer, frame.head(_MOST_ROWS), screen.width))
    told = frame["percentile"].null_count() < frame.height
    names = ", ".join(f"{tier} {name}" for tier, name in zip(TIERS, TIER_NAMES, strict=True))
    meaning = f" {meaning_of_numbers(screen.width)}" if told else ""
    screen.print(f"[dim]Tier: the likeliest one. {names}.{meaning}[/dim]")
    _show_more(screen, frame.height)


def show_reasons(scorer: Scorer, ids: pl.Series, found: Sequence[Explanation]) -> None:
    """Print what speaks most for and against each video: the first twenty of many."""
    screen = console()
    show_heading(screen, scorer)
    rows = [_reasons(name, why) for name, why in zip(ids, found[:_MOST_ROWS], strict=False)]
    headings = ("video", "score", "account", "video itself", "most for", "most against")
    screen.print(fitted(headings, rows, screen.width, words=headings[-2:]))
    base = f"{found[0].base:.1f}, the score of a video of which nothing is known"
    screen.print(
        f"[dim]Points that the account and all else that is known put above or below {base}.[/dim]"
    )
    _show_more(screen, len(found))


def _reasons(name: str | None, why: Explanation) -> tuple[str, ...]:
    """Sum up one explanation."""
    best = max(why.reasons, key=lambda one: one.contribution, default=None)
    worst = min(why.reasons, key=lambda one: one.contribution, default=None)
    account = "-" if why.account is None else signed(why.account)
    pros = best.said if best is not None and best.contribution > 0 else "-"
    cons = worst.said if worst is not None and worst.contribution < 0 else "-"
    score, video = f"[bold]{why.score:.1f}[/bold]", signed(why.video)
    return escape(video_named(name)), score, account, video, escape(pros), escape(cons)


def show_heading(screen: Console, scorer: Scorer) -> None:
    """Print what is predicted, and from what."""
    made_up = " - the model was TRAINED ON SYNTHETIC DATA" if is_synthetic(scorer) else ""
    screen.print(f"Score 0-100 (between 12.5 and 90 by construction){made_up}")
    screen.print(f"[dim]{escape(task_in_words(scorer.artefact))}.[/dim]")


def meaning_of_numbers(width: int) -> str:
    """Say what percentile and outcome mean, to a terminal of some width."""
    return f"{_PERCENTILE if width >= _ROOMY else ''}{_OUTCOME}"


def _show_more(screen: Console, count: int) -> None:
    if count > _MOST_ROWS:
        screen.print(f"... and {count - _MOST_ROWS:,} more: --format csv shows all")


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
            escape(video_named(row["video_id"])),
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
