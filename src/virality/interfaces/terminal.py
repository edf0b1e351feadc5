"""What a person at the terminal is told on stderr while a command works."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import polars as pl


@contextmanager
def working() -> Iterator[Callable[[str], None]]:
    """Show the step at work on stderr, where a person is watching."""
    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update


_KNOWN = {"before": "before posting", "after": "by the age at which the model judges"}


def say_ignored(names: Sequence[str], moment: str | None) -> None:
    """Say on stderr what was given and not used, as it is not known yet at the model's moment."""
    when = _KNOWN.get(moment or "", "to the model")
    click.echo(f"ignored, as it is not known {when}: {', '.join(names)}", err=True)


def say_rows(rows: Mapping[str, int], rejections: pl.DataFrame) -> None:
    """Account for every record on stderr, and show the commonest reasons for rejection."""
    said = [f"{rows['read']:,} records read"]
    said += [f"{count:,} {name}" for name, count in rows.items() if name != "read" and count]
    click.echo(", ".join(said), err=True)
    from virality.records import commonest  # noqa: PLC0415  --help must not load Polars

    for field, reason, count in commonest(rejections):
        click.echo(f"  rejected {count:,}: {field}: {reason}", err=True)
