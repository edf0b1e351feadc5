"""``virality export``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click

from virality.interfaces import options

TARGETS = ("pure-python", "js", "ts", "sql", "onnx")
_DIGITS = 16


@click.command()
@click.argument("model", metavar="MODEL")
@click.option("--to", "target", required=True, type=click.Choice(TARGETS), help="The language.")
@click.option("--out", required=True, metavar="FILE", help="The file to write; - is stdout.")
@click.option(
    "--known",
    multiple=True,
    metavar="NAMES",
    help="Inputs that will be known together where others are not: features and phases, parted by "
    "commas. Several times for several sets.",
)
@click.option(
    "--table", default="videos", show_default=True, metavar="NAME", help="Of sql: the table."
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    default=("video_id",),
    show_default=True,
    metavar="COLUMN",
    help="Of sql: a column of the table that stands beside each answer; several times for several.",
)
@options.JSON
@click.pass_context
def export(
    context: click.Context,
    /,
    *,
    model: str,
    target: str,
    out: str,
    as_json: bool,
    **wishes: Any,  # noqa: ANN401  --known, --table and --key
) -> None:
    """Write MODEL as a scorer in another language.

    Python, JavaScript and TypeScript compute the features of a record in virality's columns, except
    those of the account's history and of early counts, which are given by name. They answer when
    all inputs are known, none is, those are missing that often were in training, or each phase is
    known or unknown as a whole; other sets are asked for by --known, and anything else is refused
    when scoring.

    SQL is one SELECT for DuckDB and PostgreSQL, over a table with a column for each feature; ONNX
    is a graph over a matrix of features. They give NULL or NaN for rows of which other inputs are
    unknown than were often missing in training.

    \b
      virality export model.json --to pure-python --out scorer.py
      virality export model.json --to js --out scorer.js \\
        --known content,followers,history_level
      virality export model.json --to sql --out scores.sql --table features
      virality export model.json --to onnx --out model.onnx
    """
    from virality.exports.exporting import Wishes  # noqa: PLC0415  loads NumPy
    from virality.exports.exporting import export as exported  # noqa: PLC0415
    from virality.interfaces import writing  # noqa: PLC0415  loads Polars
    from virality.interfaces.extras import needing  # noqa: PLC0415
    from virality.scorer import load  # noqa: PLC0415
    from virality.storage.atomic import replace_file  # noqa: PLC0415

    of_sql = {"table": "--table", "keys": "--key"}
    given = options.given(context, of_sql)
    if given and target != "sql":
        raise click.UsageError(f"{of_sql[given[0]]} is of sql, and {target} has none.")
    if out != "-":
        writing.require_places([out], [model])
    scorer = load(model)
    digest = hashlib.sha256(Path(model).read_bytes()).hexdigest()[:_DIGITS]
    with needing("onnx"):
        made = exported(scorer.artefact, target, Wishes(fingerprint=digest, **wishes))
    if out == "-":
        click.echo(made.content, nl=False)
        return
    replace_file(out, made.content)
    if as_json:
        click.echo(json.dumps({"file": out, "bytes": len(made.content), "sets": made.sets}))
    else:
        sets = f"; plans for {len(made.sets)} sets of known inputs" if made.sets else ""
        click.echo(f"Wrote {out}: {target}, {len(made.content):,} bytes{sets}")
