"""What a number has to beat: predictions from little, and the system that came before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError
from virality.labels import TIERS
from virality.model.descent import Recipe, descend
from virality.model.scaling import measure as scaling_of
from virality.model.softmax import softmax
from virality.training.fitting import Rows, solve

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.training.labelled import Labelled

_ALONE = {
    "followers": ("followers",),
    "account_history": ("history_level", "history_count"),
}
_L2 = 1e-4
_TOLERANCE = 1e-5
_FURTHEST = 4.0


def baselines(rows: Labelled, split: Split) -> dict[str, Floats]:
    """Predict the test rows by what needs no model; all learn from the training rows alone.

    Parameters
    ----------
    rows
        All rows.
    split
        Which rows train and which judge.

    Returns
    -------
    Tier probabilities (m, 5) of the test rows, for ``prior`` (the tiers' shares for every video),
    ``majority`` (certainty of the commonest tier, which says nothing of probabilities),
    ``followers`` and ``account_history`` (a softmax on the curve of these features alone, where
    they are known of any training row) and ``reference_recipe`` (the reference system's recipe on
    what it would have had at this moment, with its own treatment of unknown inputs).
    """
    training = rows.part(split.train)
    shares, size = training.shares, (len(split.test), 1)
    return {
        "prior": np.tile(shares, size),
        "majority": np.tile(np.eye(len(TIERS))[shares.argmax()], size),
        **_by_few(rows, split),
        "reference_recipe": _reference_recipe(training, rows.filled[split.test]),
    }


def _by_few(rows: Labelled, split: Split) -> dict[str, Floats]:
    """Predict the test rows from a few features, where the model has them."""
    found = {}
    for name, few in _ALONE.items():
        if not set(few) <= set(rows.names):
            continue
        columns = rows.features[:, [rows.names.index(one) for one in few]]
        if np.isnan(columns[split.train]).all():
            continue
        probabilities = _softmax_on(_curved(columns, split.train), rows, split)
        if probabilities is not None:
            found[name] = probabilities
    return found


def _curved(columns: Floats, train: Ints) -> Floats:
    """Give logarithms with their squares and cubes, and what is unknown its own column."""
    values = np.log1p(columns)
    unknown = np.isnan(values)
    known = ~unknown[train]
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values[train], 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(known, (values[train] - mean) ** 2, 0.0).sum(axis=0) / count)
    score = np.where(unknown, 0.0, (values - mean) / np.where(spread > 0, spread, 1.0))
    score = np.clip(score, -_FURTHEST, _FURTHEST)
    return np.hstack([score, score**2, score**3, unknown.astype(float)])


def _softmax_on(columns: Floats, rows: Labelled, split: Split) -> Floats | None:
    """Fit on the training rows and predict the test rows; None where that comes to no end."""
    training = rows.part(split.train)
    present, numbers = np.unique(training.tiers, return_inverse=True)
    fitted = Rows(columns[split.train], numbers.astype(np.intp), training.weight, present)
    scaling = scaling_of(fitted.X, fitted.weight)
    penalty = np.full(columns.shape[1], _L2)
    try:
        solution = solve(fitted, scaling=scaling, penalty=penalty, tol=_TOLERANCE, raw=False)
    except NotConvergedError:
        return None
    part = softmax(columns[split.test] @ solution.coef.T + solution.intercept)
    return over_all_tiers(part, present, len(split.train))


def over_all_tiers(part: Floats, present: Ints, trained: int) -> Floats:
    """Give every tier a probability, where some were not there to learn from.

    Parameters
    ----------
    part
        (m, k) probabilities of the tiers that were.
    present
        (k,) these tiers, 1-5.
    trained
        Rows that trained: an absent tier gets the share of a row or less among them.

    Returns
    -------
    (m, 5) probabilities.
    """
    least = 1.0 / (trained + len(TIERS))
    wide = np.full((len(part), len(TIERS)), least)
    wide[:, present - 1] = part
    whole: Floats = wide / wide.sum(axis=1, keepdims=True)
    return whole


def _reference_recipe(training: Labelled, judged: Floats) -> Floats:
    y: Ints = training.tiers - 1
    coef, intercept = descend(training.filled, y, len(TIERS), Recipe())
    return softmax(judged @ coef.T + intercept)
