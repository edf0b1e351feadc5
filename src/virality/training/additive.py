"""Fitting the additive model of ordered cells to labelled rows.

An outcome is cut into about twenty cells of equal share, the tiers' thresholds among their edges:
finer cells tell the fit more about a row than its tier does. Late rows weigh more than early ones,
as accounts and audiences change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError
from virality.labels import TIERS
from virality.model.additive import Additive, Curve
from virality.model.cells import Cells
from virality.model.copula import rounded
from virality.model.doubt import directions
from virality.model.ordered import PREDICTORS, Link
from virality.model.smooths import Axis, Smooth, axis_for, fit_smooth
from virality.training.penalised import TOLERANCE, Optimum, fit
from virality.training.steps import Design

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.arrays import Floats, Ints
    from virality.features.schema import Feature
    from virality.training.labelled import Labelled, Task
    from virality.training.steps import State

CELLS = 20
LAPSE = 0.01
DESIGN_EFFECT = 4.0
HALF_LIFE = 0.5
_FEWEST_GAPS = 0.005
_FAR = 1e3
_DIGITS = 4


@dataclass(frozen=True)
class Fitted:
    """A fitted model and the evidence for it: plain JSON values."""

    model: Additive
    certificate: dict[str, Any]


@dataclass(frozen=True)
class _Column:
    """Columns of one feature, and its part of the coefficients.

    Attributes
    ----------
    smooth
        Its curve's columns; None where it does not vary.
    gap
        Share of rows where it is unknown, when that has a column of its own; else 0.
    """

    smooth: Smooth | None
    gap: float

    def columns(self, values: Floats) -> list[Floats]:
        """Give the penalised parts, each (n, its columns)."""
        parts = []
        if self.smooth is not None:
            both = self.smooth.columns(values)
            width = self.smooth.straight.shape[1]
            parts = [both[:, :width], both[:, width:]]
        if self.gap:
            parts.append((np.isnan(values) - self.gap)[:, None])
        return [part for part in parts if part.shape[1]]

    def curve(self, coef: Floats, axis: Axis) -> Curve:
        """Turn coefficients (3, columns) of these parts into a curve."""
        width = coef.shape[1] - (self.gap > 0)
        missing = coef[:, width] if self.gap else np.zeros(len(PREDICTORS))
        if self.smooth is None:
            return Curve(axis, np.zeros(0), np.zeros((len(PREDICTORS), 0)), missing)
        table = np.hstack([self.smooth.straight, self.smooth.wiggly])
        heights = coef[:, :width] @ table.T - (self.gap * missing)[:, None]
        unknown = (1 - self.gap) * missing
        values = self.smooth.values
        apart = np.append(True, np.diff(values) > 0)
        return Curve(self.smooth.axis, values[apart], heights[:, apart], unknown)


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
    columns = [
        _column(feature, values) for feature, values in zip(features, rows.features.T, strict=True)
    ]
    parts = [
        part
        for column, values in zip(columns, rows.features.T, strict=True)
        for part in column.columns(values)
    ]
    if not parts:
        raise DataError("no feature varies between the training videos")
    numbers = np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])
    shares = _total(cells, weight, len(edges) + 1) / weight.sum()
    present, seen = np.unique(cells, return_inverse=True)
    before = np.cumsum(shares[present])[:-1]
    link = Link(np.log(before / (1 - before)), shares[present], LAPSE)
    design = Design(np.hstack(parts), numbers, seen.astype(np.intp), weight, DESIGN_EFFECT)
    optimum = fit(design, link)
    state = optimum.state
    model = Additive(
        _curves(columns, optimum),
        _with_unseen(state.link, shares, len(cells)),
        _layout(edges, task.thresholds, _total(cells, rows.weight, len(edges) + 1)),
    )
    return Fitted(model, _certificate(state, rows, half_life))


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
    weight: Floats = 0.5 ** ((len(seconds) - 1 - rank) / len(seconds) / half_life)
    return np.asarray(weight / weight.mean(), dtype=np.float64)


def _column(feature: Feature, values: Floats) -> _Column:
    """Lay out the columns of a feature from its values (n,) in the training rows."""
    gap = float(np.isnan(values).mean())
    smooth = fit_smooth(axis_for(feature.curve, values, feature.period), values)
    return _Column(smooth, gap if _FEWEST_GAPS < gap < 1 - _FEWEST_GAPS else 0.0)


def _curves(columns: Sequence[_Column], optimum: Optimum) -> tuple[Curve, ...]:
    """Turn coefficients into curves, and their covariance into what the curves may be off by."""
    curves, begin = [], 0
    coef = optimum.state.coef
    wide = optimum.covariance.reshape(*coef.shape, *coef.shape)
    for column in columns:
        own = slice(begin, begin + sum(part.shape[1] for part in column.columns(np.zeros(1))))
        axis = Axis("linear") if column.smooth is None else column.smooth.axis
        curve = column.curve(coef[:, own], axis)
        blank = np.zeros_like(coef[:, own])
        off = np.zeros((0, len(curve.at)))
        for way in directions(wide[0, own, 0, own]) if len(curve.at) else ():
            heights = column.curve(np.vstack([way, blank[1:]]), axis).heights
            off = np.vstack([off, heights[0]])
        curves.append(replace(curve, doubt=rounded(off, _DIGITS)))
        begin = own.stop
    return tuple(curves)


def _total(cells: Ints, weight: Floats, count: int) -> Floats:
    """Sum weights (n,) over the rows of each cell, (count,)."""
    return np.bincount(cells, weight, count).astype(np.float64)


def _with_unseen(link: Link, shares: Floats, rows: int) -> Link:
    """Give cells that no training row is of their place again, without any width.

    All they get is their part of the lapse, with a share of 1/(n + C) by Laplace's rule of
    succession.
    """
    seen = shares > 0
    ends = np.concatenate([[-_FAR], link.cuts, [_FAR]])
    cuts: Floats = ends[np.cumsum(seen)[:-1]]
    least = np.where(seen, 0.0, 1.0 / (rows + len(shares)))
    return Link(cuts, least + shares * (1.0 - least.sum()), link.lapse)


def _layout(edges: Floats, thresholds: Floats | None, shares: Floats) -> Cells:
    """Say which tier each cell is of, and how the cells divide it."""
    starts = np.concatenate([[-np.inf], edges])
    tier: Ints = np.searchsorted(np.asarray(thresholds), starts, side="right").astype(np.intp)
    total = np.bincount(tier, shares, len(TIERS))[tier]
    return Cells(tier, np.where(total > 0, shares / np.where(total > 0, total, 1.0), 1.0))


def _certificate(state: State, rows: Labelled, half_life: float | None) -> dict[str, Any]:
    kept = np.isfinite(state.penalty).any(axis=0).sum()
    return {
        "converged": True,
        "recipe": "additive",
        "iterations": state.steps,
        "gradient_norm": state.gradient_norm,
        "tolerance": TOLERANCE,
        "objective": state.objective,
        "parts": int(kept),
        "design_effect": DESIGN_EFFECT,
        "half_life": half_life,
        "lapse": state.link.lapse,
        "rows": len(rows.tiers),
        "rows_with_gaps": len(rows.gaps),
    }
