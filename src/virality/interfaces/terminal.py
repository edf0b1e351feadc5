"""What a person at the terminal is told on stderr while a command works."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import polars as pl

    from virality.interfaces.asking import Account
    from virality.scorer import Scorer


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """Tell the steps on stderr: in place where a person is watching, else a plain line for each."""
    console = Console(stderr=True)
    if not (sys.stderr.isatty() and console.is_interactive):
        yield partial(click.echo, err=True)
        return
    with console.status("starting") as status:
        yield status.update


_BLIND = "the model uses the accounts' earlier videos, and knows none: --history FILE tells of them"
_KNOWN = {"before": "before posting", "after": "by the age at which the model judges"}


def say_account(account: Account, scorer: Scorer) -> None:
    """Account on stderr for what was read, and for what was given and is not used as it is."""
    if account.history is not None:
        say_rows(account.history.rows, account.history.rejections, "history: ")
    inputs = scorer.artefact.inputs
    left_out = frozenset() if inputs is None else inputs.left_out
    when = _KNOWN.get(scorer.moment or "", "to the model")
    for why, names in (
        (f"it is not known {when}", [one for one in account.ignored if one not in left_out]),
        ("the model does without", [one for one in account.ignored if one in left_out]),
    ):
        if names:
            click.echo(f"ignored, as {why}: {', '.join(names)}", err=True)
    if account.blind:
        click.echo(_BLIND, err=True)
    for said in account.clamped:
        click.echo(said, err=True)
    if account.rows:
        say_rows(account.rows, account.rejections)


_ROWS = {
    "immature": "counted too soon after posting",
    "snapshots": "further snapshots",
    "unseen": "without counts at the early age",
    "filtered": "left out by --where or --limit",
}


def say_rows(
    rows: Mapping[str, int], rejections: pl.DataFrame | pl.LazyFrame, whose: str = ""
) -> None:
    """Account for every record on stderr, and show the commonest reasons for rejection."""
    said = [f"{whose}{rows['read']:,} records read"]
    said += [
        f"{count:,} {_ROWS.get(name, name)}"
        for name, count in rows.items()
        if name != "read" and count
    ]
    click.echo(", ".join(said), err=True)
    from virality.records import commonest  # noqa: PLC0415  --help must not load Polars

    for field, reason, count in commonest(rejections):
        click.echo(f"  rejected {count:,}: {field}: {reason}", err=True)
