"""``virality explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.forms import form_of
from virality.interfaces.terminal import say_account

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source


@click.command
@options.SOURCES
@options.ASKED
@click.option(
    "--what-if",
    "names",
    multiple=True,
    metavar="FEATURE",
    help="How the score of a single video goes along something that a person can change, such as "
    "duration_seconds; all takes each of them. In table and json.",
)
@options.READING
@options.REJECTS
def explain(
    *,
    sources: tuple[Source, ...],
    model: str,
    form: str,
    out: str | None,
    rejects: str | None,
    names: tuple[str, ...],
    **choices: Any,  # noqa: ANN401  each has its own type
) -> None:
    """Say why the videos in SOURCE... get their scores.

    Each known input contributes points; with the score of a video of which nothing is known, and
    the points of all that is not known, they add up to the score. They say what goes with better
    scores among the training videos, not what a change would bring.

    \b
      virality explain new.json --history my_videos.json
      virality explain --set duration_seconds=30 --what-if duration_seconds
      virality explain new.json --format csv --out reasons.csv
    """
    from virality.interfaces import asking, explaining, writing  # noqa: PLC0415  loads Polars
    from virality.scorer import load  # noqa: PLC0415

    asked = asking.Asked(list(sources), **choices)
    written = asking.form_asked(asked, form, out)
    if names and (written if out else form) not in {"table", "json"}:
        raise click.UsageError("--what-if has no place in rows: leave it out, or take json.")
    scorer = load(model)
    writing.require_places([out, rejects], [*sources, *asked.history, model])
    done = explaining.explained(scorer, asked, names)
    if rejects is not None:
        writing.write_frame(done.videos.account.rejections, rejects, form_of(rejects))
    say_account(done.videos.account, scorer)
    done.videos.account.require_some()
    if out is not None:
        writing.write_answers(scorer, done, out, written)
        click.echo(f"{len(done.videos.ids):,} explanations written to {out}", err=True)
    elif form == "table":
        done.show()
    else:
        click.echo(writing.as_text(scorer, done, form))
