"""Calibrating a classifier on rows that have not trained it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError, NotConvergedError
from virality.labels import TIERS
from virality.model.calibration import Calibration, Choice, choose
from virality.training.selection import holdout

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.model.classifier import Classifier
    from virality.training.labelled import Labelled, Task

_FEWEST_ROWS = 200


def calibration(
    task: Task, seed: int, fit: Callable[[Task], Classifier]
) -> tuple[Calibration, dict[str, Any]]:
    """Find out how the probabilities of a way of fitting have to be mended.

    The latest fifth of the rows is kept from a fit, and its probabilities there are compared with
    what happened. What mends them is then used for the fit to all rows.

    Parameters
    ----------
    task
        All training rows.
    seed
        Of the parting, where rows have no dates.
    fit
        The way of fitting.

    Returns
    -------
    The calibration, and the evidence for it: the ``kind``, how many ``rows`` it was fitted on, and
    the log-``losses`` of all kinds on rows that did not fit them. Nothing is changed where too few
    rows are left to tell.
    """
    fitting, judging = holdout(task.rows.seconds, seed)
    nothing = Calibration.identity(len(TIERS)), {"kind": "identity", "rows": 0}
    if len(judging) < _FEWEST_ROWS:
        return nothing
    try:
        classifier = fit(task.part(fitting))
    except (DataError, NotConvergedError):
        return nothing
    chosen = _chosen(classifier, task.rows.part(judging))
    evidence = {"kind": chosen.kind, "rows": len(judging), "losses": chosen.losses}
    return chosen.calibration, evidence


def _chosen(classifier: Classifier, rows: Labelled) -> Choice:
    groups = np.arange(len(rows.tiers)) if rows.authors is None else rows.authors
    probabilities = classifier.predict_proba(rows.features)
    return choose(probabilities, rows.tiers - 1, rows.weight, groups)
