"""Fitting the additive model of ordered cells to labelled rows.

An outcome is cut into about twenty cells of equal share, the tiers' thresholds among their edges:
finer cells tell the fit more about a row than its tier does. Late rows weigh more than early ones,
as accounts and audiences change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError
from virality.model.ordered import Link
from virality.training.penalised import TOLERANCE, fit
from virality.training.plan import Plan, column_of
from virality.training.steps import Design

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.additive import Additive
    from virality.training.labelled import Labelled, Task
    from virality.training.penalised import Optimum
    from virality.training.steps import State

CELLS = 20
LAPSE = 0.01
DESIGN_EFFECT = 4.0
HALF_LIFE = 0.5


@dataclass(frozen=True)
class Fitted:
    """A fitted model and the evidence for it: plain JSON values; how rows were laid out for it."""

    model: Additive
    certificate: dict[str, Any]
    plan: Plan
    optimum: Optimum

    def moved(self, optimum: Optimum, rows: int) -> Fitted:
        """State another solution of the same plan, to so many rows."""
        certificate = {**self.certificate, **_evidence(optimum.state), "rows": rows}
        return Fitted(self.plan.model(optimum), certificate, self.plan, optimum)


def fit_additive(task: Task, half_life: float | None = HALF_LIFE) -> Fitted:
    """Fit the additive model.

    Parameters
    ----------
    task
        Rows with an outcome, its thresholds, and the features that are the columns of X.
    half_life
        After how much of the training part, counted back from its end, a row counts half; None
        lets all rows count alike.

    Raises
    ------
    DataError
        When no feature varies.
    NotConvergedError
        When the optimum cannot be reached.
    """
    rows = task.rows
    features = task.inputs.features if task.inputs is not None else ()
    edges = cell_edges(rows.outcome, task.thresholds)
    cells = np.searchsorted(edges, rows.outcome, side="right").astype(np.intp)
    weight = rows.weight * _recency(rows.seconds, half_life)
    shares = _total(cells, weight, len(edges) + 1) / weight.sum()
    each = zip(features, rows.features.T, strict=True)
    present, seen = np.unique(cells, return_inverse=True)
    plan = Plan(
        columns=tuple(column_of(feature, values) for feature, values in each),
        edges=edges,
        thresholds=task.thresholds,
        present=present,
        shares=shares,
        totals=_total(cells, rows.weight, len(edges) + 1),
        rows=len(cells),
    )
    if not len(plan.numbers):
        raise DataError("no feature varies between the training videos")
    before = np.cumsum(shares[present])[:-1]
    link = Link(np.log(before / (1 - before)), shares[present], LAPSE)
    design = Design(
        plan.laid(rows.features), plan.numbers, seen.astype(np.intp), weight, DESIGN_EFFECT
    )
    optimum = fit(design, link)
    certificate = _certificate(optimum.state, rows, half_life)
    return Fitted(plan.model(optimum), certificate, plan, optimum)


def cell_edges(outcome: Floats, thresholds: Floats | None) -> Floats:
    """Cut an outcome into cells.

    Parameters
    ----------
    outcome
        (n,) of the training rows.
    thresholds
        (4,) where tiers begin: all of them become edges.

    Returns
    -------
    Ascending edges: the thresholds, and quantiles that leave at least half of a cell's usual share
    on both sides.
    """
    edges = [] if thresholds is None else list(thresholds)
    ordered = np.sort(outcome)
    least = len(outcome) / CELLS / 2
    for quantile in np.quantile(outcome, np.arange(1, CELLS) / CELLS):
        here = np.searchsorted(ordered, quantile)
        inside = [*np.searchsorted(ordered, edges), 0, len(ordered)]
        if min(abs(here - other) for other in inside) >= least:
            edges.append(quantile)
    return np.unique(edges)


def _recency(seconds: Floats, half_life: float | None) -> Floats:
    """Weights (n,) by age in rows, of mean 1; rows without a date count as the earliest."""
    if half_life is None or not np.isfinite(seconds).any():
        return np.ones(len(seconds))
    rank = np.empty(len(seconds))
    order = np.argsort(np.nan_to_num(seconds, nan=-np.inf), kind="stable")
    rank[order] = np.arange(len(seconds))
    weight = faded(rank, len(seconds), half_life)
    return np.asarray(weight / weight.mean(), dtype=np.float64)


def faded(rank: Floats, rows: int, half_life: float) -> Floats:
    """Weights of rows by their ranks among so many in the order of posting; 1 for the last."""
    weight: Floats = 0.5 ** ((rows - 1 - rank) / rows / half_life)
    return weight


def _total(cells: Ints, weight: Floats, count: int) -> Floats:
    """Sum weights (n,) over the rows of each cell, (count,)."""
    return np.bincount(cells, weight, count).astype(np.float64)


def _certificate(state: State, rows: Labelled, half_life: float | None) -> dict[str, Any]:
    kept = np.isfinite(state.penalty).any(axis=0).sum()
    return {
        **_evidence(state),
        "parts": int(kept),
        "design_effect": DESIGN_EFFECT,
        "half_life": half_life,
        "lapse": state.link.lapse,
        "rows": len(rows.tiers),
        "rows_with_gaps": len(rows.gaps),
    }


def _evidence(state: State) -> dict[str, Any]:
    return {
        "converged": True,
        "recipe": "additive",
        "iterations": state.steps,
        "gradient_norm": state.gradient_norm,
        "tolerance": TOLERANCE,
        "objective": state.objective,
    }
