"""``virality retrain`` and ``virality rollback``: a registry of models, one of which serves."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.terminal import say_rows, working

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.interfaces.spooling import Source
    from virality.training.concluding import Run

REGISTRY = click.option(
    "--registry",
    "folder",
    required=True,
    metavar="DIR",
    help="The folder of the models; virality serve --model DIR/model.json serves the one that is "
    "to serve.",
)


@click.command
@options.SOURCES
@REGISTRY
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _, __, moment: moment and moment.date(),
    metavar="DATE",
    help="Train and judge on videos posted from this day on; earlier ones only tell what accounts "
    "did before.",
)
@click.option(
    "--trust",
    "trusted",
    multiple=True,
    metavar="FEATURE",
    help="Let a new input serve that the audit suspects of a leak: you know why it tells so much. "
    "May be given several times.",
)
@options.TASK
@options.SOFTMAX
@click.option("--weight", metavar="COLUMN", help="A column of row weights.")
@options.READING
@click.option("--refit", is_flag=True, help="Keep the candidate trained on all rows, if it wins.")
@options.SEED
@click.option("--report/--no-report", default=True, help="Keep reports beside models.")
@options.JSON
@click.pass_context
def retrain(
    context: click.Context,
    /,
    *,
    sources: tuple[Source, ...],
    folder: str,
    report: bool,
    as_json: bool,
    **choices: Any,  # noqa: ANN401  each choice has its own type
) -> None:
    """Train a model on SOURCE..., and let it serve if it is better.

    It is trained as the model that serves was, but for the options that are given. Both are then
    judged on the videos of the latest quarter that neither has trained on. It serves if its
    log-loss is lower (one-sided p < .05 by resampling accounts) and for no tier and no cohort
    clearly higher. Otherwise, or when the audit refuses it or suspects a new input of a leak, it is
    kept apart with the reason, and what serves is not touched. The exit code is 0 either way, and
    the last line tells.

    The first model of a registry serves as it is.

    \b
      virality retrain videos.json --registry models
      virality serve --model models/model.json
      virality retrain more.json --registry models --since 2025-06-01
    """
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...': a file of scraped videos.")
    from virality.interfaces.registered import show_retrained  # noqa: PLC0415  loads Polars
    from virality.registry.folder import Registry  # noqa: PLC0415
    from virality.registry.retraining import retrain as retrained  # noqa: PLC0415

    with working() as progress:
        done = retrained(
            list(sources),
            Registry(folder),
            reports=_reports if report else lambda _: {},
            progress=progress,
            **_given(context, choices),
        )
    if done.run is not None:
        say_rows(done.run.scorer.evaluation["rows"], done.run.examples.rejections)
    if as_json:
        click.echo(json.dumps(done.to_dict()))
    else:
        show_retrained(done)


@click.command
@click.argument("version", type=click.IntRange(1), required=False)
@REGISTRY
@options.JSON
def rollback(*, version: int | None, folder: str, as_json: bool) -> None:
    """Let an earlier model of a registry serve again.

    VERSION is its number; left out, it is the one before that which serves. A running service takes
    it within a second or two.

    \b
      virality rollback --registry models
      virality rollback --registry models 3
    """
    from virality.registry.folder import existing  # noqa: PLC0415  loads NumPy
    from virality.registry.rollback import rolled_back  # noqa: PLC0415

    now, before = rolled_back(existing(folder), version)
    told = {"version": now.number, "before": None if before is None else before.number}
    if as_json:
        click.echo(json.dumps(told))
        return
    earlier = "" if before is None else f"; version {before.number} did before"
    click.echo(f"version {now.number} serves now{earlier}")


def _given(context: click.Context, choices: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the settings that were given; others are those of the model that serves."""
    return {name: choices[name] for name in options.given(context, choices)}


def _reports(run: Run) -> dict[str, bytes]:
    """Report on a training as page and card, where the extra is installed."""
    with suppress(ModuleNotFoundError):
        from virality.report.assembly import view_of  # noqa: PLC0415  an extra
        from virality.report.evidence import of_training  # noqa: PLC0415
        from virality.report.writing import FORMS  # noqa: PLC0415
        from virality.training.retracing import choices_of  # noqa: PLC0415

        settings = choices_of(run.scorer.artefact)
        view = view_of(of_training(run, [], settings, quick=True))
        return {f"report.{form}": written(view).encode() for form, written in FORMS.items()}
    return {}
