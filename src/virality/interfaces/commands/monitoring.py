"""``virality monitor``."""

from __future__ import annotations

import json

import click

from virality.interfaces import options
from virality.interfaces.commands.remembering import LOG, opened

_ALARM = 3


@click.command
@LOG
@click.option(
    "--model",
    metavar="FILE",
    help="Judge the predictions of this model.  [default: the one that predicted last]",
)
@click.option(
    "--weeks",
    type=click.IntRange(1, 520),
    default=26,
    show_default=True,
    metavar="N",
    help="How many of the latest weeks to show.",
)
@options.JSON
def monitor(*, url: str, model: str | None, weeks: int, as_json: bool) -> int:
    """Say whether logged predictions are still right.

    By week: calibration, log-loss, rank correlation and coverage beside what the model promised,
    and how far its scores have drifted. The last line is the verdict, on the weeks that are over.
    The exit code is 3 when an alarm is due, and 0 when it is quiet or too little is known.

    \b
      virality monitor --log virality.db || mail -s "virality" me@example.org
    """
    from virality.interfaces.looking import looked  # noqa: PLC0415  --help must not load Polars
    from virality.interfaces.watched import show_monitoring  # noqa: PLC0415

    with opened(url) as log:
        found = looked(log, model=None if model is None else _named(model), weeks=weeks)
    if as_json:
        click.echo(json.dumps(found.to_dict()))
    else:
        show_monitoring(found)
    return _ALARM if found.alarm else 0


def _named(path: str) -> str:
    """Give the fingerprint of a model's file.

    Raises
    ------
    ArtefactError
        When there is no such file, or it is no model's.
    """
    from virality.scorer import load  # noqa: PLC0415
    from virality.storage.digest import fingerprint  # noqa: PLC0415

    load(path)
    return fingerprint(path)
