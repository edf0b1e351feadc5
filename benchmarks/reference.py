"""The honest numbers of the README, measured on the reference system's training file.

``python benchmarks/reference.py path/to/training-data.json`` prints them as a table.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.intervals import intervals
from virality.evaluation.metrics import measure
from virality.features.reference import REFERENCE_15
from virality.labels import expected_score
from virality.training.settings import Settings
from virality.training.train import run

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.training.concluding import Run

BEFORE = tuple(
    feature.name for feature in REFERENCE_15.features if feature.phase in {"content", "account"}
)


def facts(path: str) -> list[tuple[str, str]]:
    """Measure what the README claims, in its order: what, and how much."""
    reference, converged = run(path, Settings(recipe="reference")), run(path, Settings())
    known = only_before(converged)
    filled = np.where(np.isnan(known), 0.5, known)
    classifier = converged.scorer.artefact.classifier
    invented = classifier.predict_proba(filled)
    prior = converged.scorer.evaluation["baselines"]["prior"]
    rebuilt = converged.scorer.evaluation["label"]["rebuilt_share"]
    scores = expected_score(invented)
    low, high = scores.min(), scores.max()
    return [
        ("reference recipe, 200 steps: test accuracy", _accuracy(reference)),
        ("the same objective solved: test accuracy", _accuracy(converged)),
        ("the same objective solved: test log-loss", _log_loss(converged)),
        ("rows whose tier three inputs give back", f"{rebuilt:.1%}"),
        ("always the commonest tier: accuracy, log-loss of the tiers' shares", _prior(prior)),
        ("only content and account known: accuracy, log-loss", _judged(converged, known)),
        ("the same with 0.5 for the unknown: accuracy, log-loss", _judged(converged, filled)),
        ("the same with 0.5 for the unknown: scores from, to", f"{low:.1f}, {high:.1f}"),
    ]  # fmt: skip


def only_before(done: Run) -> Floats:
    """Test rows of which only content and account are known."""
    test = done.rows.features[done.split.test]
    columns = [done.rows.names.index(name) for name in BEFORE]
    known = np.full(test.shape, np.nan)
    known[:, columns] = test[:, columns]
    return known


def _accuracy(done: Run) -> str:
    low, high = done.scorer.evaluation["intervals"]["accuracy"]
    value = done.scorer.evaluation["metrics"]["accuracy"]
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _log_loss(done: Run) -> str:
    low, high = done.scorer.evaluation["intervals"]["log_loss"]
    value = done.scorer.evaluation["metrics"]["log_loss"]
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _prior(prior: dict[str, float]) -> str:
    return f"{prior['accuracy']:.3f}, {prior['log_loss']:.3f}"


def _judged(done: Run, features: Floats) -> str:
    test = done.split.test
    probabilities = done.scorer.artefact.classifier.predict_proba(features)
    judged = (probabilities, done.tiers[test], done.rows.outcome[test])
    found, ends = measure(*judged), intervals(*judged)
    accuracy = f"{found.accuracy:.3f} ({ends['accuracy'][0]:.3f} to {ends['accuracy'][1]:.3f})"
    loss = f"{found.log_loss:.3f} ({ends['log_loss'][0]:.3f} to {ends['log_loss'][1]:.3f})"
    return f"{accuracy}, {loss}"


if __name__ == "__main__":
    for what, how_much in facts(sys.argv[1]):
        print(f"| {what} | {how_much} |")
