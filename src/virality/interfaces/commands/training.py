"""``virality train``."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from virality.interfaces import options
from virality.interfaces.commands.reporting import form_of_report, write
from virality.interfaces.forms import form_of
from virality.interfaces.terminal import say_rows, working

if TYPE_CHECKING:
    from virality.interfaces.spooling import Source
    from virality.training.concluding import Run
    from virality.training.settings import Settings

_MEANS = ("memory", "cluster", "checkpoint")


@click.command()
@options.SOURCES
@click.option("--out", default="model.json", show_default=True, metavar="FILE", help="The model.")
@options.TASK
@click.option(
    "--recipe",
    default="converged",
    show_default=True,
    type=click.Choice(["converged", "reference"]),
    help="Solve the objective, or repeat the reference system's 200 steps.",
)
@options.SOFTMAX
@click.option("--weight", metavar="COLUMN", help="A column of row weights.")
@options.READING
@click.option("--refit", is_flag=True, help="Train the saved model on all rows, after judging.")
@options.SEED
@click.option(
    "--predictions",
    callback=options.table,
    metavar="FILE",
    help="Write a table of what is said of each video: .parquet, .csv, .json, .jsonl or .ndjson, "
    "as its name ends.",
)
@options.REJECTS
@click.option(
    "--memory",
    metavar="SIZE",
    help="How much memory to use, such as 2GB: records are passed over on disk, not held. Left "
    "out, they are held unless they are files too large for half of the machine's memory.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Fit by the workers of a Dask scheduler, such as tcp://scheduler:8786.",
)
@click.option(
    "--checkpoint",
    metavar="FILE",
    help="Save the best state of the fit after each pass; the same command then goes on from it.",
)
@click.option("--report", metavar="FILE", help="Write a report for people, too: .html or .md.")
@options.JSON
def train(
    *,
    sources: tuple[Source, ...],
    out: str,
    predictions: str | None,
    rejects: str | None,
    report: str | None,
    as_json: bool,
    **choices: Any,  # noqa: ANN401  each setting has its own type
) -> None:
    """Train a model on SOURCE..., judge it on other videos, save it.

    A SOURCE is a file, a glob, or - for standard input: JSON, JSON lines, CSV or Parquet, as
    scrapers write them, compressed or not.
    """
    from virality.interfaces import verdicts, writing  # noqa: PLC0415  --help must not load Polars
    from virality.training.concluding import concluded  # noqa: PLC0415
    from virality.training.means import Means  # noqa: PLC0415
    from virality.training.settings import settings_with  # noqa: PLC0415
    from virality.training.train import prepared  # noqa: PLC0415

    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...': a file of scraped videos.")
    memory, cluster, checkpoint = (choices.pop(name) for name in _MEANS)
    settings = settings_with(choices)
    writing.require_places([out, predictions, rejects, report, checkpoint], sources)
    means = Means(memory, cluster, checkpoint)
    with ExitStack() as until_told:
        with working() as progress:
            videos = until_told.enter_context(prepared(list(sources), settings, means, progress))
            if rejects is not None:
                writing.write_frame(videos.rejections, rejects, form_of(rejects))
            done = concluded(videos.ready(), settings, progress)
        if predictions is not None:
            form = form_of(predictions, otherwise="parquet")
            writing.write_frame(done.predictions(), predictions, form)
        done.scorer.save(out)
        if report is not None:
            _report(done, list(sources), settings, report)
        say_rows(done.scorer.evaluation["rows"], videos.rejections)
    if as_json:
        click.echo(json.dumps(verdicts.training_json(done, out)))
    else:
        verdicts.show_training(done, out)


def _report(done: Run, sources: list[Source], settings: Settings, out: str) -> None:
    from virality.interfaces.extras import needing  # noqa: PLC0415  --help must not load Polars

    with needing("report"), working() as progress:
        from virality.report.evidence import of_training  # noqa: PLC0415  an extra

        found = of_training(done, sources, settings, progress=progress)
        write(found, out, form_of_report(out), None, progress)
