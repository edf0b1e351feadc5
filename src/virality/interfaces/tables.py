"""Results as tables that a person can read, and as plain values for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.errors import MarkupError
from rich.markup import escape
from rich.table import Table

from virality.errors import ArtefactError
from virality.features.extraction import SCHEMAS
from virality.labels import SCORE_EDGES, TIER_NAMES, TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from virality.scorer import Scorer
    from virality.training.train import Run

_MOST_ROWS = 20
_WIDE = 64
_BASELINES = {
    "prior": "the tiers' shares (prior)",
    "majority": "the commonest tier",
    "reference_recipe": "reference recipe",
}


def training_json(done: Run, path: str) -> dict[str, Any]:
    """Give all that a training found out as one JSON object."""
    evaluation = done.scorer.evaluation
    return {
        **evaluation,
        "certificate": dict(done.scorer.artefact.certificate),
        "model": str(path),
    }


def show_training(done: Run, path: str) -> None:
    """Print what a training found out."""
    console = _console()
    artefact = done.scorer.artefact
    _show_evaluation(console, done.scorer)
    _show_certificate(console, artefact.certificate)
    refit = ", refitted on all videos after that" if done.scorer.evaluation["refit"] else ""
    console.print(f"Model: {path} (trained on {artefact.data['rows']:,} videos{refit})")


def _console() -> Console:
    return _Console(highlight=False, soft_wrap=False)


class _Console(Console):
    """A console that leaves it to the command line what a closed pipe means."""

    def on_broken_pipe(self) -> None:
        """Let the error through.

        Raises
        ------
        BrokenPipeError
            Always.
        """
        raise BrokenPipeError


def _show_evaluation(console: Console, scorer: Scorer) -> None:
    evaluation = scorer.evaluation
    if not evaluation.get("intervals"):
        return
    metrics = evaluation["metrics"]
    rows, kind = evaluation["rows"], evaluation["split"]["kind"]
    which = {
        "time": "the latest",
        "author": "of accounts that have not trained",
        "random": "randomly chosen",
        "given": "the file's own test",
    }
    synthetic = " - SYNTHETIC DATA" if evaluation["synthetic"] else ""
    console.print(
        f"\n[bold]Judged on {rows['test']:,} videos[/bold] ({which[kind]}), "
        f"trained on {rows['train']:,} others{synthetic}"
    )
    console.print(_comparison(evaluation))
    console.print(_tiers(metrics))
    for note in evaluation["notes"]:
        console.print(f"[bold]Note:[/bold] {escape(note)}")


def _comparison(evaluation: Mapping[str, Any]) -> Table:
    """Model and baselines on the same rows, the model with its 95 % intervals."""
    table = Table("", box=None, pad_edge=False)
    for heading in ("log-loss", "accuracy", "rank correlation"):
        table.add_column(heading, justify="right")
    names, ends = ("log_loss", "accuracy", "spearman"), evaluation["intervals"]
    values = evaluation["metrics"]
    table.add_row("[bold]this model[/bold]", *(_number(values[name]) for name in names))
    table.add_row("  95 % interval", *(_span(ends.get(name)) for name in names), style="dim")
    for baseline, label in _BASELINES.items():
        values = evaluation["baselines"][baseline]
        table.add_row(label, *(_number(values[name]) for name in names))
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _span(ends: list[float] | None) -> str:
    return "-" if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"


def _tiers(metrics: Mapping[str, Any]) -> Table:
    """Confusion matrix with precision and recall of each tier."""
    table = Table(title="\nTrue tier (rows) and called tier (columns)", title_justify="left")
    table.add_column("")
    for tier in TIERS:
        table.add_column(str(tier), justify="right")
    table.add_column("precision", justify="right")
    table.add_column("recall", justify="right")
    for tier, counts in zip(metrics["per_tier"], metrics["confusion_matrix"], strict=True):
        name = f"{tier['tier']} {TIER_NAMES[tier['tier'] - 1]}"
        cells = [f"{count:,}" for count in counts]
        cells[tier["tier"] - 1] = f"[bold]{cells[tier['tier'] - 1]}[/bold]"
        table.add_row(name, *cells, _share(tier["precision"]), _share(tier["recall"]))
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _show_certificate(console: Console, certificate: Mapping[str, Any]) -> None:
    if not certificate:
        return
    ended = "converged" if certificate["converged"] else "NOT converged (the recipe stops early)"
    console.print(
        f"Solver: {ended} after {certificate['iterations']} steps, "
        f"gradient norm {certificate['gradient_norm']:.1e}, "
        f"L2 {certificate['l2']:.3g} ({certificate['l2_from']})"
    )


def show_scores(scorer: Scorer, frame: pl.DataFrame) -> None:
    """Print scores, the first twenty of many."""
    console = _console()
    made_up = " - the model was TRAINED ON SYNTHETIC DATA" if _synthetic(scorer) else ""
    console.print(f"Score 0-100 (between 12.5 and 90 by construction){made_up}")
    table = Table(box=None, pad_edge=False)
    table.add_column("video", no_wrap=True)
    wide = console.width >= _WIDE
    headings = [f"P({tier})" for tier in TIERS] if wide else []
    for heading in ("score", "tier", *headings, "unknown"):
        table.add_column(heading, justify="right", no_wrap=True, min_width=len(heading))
    for row in frame.head(_MOST_ROWS).iter_rows(named=True):
        shares = [f"{row[f'p{tier}']:.0%}" for tier in TIERS] if wide else []
        unknown = f"{row['unknown']} of {len(scorer.feature_names)}"
        table.add_row(
            escape(row["video_id"] or "as described"),
            f"[bold]{row['score']:.1f}[/bold]",
            str(row["tier"]),
            *shares,
            unknown,
        )
    console.print(table)
    names = ", ".join(f"{tier} {name}" for tier, name in zip(TIERS, TIER_NAMES, strict=True))
    console.print(f"[dim]Tiers: {names}.[/dim]")
    if frame.height > _MOST_ROWS:
        console.print(f"... and {frame.height - _MOST_ROWS:,} more: --format csv shows all")


def _synthetic(scorer: Scorer) -> bool:
    return bool(scorer.artefact.data.get("synthetic"))


def show_model(scorer: Scorer, path: str) -> None:
    """Print what a model file knows.

    Raises
    ------
    ArtefactError
        When its evaluation, data or certificate is not as virality states them.
    """
    try:
        _show_model(_console(), scorer, path)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, MarkupError) as error:
        raise ArtefactError(
            f"what it states about itself is damaged ({type(error).__name__}: {error})", where=path
        ) from None


def _show_model(console: Console, scorer: Scorer, path: str) -> None:
    artefact = scorer.artefact
    schema = artefact.schema.name if artefact.schema else "features of its own"
    console.print(f"[bold]{escape(path)}[/bold]: {schema}, trained {escape(artefact.trained_at)}")
    if artefact.data:
        rows, first, last = (artefact.data[key] for key in ("rows", "first_posted", "last_posted"))
        dates = f", posted {first} to {last}" if first else ""
        made_up = " (SYNTHETIC)" if _synthetic(scorer) else ""
        console.print(f"Data: {rows:,} videos{dates}{made_up}")
    console.print(_tier_table(scorer))
    console.print(_weights(scorer))
    _show_evaluation(console, scorer)
    _show_certificate(console, artefact.certificate)


def _tier_table(scorer: Scorer) -> Table:
    artefact = scorer.artefact
    outcome = escape(artefact.outcome or "label")
    table = Table("tier", "", box=None, pad_edge=False)
    for heading in ("score range", f"{outcome} from", "average probability"):
        table.add_column(heading, justify="right")
    starts = ["-"] * len(TIERS)
    if artefact.thresholds is not None:
        starts = ["0", *(_amount(threshold) for threshold in artefact.thresholds)]
    prior = ["-"] * len(TIERS)
    if artefact.classifier.population is not None:
        prior = [f"{share:.0%}" for share in artefact.classifier.population.prior]
    for tier in TIERS:
        low, high = SCORE_EDGES[tier - 1 : tier + 1]
        cells = (f"{low:g}-{high:g}", starts[tier - 1], prior[tier - 1])
        table.add_row(str(tier), TIER_NAMES[tier - 1], *cells)
    return table


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.4g}"  # noqa: PLR2004  counts or rates


def _weights(scorer: Scorer) -> Table:
    """Coefficients by feature, one column for each tier."""
    table = Table(
        title="\nWeights: change of each tier's log-odds per unit of the feature",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("feature")
    for tier in TIERS:
        table.add_column(f"tier {tier}", justify="right")
    classifier = scorer.artefact.classifier
    for name, column in zip(scorer.feature_names, classifier.coef.T, strict=True):
        table.add_row(escape(name), *(f"{weight:+.3f}" for weight in column))
    table.add_row("[dim]intercept[/dim]", *(f"{bias:+.3f}" for bias in classifier.intercept))
    return table


def features_json() -> list[dict[str, Any]]:
    """Give the features' tables as plain values."""
    return [
        {"schema": schema.name, **feature.stated()}
        for schema in SCHEMAS.values()
        for feature in schema.features
    ]


def show_features() -> None:
    """Print the features' tables."""
    for schema in SCHEMAS.values():
        table = Table(title=f"\n{schema.name}", title_justify="left", box=None, pad_edge=False)
        table.add_column("feature", no_wrap=True, min_width=max(map(len, schema.names)))
        for heading in ("phase", "one unit is", "range", "reads"):
            table.add_column(heading, overflow="fold")
        for one in schema.features:
            reads = "itself" if one.plain else ", ".join(one.reads)
            table.add_row(one.name, one.phase, one.unit, one.span, reads)
        _console().print(table)
