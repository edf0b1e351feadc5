"""Calibrating a classifier on rows that have not trained it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError, NotConvergedError
from virality.evaluation.splits import author_split
from virality.labels import TIERS
from virality.model.calibration import Calibration, Choice, choose
from virality.training.selection import holdout

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Ints
    from virality.model.classifier import Classifier
    from virality.training.labelled import Labelled, Task
    from virality.training.settings import Settings

_FEWEST_ROWS = 200
_SHARE = 0.2


def calibration(
    task: Task, settings: Settings, fit: Callable[[Task], Classifier]
) -> tuple[Calibration, dict[str, Any]]:
    """Find out how the probabilities of a way of fitting have to be mended.

    A fifth of the rows is kept from a fit, and its probabilities there are compared with what
    happened. What mends them is then used for the fit to all rows. The rows are kept as the test
    rows are: the latest, whole accounts, or any; else what differs between earlier and later
    videos would be mended where nothing differs.

    Parameters
    ----------
    task
        All training rows.
    settings
        The split and the seed.
    fit
        The way of fitting.

    Returns
    -------
    The calibration, and the evidence for it: the ``kind``, how many ``rows`` it was fitted on, and
    the log-``losses`` of all kinds on rows that did not fit them. Nothing is changed where too few
    rows are left to tell.
    """
    nothing = Calibration.identity(len(TIERS)), {"kind": "identity", "rows": 0}
    try:
        fitting, judging = _parted(task.rows, settings)
        if len(judging) < _FEWEST_ROWS:
            return nothing
        classifier = fit(task.part(fitting))
    except (DataError, NotConvergedError):
        return nothing
    chosen = _chosen(classifier, task.rows.part(judging))
    evidence = {"kind": chosen.kind, "rows": len(judging), "losses": chosen.losses}
    return chosen.calibration, evidence


def _parted(rows: Labelled, settings: Settings) -> tuple[Ints, Ints]:
    """Choose rows that fit and rows that judge, in the way of the split."""
    if settings.split == "author" and rows.authors is not None:
        parts = author_split(rows.authors, settings.seed, _SHARE)
        return parts.train, parts.test
    undated = np.full(len(rows.tiers), np.nan)
    return holdout(undated if settings.split == "random" else rows.seconds, settings.seed)


def _chosen(classifier: Classifier, rows: Labelled) -> Choice:
    groups = np.arange(len(rows.tiers)) if rows.authors is None else rows.authors
    probabilities = classifier.predict_proba(rows.features)
    return choose(probabilities, rows.tiers - 1, rows.weight, groups)
