"""One video on a terminal: its score on a gauge, its tiers, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rich.markup import escape
from rich.table import Table

from virality.interfaces.console import console
from virality.interfaces.scores import meaning_of_numbers, show_heading
from virality.interfaces.wording import signed, told, video_named
from virality.labels import TIER_NAMES, TIERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from virality.answers import Prediction
    from virality.reasons import Explanation, Reason
    from virality.scorer import Scorer
    from virality.whatif import WhatIf

_LABELS, _NUMBERS, _LEAST_TRACK, _MOST_TRACK = 10, 9, 12, 64
_MOST_CHOICES = 8
_NAMED = 0.1
_INDENT = 2


@dataclass(frozen=True)
class Marks:
    """The characters of which pictures are made."""

    empty: str
    span: str
    point: str
    bar: str


_MARKS = Marks("·", "━", "●", "█")
_PLAIN = Marks(".", "=", "O", "#")


@dataclass(frozen=True)
class Card:
    """What is told of one video.

    Attributes
    ----------
    video_id
        Of its record; None for one that values alone describe.
    prediction
        Its score.
    explanation
        Why; None where the model's file holds no population to compare with.
    choices
        What goes with other choices.
    most
        So many reasons are named; the rest come as one line.
    """

    video_id: str | None
    prediction: Prediction
    explanation: Explanation | None
    choices: Sequence[WhatIf] = ()
    most: int = 3


def show_card(scorer: Scorer, card: Card) -> None:
    """Print all that is told of one video."""
    screen = console()
    marks = _PLAIN if screen.options.ascii_only else _MARKS
    found = card.prediction
    name = TIER_NAMES[found.tier - 1]
    show_heading(screen, scorer)
    screen.print(f"\n[bold]{escape(video_named(card.video_id))}[/bold]")
    screen.print(f"[bold]{found.score:.1f}[/bold] of 100; likeliest tier: {found.tier} {name}\n")
    screen.print(_gauge(found, marks, screen.width))
    screen.print()
    screen.print(_tiers(found, marks, screen.width))
    if found.percentile is not None:
        screen.print(f"\n[dim]{meaning_of_numbers(screen.width)}[/dim]")
    if card.explanation is not None:
        _show_reasons(screen, card.explanation, card.most)
    if found.narrows is not None:
        _show_narrows(screen, scorer, found.narrows)
    if card.choices:
        _show_choices(screen, card.choices)


def _gauge(found: Prediction, marks: Marks, width: int) -> Table:
    """Score, percentile and interval on one scale of 0 to 100."""
    size = min(_MOST_TRACK, max(_LEAST_TRACK, width - _LABELS - _NUMBERS - 2 * _INDENT))
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, _INDENT, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_row("score", _track(marks, size, found.score), f"[bold]{found.score:.1f}[/bold]")
    if found.percentile is not None:
        table.add_row(
            "percentile", _track(marks, size, found.percentile), f"{found.percentile:.0f}"
        )
    if found.interval is not None:
        low, median, high = found.interval
        table.add_row(
            "outcome", _track(marks, size, median, (low, high)), f"{low:.0f} to {high:.0f}"
        )
    table.add_row("", f"[dim]{_axis(size)}[/dim]", "")
    return table


def _track(marks: Marks, size: int, at: float, span: tuple[float, float] | None = None) -> str:
    """Draw a point, and a span around it, on a line from 0 to 100 of so many characters."""
    places = [round(value / 100 * (size - 1)) for value in (at, *(span or (at, at)))]
    point, first, last = places
    line = [marks.span if first <= place <= last else marks.empty for place in range(size)]
    before, after = "".join(line[:point]), "".join(line[point + 1 :])
    return f"[dim]{before}[/dim][bold cyan]{marks.point}[/bold cyan][dim]{after}[/dim]"


def _axis(size: int) -> str:
    middle = (size - 1) // 2
    return f"{'0':<{middle}}{'50':<{size - middle - 3}}100"


def _tiers(found: Prediction, marks: Marks, width: int) -> Table:
    """One bar for each tier."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, _INDENT, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column(no_wrap=True)
    names = [f"{tier} {name}" for tier, name in zip(TIERS, TIER_NAMES, strict=True)]
    room = max(0, min(_MOST_TRACK, width - max(map(len, names)) - len("100 %") - 2 * _INDENT))
    for tier, name, share in zip(TIERS, names, found.tier_probabilities, strict=True):
        style = "bold" if tier == found.tier else "default"
        bar = marks.bar * round(share * room)
        table.add_row(f"[{style}]{name}[/{style}]", f"{share:.0%}", f"[cyan]{bar}[/cyan]")
    return table


def _show_narrows(screen: Console, scorer: Scorer, name: str) -> None:
    artefact = scorer.artefact
    words = (
        name if artefact.inputs is None else told(artefact.inputs.feature(name), artefact.outcome)
    )
    screen.print(f"\nOf what is unknown, {escape(words)} would narrow the outcome most.")


def _show_reasons(screen: Console, why: Explanation, most: int) -> None:
    """Print what each known input contributes, and what comes of all that is not known."""
    named, rest = _parted(why.reasons, most)
    rows = [(f"{why.base:.1f}", "the score of a video of which nothing is known")]
    rows += [(signed(one.contribution), escape(one.text)) for one in named]
    if rest:
        points = sum(one.contribution for one in rest)
        rows.append((signed(points), f"[dim]{_counted(len(rest), 'other known input')}[/dim]"))
    if why.not_known:
        unknown = f"what is not known: {_counted(len(why.not_known), 'input')}"
        rows.append((signed(why.unknown), f"[dim]{unknown}[/dim]"))
    rows.append((f"[bold]{why.score:.1f}[/bold]", "[bold]the score[/bold]"))
    screen.print("\n[bold]Why[/bold], in points")
    screen.print(_listed(rows))
    if why.account is not None:
        screen.print(
            f"The account and its earlier videos contribute {signed(why.account)} points, what "
            f"else is known {signed(why.video)}."
        )


def _parted(reasons: Sequence[Reason], most: int) -> tuple[Sequence[Reason], Sequence[Reason]]:
    """Part the reasons into those that are named and the rest, which is never a single one."""
    telling = sum(abs(one.contribution) >= _NAMED for one in reasons)
    count = min(telling, most)
    if count == len(reasons) - 1:
        count = len(reasons)
    return reasons[:count], reasons[count:]


def _listed(rows: Sequence[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right", no_wrap=True)
    for _ in rows[0][1:]:
        table.add_column()
    for row in rows:
        table.add_row(*row)
    return table


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _show_choices(screen: Console, choices: Sequence[WhatIf]) -> None:
    """Print how the score goes along some inputs, and of which that is not clear."""
    screen.print(
        "\n[bold]What goes with other choices[/bold]: points more or less among the training "
        "videos, all else as it is, with 95 % intervals. A change need not bring them."
    )
    for choice in choices:
        if choice.told:
            screen.print(f"\n{escape(choice.phrase)}")
            screen.print(_listed(_choices(choice)))
    silent = [choice.phrase for choice in choices if not choice.told]
    if silent:
        screen.print(f"\nNo clear difference: {escape('; '.join(silent))}.")


def _choices(choice: WhatIf) -> list[tuple[str, ...]]:
    """Change, interval and value of some of the values that were looked at."""
    size = len(choice.values)
    shown = np.unique(np.linspace(0, size - 1, min(size, _MOST_CHOICES)).round().astype(int))
    rows: list[tuple[str, ...]] = []
    for place in shown.tolist():
        change, span = signed(float(choice.changes[place])), "not clear"
        if choice.clear[place] and choice.low is not None and choice.high is not None:
            span = f"{choice.low[place]:+.1f} to {choice.high[place]:+.1f}"
        elif choice.values[place] == choice.now:
            span = "as it is"
        style = "bold" if choice.clear[place] else "dim"
        words = escape(choice.words[place])
        rows.append((f"[{style}]{change}[/{style}]", f"[dim]{span}[/dim]", words))
    return rows
