"""``virality score``."""

from __future__ import annotations

from typing import Any

import click

from virality.interfaces import options
from virality.interfaces.forms import form_of
from virality.interfaces.legend import legend_in_help
from virality.interfaces.spooling import readable
from virality.interfaces.terminal import say_scored


@click.command(epilog=legend_in_help())
@options.SOURCES
@options.MODEL
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "json", "jsonl", "parquet"]),
)
@click.option(
    "--out",
    callback=lambda _, __, value: None if value == "-" else value,
    metavar="FILE",
    help="Write there instead of to stdout: .csv, .json, .jsonl, .ndjson or .parquet, as its name "
    "ends.",
)
@click.option(
    "--set",
    "given",
    multiple=True,
    callback=options.pairs,
    metavar="NAME=VALUE",
    help="A record column or a feature, for one video or for all of SOURCE.",
)
@click.option(
    "--history",
    multiple=True,
    callback=readable,
    metavar="FILE",
    help="Records of the account's earlier videos, by which the model knows it.",
)
@options.READING
@options.REJECTS
def score(
    *,
    sources: tuple[str, ...],
    model: str,
    form: str,
    out: str | None,
    rejects: str | None,
    **choices: Any,  # noqa: ANN401  each has its own type
) -> None:
    """Score the videos in SOURCE..., or one that --set describes.

    \b
      virality score new.json --model model.json
      virality score --set duration_seconds=30 --set followers=12K
      virality score --set "caption=My cat #cats" --history my_videos.json
    """
    from virality.interfaces import scores, scoring, writing  # noqa: PLC0415  loads Polars
    from virality.scorer import load  # noqa: PLC0415

    asked = scoring.Asked(list(sources), **choices)
    if not (sources or asked.given or asked.history):
        raise click.UsageError("Give a SOURCE, or describe a video with --set NAME=VALUE.")
    if form == "parquet" and out is None:
        raise click.UsageError("Parquet is not for a terminal: add --out FILE.")
    written = form_of(out or "", None if form == "table" else form)
    scorer = load(model)
    writing.require_places([out, rejects], [*sources, *asked.history, model])
    scored = scoring.score(scorer, asked, out, written)
    if rejects is not None:
        writing.write_frame(scored.rejections, rejects, form_of(rejects))
    say_scored(scored, scorer.moment)
    if scored.rows:
        scored.require_some()
    if out is not None:
        if not scored.written:
            writing.write_scores(scorer, scored.frame, out, written)
        click.echo(f"{scored.count:,} scores written to {out}", err=True)
    elif form == "table":
        scores.show_scores(scorer, scored.frame, scored.narrows)
    else:
        click.echo(writing.as_text(scorer, scored.frame, form))
