"""``virality inspect`` and ``virality features``."""

from __future__ import annotations

import json

import click

from virality.interfaces import options


@click.command()
@click.argument("model", metavar="MODEL")
@options.JSON
def inspect(*, model: str, as_json: bool) -> None:
    """Show what a MODEL file knows, and how well it was judged."""
    from virality.artefact import encode  # noqa: PLC0415  --help must not load NumPy
    from virality.interfaces import tables  # noqa: PLC0415
    from virality.scorer import load  # noqa: PLC0415

    scorer = load(model)
    if as_json:
        click.echo(json.dumps(encode(scorer.artefact)))
    else:
        tables.show_model(scorer, model)


@click.command()
@options.JSON
def features(*, as_json: bool) -> None:
    """List all features and record columns, with units and ranges."""
    from virality.interfaces import tables  # noqa: PLC0415  --help must not load Polars

    if as_json:
        stated = {"features": tables.features_json(), "columns": tables.columns_json()}
        click.echo(json.dumps(stated))
    else:
        tables.show_features()
