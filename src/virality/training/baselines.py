"""What a number has to beat: predictions without a model, and the system that came before."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.evaluation.metrics import measure
from virality.labels import TIERS
from virality.model.descent import Recipe, descend
from virality.model.softmax import softmax

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.training.labelled import Labelled


_OF_PROBABILITIES = ("log_loss", "brier", "rps", "ece")


def baselines(rows: Labelled, split: Split) -> dict[str, dict[str, Any]]:
    """Judge the baselines on the test rows; they learn from the training rows alone.

    Parameters
    ----------
    rows
        All rows.
    split
        Which rows train and which judge.

    Returns
    -------
    For ``prior`` (the tiers' shares for every video), ``majority`` (the commonest tier for every
    video, which has no probabilities to measure) and ``reference_recipe`` (the reference
    system's recipe on what it would have had at this moment, with its own treatment of unknown
    inputs) the metrics as plain values.
    """
    training = rows.part(split.train)
    shares = training.shares
    tiers, judged = rows.tiers[split.test], rows.outcome[split.test]
    constant = np.tile(shares, (len(tiers), 1))
    certain = np.tile(np.eye(len(TIERS))[shares.argmax()], (len(tiers), 1))
    by_recipe = _reference_recipe(training, rows.filled[split.test])
    return {
        "prior": asdict(measure(constant, tiers, judged)),
        "majority": asdict(measure(certain, tiers, judged)) | dict.fromkeys(_OF_PROBABILITIES),
        "reference_recipe": asdict(measure(by_recipe, tiers, judged)),
    }


def _reference_recipe(training: Labelled, judged: Floats) -> Floats:
    y: Ints = training.tiers - 1
    coef, intercept = descend(training.filled, y, len(TIERS), Recipe())
    return softmax(judged @ coef.T + intercept)
