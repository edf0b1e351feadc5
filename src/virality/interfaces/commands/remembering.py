"""``virality outcomes`` and ``virality forget``: what happens to the log of a service."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source
    from virality.log import OutcomeLog

LOG = click.option(
    "--log",
    "url",
    required=True,
    metavar="DATABASE",
    help="As virality serve has it: a file of SQLite, or postgresql://user@host/name.",
)


def opened(url: str) -> OutcomeLog:
    """Open a log that is there.

    Raises
    ------
    ViralityError
        When it is not there or cannot be used, or the extra is not installed.
    """
    from virality.interfaces.extras import needing  # noqa: PLC0415  --help must not load it

    with needing("log"):
        from virality.log import OutcomeLog, require_log  # noqa: PLC0415  an extra

    require_log(url)
    return OutcomeLog(url)


@click.group
def outcomes() -> None:
    """Tell the log of a service what became of videos."""


@outcomes.command(name="import")
@options.SOURCES
@LOG
@options.READING
@click.option(
    "--max-age",
    type=options.DAYS,
    default=30.0,
    show_default=True,
    help="Days after posting beyond which a record is too late.",
)
@options.JSON
def import_(
    *, sources: tuple[Source, ...], url: str, max_age: float, as_json: bool, **reading: Any  # noqa: ANN401  --where, --map, --limit
) -> None:  # fmt: skip
    """Join later scrapes in SOURCE... to logged predictions.

    Of each video that was predicted, the first record of 7 to 30 days after posting tells what
    became of it. Records of other videos are counted, and otherwise left alone.

    \b
      virality outcomes import scraped-today.json --log virality.db
    """
    from virality.log.joining import later, outcome_of  # noqa: PLC0415  --help must not load it
    from virality.log.outcomelog import in_portions  # noqa: PLC0415
    from virality.records import read  # noqa: PLC0415

    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...': a file of scraped videos.")
    with opened(url) as log:
        models = log.models()
        outcome = outcome_of(models)
        found = read(list(sources), **reading)
        youngest = timedelta(days=min(one["mature_days"] for one in models.values()))
        if timedelta(days=max_age) < youngest:
            raise click.BadParameter(
                f"outcomes are counted {youngest.days} days after posting or later",
                param_hint="--max-age",
            )
        told = later(found.frame, log.names, outcome, youngest, timedelta(days=max_age))
        done = Counter(one for part in in_portions(told.known) for one in log.keep(part))
    left_out = {
        "rejected": found.rejections["row"].n_unique(),
        "duplicates": found.duplicates,
        "filtered": found.filtered,
        **told.left_out,
    }
    counts = {
        "records": found.read,
        **{what: number for what, number in left_out.items() if number},
        **{str(one): number for one, number in done.items()},
    }
    if as_json:
        click.echo(json.dumps(counts))
        return
    for what, number in counts.items():
        click.echo(f"{number:>10,} {what}")


@outcomes.command
@LOG
@click.option(
    "--older-than",
    type=options.DAYS,
    required=True,
    metavar="DAYS",
    help="How many days a prediction is kept.",
)
def prune(*, url: str, older_than: float) -> None:
    """Delete predictions that are older, with what became of them.

    \b
      virality outcomes prune --log virality.db --older-than 400
    """
    with opened(url) as log:
        removed = log.prune(datetime.now(UTC) - timedelta(days=older_than))
    click.echo(f"deleted {removed.predictions:,} predictions, {removed.outcomes:,} outcomes")


@click.command
@click.argument("account")
@LOG
def forget(*, account: str, url: str) -> None:
    """Delete all that a log holds of ACCOUNT.

    ACCOUNT is the id that its scraper gives it. The log holds no names; it finds the account by
    the secret beside it.

    \b
      virality forget 6812345678901234567 --log virality.db
    """
    with opened(url) as log:
        removed = log.forget(account)
    click.echo(f"deleted {removed.predictions:,} predictions, {removed.outcomes:,} outcomes")
