"""The command line: results on stdout, everything else on stderr.

Exit codes: 0 done, 1 failed, 2 the input or the options are at fault, 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from virality._version import __version__
from virality.errors import ViralityError
from virality.interfaces import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and give its exit code.

    Parameters
    ----------
    arguments
        Words of the command; None takes those that the process was started with.
    """
    try:
        result = commands.main(arguments, prog_name="virality", standalone_mode=False)
        sys.stdout.flush()
    except ViralityError as error:
        _complain(str(error))
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        return _INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except OSError as error:
        _forget_stdout()
        _complain(f"cannot go on: {error.strerror or error}")
        return 1
    return result if isinstance(result, int) else 0


def _forget_stdout() -> None:
    """Keep Python from flushing at its end what nobody takes any more."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str) -> None:
    click.echo(f"virality: error: {message}", err=True)


@contextmanager
def _working() -> Iterator[Callable[[str], None]]:
    """Show the step at work on stderr, where a person is watching."""
    console = Console(stderr=True)
    with console.status("starting") as status:
        yield status.update


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="virality")
def commands() -> None:
    """Score short videos from 0 to 100, with a model trained on your own records.

    \b
    Try it without any data of your own:
      virality sample videos.json
      virality train videos.json --out model.json
      virality score --model model.json --set duration_seconds=30 --set followers=12K
    """


@commands.command()
@click.argument("out", metavar="OUT")
@click.option("--videos", default=8000, show_default=True, type=click.IntRange(1), metavar="N")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="S")
@click.option(
    "--new",
    type=click.IntRange(1),
    metavar="N",
    help="Write instead the next N videos of those accounts, without counts: videos to score.",
)
def sample(*, out: str, videos: int, seed: int, new: int | None) -> None:
    """Write made-up videos to OUT, in the shape that a TikTok scraper gives.

    The data is synthetic: invented accounts, captions and numbers with the spread of real ones,
    including the duplicates, repeated snapshots and broken rows that scrapers give.
    """
    from virality import sample as generator  # noqa: PLC0415  --help must not load NumPy

    if new is None:
        counts = generator.write_sample(out, videos, seed)
        said = f"{counts['rows']:,} synthetic records of {videos:,} videos"
    else:
        generator.write_array(out, generator.new_videos(new, seed, videos=videos).records)
        said = f"{new:,} synthetic videos without counts"
    click.echo(f"wrote {said} to {out}")


@commands.command()
@options.SOURCES
@click.option("--out", default="model.json", show_default=True, metavar="FILE", help="The model.")
@click.option(
    "--outcome", default="views", show_default=True, metavar="views|wes", help="What to predict."
)
@click.option("--schema", default="reference-15", show_default=True, help="Which features.")
@click.option(
    "--thresholds",
    type=click.Choice(["reference", "quantiles"]),
    help="Where tiers begin: fixed, or the training part's 25, 50, 75 and 90 % quantiles.  "
    "[default: fixed for wes, quantiles for views]",
)
@click.option(
    "--split",
    type=click.Choice(["time", "author", "random"]),
    help="Judge on the latest quarter, on accounts that have not trained, or on a random quarter.  "
    "[default: time, where there are dates]",
)
@click.option(
    "--recipe",
    default="converged",
    show_default=True,
    type=click.Choice(["converged", "reference"]),
    help="Solve the objective, or repeat the reference system's 200 steps.",
)
@click.option(
    "--l2",
    default="auto",
    show_default=True,
    callback=options.penalty,
    metavar="auto|NUMBER",
    help="The penalty on standardised coefficients.",
)
@click.option(
    "--class-weight", type=click.Choice(["balanced"]), help="Let each tier count alike in the fit."
)
@click.option("--weight", metavar="COLUMN", help="A column of row weights.")
@options.WHERE
@options.MAP
@options.LIMIT
@click.option("--refit", is_flag=True, help="Train the saved model on all rows, after judging.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0), metavar="S")
@click.option("--predictions", metavar="FILE", help="Write Parquet: what is said of each video.")
@options.REJECTS
@options.JSON
def train(
    *,
    sources: tuple[str, ...],
    out: str,
    predictions: str | None,
    rejects: str | None,
    as_json: bool,
    **choices: Any,  # noqa: ANN401  each setting has its own type
) -> None:
    """Train a model on SOURCE..., judge it on videos that it has not seen, and save it.

    A SOURCE is a file or a glob: JSON, JSON lines, CSV or Parquet, as scrapers write them,
    compressed or not.
    """
    from virality.interfaces import tables, writing  # noqa: PLC0415  --help must not load Polars
    from virality.training.settings import settings_with  # noqa: PLC0415
    from virality.training.train import learn, prepare  # noqa: PLC0415

    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...': a file of scraped videos.")
    settings = settings_with(choices)
    writing.require_places([out, predictions, rejects], sources)
    with _working() as progress:
        examples = prepare(list(sources), settings, progress)
        if rejects is not None:
            writing.write_frame(examples.rejections, rejects, "csv")
        done = learn(examples, settings, progress)
    if predictions is not None:
        writing.write_frame(done.predictions(), predictions, "parquet")
    done.scorer.save(out)
    _say_rows(done.scorer.evaluation["rows"], examples.rejections)
    if as_json:
        click.echo(json.dumps(tables.training_json(done, out)))
    else:
        tables.show_training(done, out)


def _say_rows(rows: dict[str, int], rejections: pl.DataFrame) -> None:
    """Account for every record on stderr, and show the commonest reasons for rejection."""
    said = [f"{rows['read']:,} records read"]
    said += [f"{count:,} {name}" for name, count in rows.items() if name != "read" and count]
    click.echo(", ".join(said), err=True)
    from virality.records import commonest  # noqa: PLC0415  --help must not load Polars

    for field, reason, count in commonest(rejections):
        click.echo(f"  rejected {count:,}: {field}: {reason}", err=True)


@commands.command()
@options.SOURCES
@options.MODEL
@click.option(
    "--format",
    "form",
    default="table",
    show_default=True,
    type=click.Choice(["table", "csv", "json", "parquet"]),
)
@click.option("--out", metavar="FILE", help="Write there instead of to stdout.")
@click.option(
    "--set",
    "given",
    multiple=True,
    callback=options.pairs,
    metavar="NAME=VALUE",
    help="A record column or a feature, for one video or for all of SOURCE.",
)
@options.WHERE
@options.MAP
@options.LIMIT
@options.REJECTS
def score(
    *,
    sources: tuple[str, ...],
    model: str,
    form: str,
    out: str | None,
    given: dict[str, str],
    rejects: str | None,
    **choices: Any,  # noqa: ANN401  each setting has its own type
) -> None:
    """Score the videos in SOURCE..., or one that --set describes.

    \b
      virality score new.json --model model.json
      virality score --set duration_seconds=30 --set followers=12K --set "caption=My cat #cats"
    """
    from virality.interfaces import scoring, tables, writing  # noqa: PLC0415  loads Polars
    from virality.scorer import load  # noqa: PLC0415

    if not (sources or given):
        raise click.UsageError("Give a SOURCE, or describe a video with --set NAME=VALUE.")
    if form == "parquet" and out is None:
        raise click.UsageError("Parquet is not for a terminal: add --out FILE.")
    scorer = load(model)
    writing.require_places([out, rejects], [*sources, model])
    scored = scoring.score(scorer, list(sources), given, choices)
    if rejects is not None:
        writing.write_frame(scored.rejections, rejects, "csv")
    if scored.rows:
        _say_rows(scored.rows, scored.rejections)
        scored.require_some()
    if out is not None:
        writing.write_scores(scorer, scored.frame, out, "csv" if form == "table" else form)
        click.echo(f"{scored.frame.height:,} scores written to {out}", err=True)
    elif form == "table":
        tables.show_scores(scorer, scored.frame)
    else:
        click.echo(writing.as_text(scorer, scored.frame, form))


@commands.command()
@click.argument("model", metavar="MODEL")
@options.JSON
def inspect(*, model: str, as_json: bool) -> None:
    """Show what a MODEL file knows: features, tiers, weights, metrics, certificate."""
    from virality.artefact import encode  # noqa: PLC0415  --help must not load NumPy
    from virality.interfaces import tables  # noqa: PLC0415
    from virality.scorer import load  # noqa: PLC0415

    scorer = load(model)
    if as_json:
        click.echo(json.dumps(encode(scorer.artefact)))
    else:
        tables.show_model(scorer, model)


@commands.command()
@options.JSON
def features(*, as_json: bool) -> None:
    """List the features that there are: name, phase, unit, range and what each reads."""
    from virality.interfaces import tables  # noqa: PLC0415  --help must not load Rich's tables

    if as_json:
        click.echo(json.dumps({"features": tables.features_json()}))
    else:
        tables.show_features()
