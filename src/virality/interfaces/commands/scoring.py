"""``virality score``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.forms import form_of
from virality.interfaces.legend import legend_in_help
from virality.interfaces.terminal import say_account

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source


@click.command(epilog=legend_in_help())
@options.SOURCES
@options.ASKED
@options.READING
@options.REJECTS
def score(
    *,
    sources: tuple[Source, ...],
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
    from virality.interfaces import asking, scores, scoring, writing  # noqa: PLC0415  slow
    from virality.scorer import load  # noqa: PLC0415

    asked = asking.Asked(list(sources), **choices)
    written = asking.form_asked(asked, form, out)
    scorer = load(model)
    writing.require_places([out, rejects], [*sources, *asked.history, model])
    scored = scoring.score(scorer, asked, out, written)
    if rejects is not None:
        writing.write_frame(scored.account.rejections, rejects, form_of(rejects))
    say_account(scored.account, scorer)
    scored.account.require_some()
    if out is not None:
        if not scored.written:
            writing.write_answers(scorer, scored, out, written)
        click.echo(f"{scored.count:,} scores written to {out}", err=True)
    elif form != "table":
        click.echo(writing.as_text(scorer, scored, form))
    elif scored.features is not None and scored.count == 1:
        scoring.show_one(scorer, scored.scores["video_id"][0], scored.features[0])
    else:
        scores.show_scores(scorer, scored.scores)
