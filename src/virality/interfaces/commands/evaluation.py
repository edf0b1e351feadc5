"""``virality evaluate``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.forms import form_of
from virality.interfaces.terminal import say_rows, working

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source


@click.command()
@options.SOURCES
@click.option("--model", metavar="FILE", help="Judge this model; without it, train inside.")
@options.TASK
@options.READING
@options.SEED
@click.option(
    "--quick", is_flag=True, help="Leave out other moments, other splits, and fewer rows."
)
@options.REJECTS
@options.JSON
@click.pass_context
def evaluate(
    context: click.Context,
    /,
    *,
    sources: tuple[Source, ...],
    model: str | None,
    quick: bool,
    rejects: str | None,
    as_json: bool,
    **choices: Any,  # noqa: ANN401  each setting has its own type
) -> None:
    """Say how well the outcomes in SOURCE... can be foreseen.

    Without --model a model is trained on a part and judged on the rest, beside its baselines; at
    each moment; by each split; and with fewer rows. With --model a saved model is judged on all of
    SOURCE.

    \b
      virality evaluate videos.json
      virality evaluate later.json --model model.json
    """
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...': a file of scraped videos.")
    from virality.interfaces import writing  # noqa: PLC0415  --help must not load Polars

    writing.require_places([rejects], [*sources, *([model] if model else [])])
    if model is not None:
        if rejects is not None:
            raise click.UsageError("--rejects goes without --model: virality audit lists them.")
        _refuse_choices(context, choices)
        _judge(model, list(sources), choices, as_json=as_json)
        return
    from virality.interfaces import verdicts  # noqa: PLC0415  --help must not load Polars
    from virality.training.settings import settings_with  # noqa: PLC0415
    from virality.training.studies import study  # noqa: PLC0415

    age = choices.pop("age") or "24h"
    after = {"age": age} if choices["moment"] == "after" else {}
    settings = settings_with({**choices, **after})
    with working() as progress:
        done = study(list(sources), settings, ages=[age], quick=quick, progress=progress)
    say_rows(done.run.scorer.evaluation["rows"], done.run.examples.rejections)
    if rejects is not None:
        writing.write_frame(done.run.examples.rejections, rejects, form_of(rejects))
    if as_json:
        click.echo(json.dumps(done.to_dict()))
    else:
        verdicts.show_study(done)


_OF_READING = {"where", "mapping", "limit"}


def _refuse_choices(context: click.Context, choices: dict[str, Any]) -> None:
    """Refuse choices that a saved model has made."""
    for name in options.given(context, choices):
        if name not in _OF_READING:
            option = next(one for one in context.command.params if one.name == name)
            raise click.UsageError(f"{option.opts[0]} is the model's to say: leave it out.")


def _judge(model: str, sources: list[Source], choices: dict[str, Any], *, as_json: bool) -> None:
    from virality.interfaces import verdicts  # noqa: PLC0415  --help must not load Polars
    from virality.scorer import load  # noqa: PLC0415
    from virality.training.evaluating import evaluate as judged  # noqa: PLC0415

    scorer = load(model)
    reading = {name: choices[name] for name in _OF_READING}
    with working() as progress:
        evaluation = judged(scorer, sources, progress=progress, **reading)
    if as_json:
        click.echo(json.dumps({"evaluation": evaluation.to_dict(), "model": model}))
    else:
        verdicts.show_judgement(scorer, evaluation)
