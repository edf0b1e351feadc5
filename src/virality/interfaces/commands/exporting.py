"""``virality export``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import click

from virality.interfaces import options

TARGETS = ("pure-python", "js", "ts")
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
@options.JSON
def export(*, model: str, target: str, out: str, known: tuple[str, ...], as_json: bool) -> None:
    """Write MODEL as a scorer in another language.

    The file needs nothing else. It computes the features of a record in virality's columns, except
    those of the account's history and of early counts, which are given by name. It answers when all
    inputs are known, none is, those are missing that often were in training, or each phase is known
    or unknown as a whole; other sets are asked for by --known, and anything else is refused when
    scoring.

    \b
      virality export model.json --to pure-python --out scorer.py
      virality export model.json --to js --out scorer.js \\
        --known content,followers,history_level
    """
    from virality.exports.exporting import export as exported  # noqa: PLC0415  loads NumPy
    from virality.interfaces import writing  # noqa: PLC0415  loads Polars
    from virality.scorer import load  # noqa: PLC0415
    from virality.storage.atomic import replace_file  # noqa: PLC0415

    if out != "-":
        writing.require_places([out], [model])
    scorer = load(model)
    digest = hashlib.sha256(Path(model).read_bytes()).hexdigest()[:_DIGITS]
    made = exported(scorer.artefact, target, fingerprint=digest, known=known)
    if out == "-":
        click.echo(made.content, nl=False)
        return
    replace_file(out, made.content)
    if as_json:
        click.echo(json.dumps({"file": out, "bytes": len(made.content), "sets": made.sets}))
    else:
        sets = f"; plans for {len(made.sets)} sets of known inputs" if made.sets else ""
        click.echo(f"Wrote {out}: {target}, {len(made.content):,} bytes{sets}")
