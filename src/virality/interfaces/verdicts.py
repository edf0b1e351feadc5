"""What a training found out, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from virality.interfaces.console import console
from virality.interfaces.wording import task_in_words
from virality.labels import TIER_NAMES, TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from virality.scorer import Scorer
    from virality.training.train import Run

_BASELINES = {
    "prior": "the tiers' shares (prior)",
    "majority": "the commonest tier",
    "followers": "followers alone",
    "account_history": "the account's history alone",
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
    screen = console()
    artefact = done.scorer.artefact
    screen.print(f"\n{escape(task_in_words(artefact))}.")
    show_evaluation(screen, done.scorer)
    show_certificate(screen, artefact.certificate)
    refit = ", refitted on all videos after that" if done.scorer.evaluation["refit"] else ""
    screen.print(f"Model: {path} (trained on {artefact.data['rows']:,} videos{refit})")


def show_evaluation(screen: Console, scorer: Scorer) -> None:
    """Print how good a model is, beside its baselines."""
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
    screen.print(
        f"\n[bold]Judged on {rows['test']:,} videos[/bold] ({which[kind]}), "
        f"trained on {rows['train']:,} others{synthetic}"
    )
    screen.print(_comparison(evaluation))
    screen.print(_tiers(metrics))
    for note in evaluation["notes"]:
        screen.print(f"[bold]Note:[/bold] {escape(note)}")


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
        if baseline in evaluation["baselines"]:
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


def show_certificate(screen: Console, certificate: Mapping[str, Any]) -> None:
    """Print how the solver ended."""
    if not certificate:
        return
    ended = "converged" if certificate["converged"] else "NOT converged (the recipe stops early)"
    penalty = "penalties by marginal likelihood"
    if "l2" in certificate:
        penalty = f"L2 {certificate['l2']:.3g} ({certificate['l2_from']})"
    screen.print(
        f"Solver: {ended} after {certificate['iterations']} steps, "
        f"gradient norm {certificate['gradient_norm']:.1e}, {penalty}"
    )
