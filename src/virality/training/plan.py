"""How rows become the columns and cells of an additive fit, and its solution a model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.labels import TIERS
from virality.model.additive import Additive, Curve
from virality.model.cells import Cells
from virality.model.copula import rounded
from virality.model.doubt import directions
from virality.model.ordered import PREDICTORS, Link
from virality.model.smooths import Axis, Smooth, axis_for, fit_smooth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.arrays import Floats, Ints
    from virality.features.schema import Feature
    from virality.training.penalised import Optimum

_FEWEST_GAPS = 0.005
_FAR = 1e3
_DIGITS = 4


@dataclass(frozen=True)
class Column:
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


@dataclass(frozen=True)
class Plan:
    """How rows become columns and cells, and a solution the model.

    Attributes
    ----------
    columns
        Of each feature.
    edges, thresholds
        Where cells and tiers begin.
    present
        Numbers of the cells that some row is of.
    shares, totals
        Weights of the cells: shares of those that the fit uses, and sums of the rows' own.
    rows
        How many rows all this is found from.
    """

    columns: tuple[Column, ...]
    edges: Floats
    thresholds: Floats | None
    present: Ints
    shares: Floats
    totals: Floats
    rows: int

    @property
    def numbers(self) -> Ints:
        """Number of the penalised part that each column of :meth:`laid` belongs to, (q,)."""
        parts = [part for column in self.columns for part in column.columns(np.zeros(1))]
        return np.repeat(np.arange(len(parts)), [part.shape[1] for part in parts])

    def laid(self, features: Floats) -> Floats:
        """Lay features (n, p) out as columns (n, q)."""
        each = zip(self.columns, features.T, strict=True)
        return np.hstack([part for column, values in each for part in column.columns(values)])

    def cells(self, outcome: Floats) -> Ints:
        """Give the numbers of the cells of outcomes (n,)."""
        return np.searchsorted(self.edges, outcome, side="right").astype(np.intp)

    def model(self, optimum: Optimum) -> Additive:
        """Turn a solution into the model."""
        return Additive(
            _curves(self.columns, optimum),
            _with_unseen(optimum.state.link, self.shares, self.rows),
            _layout(self.edges, self.thresholds, self.totals),
        )


def column_of(feature: Feature, values: Floats) -> Column:
    """Lay out the columns of a feature from its values (n,) in the training rows."""
    gap = float(np.isnan(values).mean())
    smooth = fit_smooth(axis_for(feature.curve, values, feature.period), values)
    return Column(smooth, gap if _FEWEST_GAPS < gap < 1 - _FEWEST_GAPS else 0.0)


def _curves(columns: Sequence[Column], optimum: Optimum) -> tuple[Curve, ...]:
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
