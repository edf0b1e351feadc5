"""``virality audit``."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.forms import form_of
from virality.interfaces.terminal import say_rows, working

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source


@click.command()
@options.SOURCES
@options.TASK
@options.READING
@options.SEED
@options.REJECTS
@options.JSON
def audit(
    *,
    sources: tuple[Source, ...],
    rejects: str | None,
    as_json: bool,
    **choices: Any,  # noqa: ANN401  each setting has its own type
) -> None:
    """Find in SOURCE... what makes a model look better than it is.

    Named are features that give away the outcome, are not known in time or change when a video is
    scraped again; the same rows and accounts on both sides of the split; counts of no known age;
    and videos that look chosen for their outcome. What is refused, a training refuses, too.
    """
    from virality.interfaces import findings, writing  # noqa: PLC0415  --help must not load Polars
    from virality.training.auditing import examine  # noqa: PLC0415
    from virality.training.settings import settings_with  # noqa: PLC0415
    from virality.training.train import prepare  # noqa: PLC0415

    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...': a file of scraped videos.")
    settings = settings_with(choices)
    writing.require_places([rejects], sources)
    with working() as progress:
        examples = prepare(list(sources), settings, progress)
        if rejects is not None:
            writing.write_frame(examples.rejections, rejects, form_of(rejects))
        found = examine(examples, settings, progress)
    say_rows(asdict(examples.accounting), examples.rejections)
    if as_json:
        click.echo(json.dumps(found.stated()))
    else:
        findings.show_audit(found)
