"""What a training found out, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from virality.interfaces.columns import fitted
from virality.interfaces.console import console
from virality.interfaces.wording import task_in_words
from virality.labels import TIER_NAMES, TIERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console

    from virality.evaluation.verdict import Evaluation
    from virality.scorer import Scorer
    from virality.training.concluding import Run
    from virality.training.lines import Line
    from virality.training.studies import Study

_BASELINES = {
    "prior": "the tiers' shares (prior)",
    "majority": "the commonest tier",
    "followers": "followers alone",
    "account_history": "the account's history alone",
    "reference_recipe": "reference recipe",
    "lightgbm": "LightGBM, same columns",
    "spline_softmax": "spline softmax, plain columns",
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
        _show_stated(screen, evaluation)
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
    screen.print(_comparison(evaluation, screen.width))
    screen.print(_tiers(metrics, screen.width))
    for note in evaluation["notes"]:
        screen.print(f"[bold]Note:[/bold] {escape(note)}")


def _show_stated(screen: Console, evaluation: Mapping[str, Any]) -> None:
    """Print what a file of the reference system states: its accuracy and what it confused."""
    metrics = evaluation.get("metrics", {})
    if "accuracy" not in metrics or "confusion_matrix" not in metrics:
        return
    matrix = metrics["confusion_matrix"]
    rows = sum(map(sum, matrix))
    screen.print(
        f"\nJudged on {rows:,} videos, as the file states: accuracy {metrics['accuracy']:.3f}."
    )
    called = [sum(column) for column in zip(*matrix, strict=True)]
    per_tier = [
        {"tier": tier, "precision": _part(right, calls), "recall": _part(right, sum(counts))}
        for tier, counts, calls in zip(TIERS, matrix, called, strict=True)
        for right in [counts[tier - 1]]
    ]
    screen.print(_tiers({**metrics, "per_tier": per_tier}, screen.width))


def _part(count: int, of: int) -> float | None:
    return count / of if of else None


def _comparison(evaluation: Mapping[str, Any], width: int) -> Table:
    """Model and baselines on the same rows, the model with its 95 % intervals."""
    names, ends = ("log_loss", "accuracy", "spearman"), evaluation["intervals"]
    values = evaluation["metrics"]
    spans = (f"[dim]{_span(ends.get(name))}[/dim]" for name in names)
    rows = [
        ("[bold]this model[/bold]", *(_number(values[name]) for name in names)),
        ("[dim]  95 % interval[/dim]", *spans),
    ]
    for baseline, label in _BASELINES.items():
        if baseline in evaluation["baselines"]:
            values = evaluation["baselines"][baseline]
            rows.append((label, *(_number(values[name]) for name in names)))
    return fitted(("", "log-loss", "accuracy", "rank correlation"), rows, width)


def _beside(evaluation: Mapping[str, Any]) -> Table:
    """Say how much better the model is than each baseline, on the same rows."""
    table = Table(
        title="\nLog-loss less that of each baseline (below 0: better), 95 % interval",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("")
    table.add_column("difference", justify="right")
    table.add_column("from, to", justify="right")
    for baseline, label in _BASELINES.items():
        found = evaluation["baselines"].get(baseline, {}).get("difference")
        if found:
            ends = f"{found['low']:+.3f} to {found['high']:+.3f}"
            table.add_row(label, f"{found['mean']:+.3f}", ends)
    return table


def _calibration(screen: Console, evaluation: Mapping[str, Any]) -> None:
    """Print whether probabilities and intervals mean what they say."""
    metrics, ends = evaluation["metrics"], evaluation["intervals"]
    said = f"Calibration error {metrics['ece']:.3f} ({_span(ends.get('ece'))})"
    if "coverage" in metrics:
        low, high = ends["coverage"]
        said += (
            f"; 80 % intervals held {metrics['coverage']:.1%} of the outcomes "
            f"({low:.1%} to {high:.1%})"
        )
    screen.print(f"{said}.")


def show_study(done: Study) -> None:
    """Print a verdict and what surrounds it."""
    screen = console()
    scorer, stated = done.run.scorer, done.to_dict()
    screen.print(f"\n{escape(task_in_words(scorer.artefact))}.")
    show_evaluation(screen, scorer)
    screen.print(_beside(stated["evaluation"]))
    _calibration(screen, stated["evaluation"])
    if done.moments:
        screen.print(_lines("\nWhat each moment is worth", "moment", done.moments))
        screen.print(_lines("\nWhat each split says", "split", done.splits))
        screen.print(
            "The honest numbers are those of the time and author splits; a random one lets "
            "accounts and days stand on both sides."
        )
        for name, gap in done.gap.items():
            screen.print(
                f"Beyond the prior, the random split claims {gap:+.3f} nats against the {name} "
                "split."
            )
    if done.curve is not None:
        screen.print(_lines("\nWith fewer training rows", "part", done.curve.lines))
        screen.print(done.curve.verdict)


def _lines(title: str, first: str, lines: Sequence[Line]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column(first)
    for heading in ("train", "test", "log-loss", "95 % interval", "prior", "rank corr."):
        table.add_column(heading, justify="right")
    table.add_column("")
    for line in lines:
        ends = None if line.low is None or line.high is None else [line.low, line.high]
        table.add_row(
            line.name,
            "-" if line.train is None else f"{line.train:,}",
            "-" if line.test is None else f"{line.test:,}",
            _number(line.log_loss),
            _span(ends),
            _number(line.prior),
            _number(line.spearman),
            escape(line.note),
        )
    return table


def show_judgement(scorer: Scorer, evaluation: Evaluation) -> None:
    """Print how a saved model did on records."""
    screen = console()
    screen.print(f"\n{escape(task_in_words(scorer.artefact))}.")
    synthetic = " - SYNTHETIC DATA" if evaluation.synthetic else ""
    screen.print(f"\n[bold]Judged on {evaluation.n:,} videos[/bold]{synthetic}")
    stated = evaluation.to_dict()
    screen.print(_comparison(stated, screen.width))
    screen.print(_tiers(stated["metrics"], screen.width))
    _calibration(screen, stated)
    for note in evaluation.notes:
        screen.print(f"[bold]Note:[/bold] {escape(note)}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _span(ends: list[float] | None) -> str:
    return "-" if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"


def _tiers(metrics: Mapping[str, Any], width: int) -> Table:
    """Confusion matrix with precision and recall of each tier."""
    rows = []
    for tier, counts in zip(metrics["per_tier"], metrics["confusion_matrix"], strict=True):
        name = f"{tier['tier']} {TIER_NAMES[tier['tier'] - 1]}"
        cells = [f"{count:,}" for count in counts]
        cells[tier["tier"] - 1] = f"[bold]{cells[tier['tier'] - 1]}[/bold]"
        rows.append((name, *cells, _share(tier["precision"]), _share(tier["recall"])))
    headings = ("", *map(str, TIERS), "precision", "recall")
    return fitted(headings, rows, width, title="\nTrue tier (rows) and called tier (columns)")


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
