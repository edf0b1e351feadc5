"""Judging probabilities and the baselines on the same rows, as plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.evaluation.intervals import intervals, paired_difference
from virality.evaluation.metrics import measure, surprises
from virality.model.quantiles import quantiles

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.classifier import Classifier

UNSURE = "majority"
_OF_PROBABILITIES = ("log_loss", "brier", "rps", "ece")


@dataclass(frozen=True)
class Judged:
    """Rows that judge, and what a model says of them.

    Attributes
    ----------
    probabilities
        (n, 5) of the tiers.
    tiers, outcome
        (n,) what happened.
    groups
        (n,) number of each row's author; None where too few are known.
    covered
        (n,) whether the outcome lies in its 80 % interval; None where that cannot be told.
    """

    probabilities: Floats
    tiers: Ints
    outcome: Floats
    groups: Ints | None
    covered: Floats | None = None

    def verdict(self, seed: int) -> dict[str, Any]:
        """Give the ``metrics``, and 95 % ``intervals`` resampled by author, as plain values."""
        judged = (self.probabilities, self.tiers, self.outcome)
        metrics: dict[str, Any] = asdict(measure(*judged))
        shares = {}
        if self.covered is not None:
            metrics["coverage"] = float(self.covered.mean())
            shares["coverage"] = self.covered
        found = intervals(*judged, self.groups, shares=shares, seed=seed)
        return {
            "metrics": metrics,
            "intervals": {name: list(interval) for name, interval in found.items()},
        }

    def against(self, others: dict[str, Floats], seed: int) -> dict[str, dict[str, Any]]:
        """Judge other probabilities (n, 5) of the same rows, by name.

        Each gets its metrics, and the ``difference`` of the model's log-loss from its own with a
        95 % interval: below 0 the model is better.
        """
        return {name: self._beside(name, P, seed) for name, P in others.items()}

    def _beside(self, name: str, probabilities: Floats, seed: int) -> dict[str, Any]:
        values: dict[str, Any] = asdict(measure(probabilities, self.tiers, self.outcome))
        if name == UNSURE:
            return values | dict.fromkeys(_OF_PROBABILITIES) | {"difference": None}
        own, other = (surprises(P, self.tiers) for P in (self.probabilities, probabilities))
        difference = paired_difference(own, other, self.groups, seed=seed)
        return values | {"difference": asdict(difference)}


def groups_of(authors: Ints | None, rows: Ints) -> Ints | None:
    """Give some rows the numbers of their authors, from 0; None where too few are known."""
    if authors is None:
        return None
    return np.unique(authors[rows], return_inverse=True)[1].astype(np.intp)


def covered(
    classifier: Classifier, cells: Floats, outcome: Floats, population: Floats
) -> Floats | None:
    """Tell whether outcomes lie in their 80 % intervals, (n,) of 1 and 0.

    Parameters
    ----------
    classifier
        Says where its cells lie among the population's outcomes.
    cells
        (n, C) probabilities of the cells.
    outcome
        (n,) what happened.
    population
        Outcomes of the training rows: where an outcome stands among them is its percentile, and
        one that several share stands in their middle.

    Returns
    -------
    None where the classifier does not say where its cells lie.
    """
    edges = classifier.edges
    if edges is None:
        return None
    return inside(quantiles(cells, edges), outcome, population)


def inside(intervals: Floats, outcome: Floats, population: Floats) -> Floats:
    """Tell whether outcomes (n,) stand inside intervals (n, 3) of percentiles: 1 or 0, (n,)."""
    place = standings(outcome, population)
    return ((place >= intervals[:, 0]) & (place <= intervals[:, 2])).astype(float)


def standings(outcome: Floats, population: Floats) -> Floats:
    """Say where outcomes (n,) stand among a population's (m,): percentiles (n,) of 0 to 100.

    One that several of the population share stands in their middle.
    """
    ordered = np.sort(population)
    below = np.searchsorted(ordered, outcome, side="left")
    upto = np.searchsorted(ordered, outcome, side="right")
    found: Floats = 50.0 * (below + upto) / len(ordered)
    return found
