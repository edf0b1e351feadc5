"""What more records would bring: fits to parts of the training rows, judged on the same rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError, NotConvergedError
from virality.evaluation.intervals import paired_difference
from virality.evaluation.metrics import surprises
from virality.threads import one_blas_thread
from virality.training.estimation import estimate
from virality.training.judging import judged_rows
from virality.training.labelled import Task
from virality.training.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Ints
    from virality.training.comparing import Judged
    from virality.training.concluding import Run
    from virality.training.settings import Settings

    Progress = Callable[[str], None]

_PARTS = (0.125, 0.25, 0.5)


@dataclass(frozen=True)
class Curve:
    """How the log-loss falls with the number of training rows.

    Attributes
    ----------
    lines
        One for each part of the training rows, the whole last.
    verdict
        Whether more records are worth scraping, in a sentence.
    """

    lines: tuple[Line, ...]
    verdict: str


def judged_of(run: Run) -> Judged:
    """Judge a training that is done on its test rows."""
    ordered = run.examples.made is None
    return judged_rows(run.rows, run.split, run.evaluated, ordered=ordered)


def learning_curve(run: Run, settings: Settings, progress: Progress = lambda _: None) -> Curve:
    """Fit to random parts of the training rows, and judge on the same test rows.

    Parameters
    ----------
    run, settings
        A training that is done, and what it was asked to do.
    progress
        Told each step as it begins.
    """
    train, whole = run.split.train, judged_of(run)
    drawn = np.random.default_rng(settings.seed).permutation(len(train))
    lines, losses = [], surprises(whole.probabilities, whole.tiers)
    last = None
    for part in _PARTS:
        progress(f"training on {part:.0%} of the rows")
        rows = train[np.sort(drawn[: int(len(train) * part)])]
        found = _part(run, rows, settings)
        if isinstance(found, str):
            lines.append(Line(f"{part:.1%}", len(rows), note=found))
            continue
        last = surprises(found.probabilities, found.tiers)
        lines.append(_part_line(f"{part:.1%}", len(rows), found, settings))
    lines.append(_part_line("100.0%", len(train), whole, settings))
    if last is None:
        return Curve(tuple(lines), "There are too few rows to tell whether more would help.")
    gain = paired_difference(losses, last, whole.groups, seed=settings.seed)
    helps = "More records are worth scraping" if gain.high < 0 else "More records hardly help"
    return Curve(
        tuple(lines),
        f"{helps}: the last doubling changed the log-loss by {gain.mean:+.4f} "
        f"({gain.low:+.4f} to {gain.high:+.4f}).",
    )


def _part(run: Run, rows: Ints, settings: Settings) -> Judged | str:
    task = Task(run.rows.part(rows), run.examples.inputs, run.scorer.artefact.thresholds)
    try:
        with one_blas_thread():
            classifier = estimate(task, settings).classifier
    except (DataError, NotConvergedError) as error:
        return str(error)
    return judged_rows(run.rows, replace(run.split, train=rows), classifier, ordered=False)


def _part_line(name: str, train: int, judged: Judged, settings: Settings) -> Line:
    verdict = judged.verdict(settings.seed)
    low, high = verdict["intervals"]["log_loss"]
    metrics = verdict["metrics"]
    return Line(
        name,
        train,
        len(judged.tiers),
        metrics["log_loss"],
        low,
        high,
        spearman=metrics["spearman"],
    )
