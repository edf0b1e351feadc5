"""A line of a table of verdicts: what came of training another way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.training.judging import FEWEST_TEST_ROWS

if TYPE_CHECKING:
    from virality.training.concluding import Run

TOO_FEW = "too few to say"


@dataclass(frozen=True)
class Line:
    """One line of a table of verdicts.

    Attributes
    ----------
    name
        What was varied.
    train, test
        Rows that trained and rows that judged; None where it did not come so far.
    log_loss, low, high
        With its 95 % interval; None where there is none to state.
    prior
        Log-loss of the tiers' shares on the same rows.
    spearman
        Rank correlation of score and outcome.
    note
        Why there is no number, or what to think of it.
    """

    name: str
    train: int | None = None
    test: int | None = None
    log_loss: float | None = None
    low: float | None = None
    high: float | None = None
    prior: float | None = None
    spearman: float | None = None
    note: str = ""


def line_of(name: str, run: Run) -> Line:
    """State the verdict of a training that is done, under a name."""
    evaluation = run.scorer.evaluation
    train, test = len(run.split.train), len(run.split.test)
    if test < FEWEST_TEST_ROWS:
        return Line(name, train, test, note=TOO_FEW)
    low, high = evaluation["intervals"]["log_loss"]
    metrics = evaluation["metrics"]
    prior = evaluation["baselines"]["prior"]["log_loss"]
    note = "describes, does not foresee" if name == "full" else ""
    return Line(name, train, test, metrics["log_loss"], low, high, prior, metrics["spearman"], note)
