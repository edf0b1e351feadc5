r"""Columns from which the smooth curve of one feature is made.

A curve is piecewise linear between knots, which stand at quantiles of the feature; what is fitted
are the coefficients of a few such curves, the *columns*. They come from the smoothing spline of the
knots: with K the roughness matrix of the natural cubic spline through the knots, and S the diagonal
matrix of the rows' shares at the knots, the solutions of

.. math:: K u = \rho\, S u

of smallest :math:`\rho` are the smoothest curves that are unrelated to each other over the rows
(Demmler and Reinsch 1975). The first two, of :math:`\rho = 0`, are the constant, which the model
has elsewhere, and the straight line. The others are divided by :math:`\sqrt\rho`, so that the
squared length of their coefficients is the roughness of the curve.

References
----------
Demmler, A. and Reinsch, C. (1975). Oscillation matrices with spline smoothing. *Numerische
Mathematik* 24, 375-382.
Green, P. and Silverman, B. (1994). *Nonparametric Regression and Generalized Linear Models*,
section 2.1. Chapman and Hall.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.storage.checked import Field

Shape = Literal["linear", "log", "cycle", "flag"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

KNOTS = 25
WIGGLES = 6
_HARMONICS = 2
_TAIL = 0.004
_TINY = 1e-12
_FEW = 3


@dataclass(frozen=True)
class Axis:
    """How a feature's values are laid out before a curve is drawn over them.

    Attributes
    ----------
    shape
        ``"linear"``; ``"log"``, the logarithm of the value plus ``offset``; ``"cycle"``, a value
        and the same plus ``period`` are one; ``"flag"``, 0 or 1.
    offset
        Of the logarithm; 0 where every value is above 0.
    period
        Of the cycle; above 0.
    """

    shape: Shape
    offset: float = 1.0
    period: float = 1.0

    def place(self, values: Floats) -> Floats:
        """Lay values (n,) out; NaN stays NaN."""
        if self.shape == "log":
            placed: Floats = np.log(np.maximum(np.maximum(values, 0.0) + self.offset, _TINY))
            return placed
        if self.shape == "cycle":
            turned: Floats = np.mod(values, self.period)
            return turned
        return values

    def values(self, placed: Floats) -> Floats:
        """Give the values (m,) that lie at places of the axis."""
        if self.shape == "log":
            lifted: Floats = np.maximum(np.exp(placed) - self.offset, 0.0)
            return lifted
        return placed

    def knots(self, values: Floats) -> Floats:
        """Lay out ascending values (m,), of which a cycle's last may be its whole period."""
        return values if self.shape == "cycle" else self.place(values)

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object."""
        more = {"log": {"offset": self.offset}, "cycle": {"period": self.period}}
        return {"shape": self.shape, **more.get(self.shape, {})}

    @classmethod
    def decode(cls, stated: Field) -> Axis:
        """Read from a checked JSON object.

        Raises
        ------
        ArtefactError
            When it is no axis.
        """
        shape = next((one for one in SHAPES if one == stated["shape"].text()), None)
        if shape is None:
            stated["shape"].fail(f"not one of {', '.join(SHAPES)}")
        named = {"log": "offset", "cycle": "period"}.get(shape)
        if named is None:
            return cls(shape)
        size = float(stated[named].array())
        if size < 0 or (size == 0 and shape == "cycle"):
            stated[named].fail("not above 0")
        return cls(shape, **{named: size})


@dataclass(frozen=True)
class Smooth:
    """The columns of one feature.

    Attributes
    ----------
    axis
        How its values are laid out.
    knots
        (m,) ascending places on that axis.
    straight
        (m, 1) the straight line at the knots, of mean 0 and spread 1 over the rows; (m, 0) for a
        cycle.
    wiggly
        (m, q) the other columns at the knots, of roughness 1.
    """

    axis: Axis
    knots: Floats
    straight: Floats
    wiggly: Floats

    @cached_property
    def values(self) -> Floats:
        """Values (m,) of the feature at the knots."""
        return self.axis.values(self.knots)

    def columns(self, values: Floats) -> Floats:
        """Give the columns (n, 1 + q) of values (n,); zero where a value is unknown."""
        placed = self.axis.place(values)
        table = np.hstack([self.straight, self.wiggly])
        known = np.isfinite(placed)
        columns = np.zeros((len(values), table.shape[1]))
        for number, heights in enumerate(table.T):
            columns[known, number] = np.interp(placed[known], self.knots, heights)
        return columns


def axis_for(shape: Shape, values: Floats, period: float | None = None) -> Axis:
    """Lay an axis out for the values (n,) of the training rows; NaN is unknown.

    Where some are negative, there is no logarithm: the axis is the values' own.
    """
    if shape == "cycle":
        return Axis("cycle", period=period or 1.0)
    if shape == "log":
        known = values[np.isfinite(values)]
        if (known < 0).any():
            return Axis("linear")
        positive = known[known > 0]
        if len(positive) == len(known):
            return Axis("log", offset=0.0)
        small = float(np.quantile(positive, 0.05)) if len(positive) else 1.0
        return Axis("log", offset=min(1.0, max(small, _TINY)))
    return Axis(shape)


def fit_smooth(axis: Axis, values: Floats) -> Smooth | None:
    """Make the columns of a feature from its values in the training rows.

    Parameters
    ----------
    axis
        How the values are laid out.
    values
        (n,) with NaN where unknown.

    Returns
    -------
    The columns; None when fewer than two values occur.
    """
    placed = axis.place(values[np.isfinite(values)])
    if axis.shape == "cycle":
        return _cycle(axis, placed) if len(np.unique(placed)) > 1 else None
    knots = _knots(placed)
    if len(knots) < 2:  # noqa: PLR2004  a curve needs two ends
        return None
    share = _shares(placed, knots)
    scaled = knots / np.abs(knots).max()
    centre = share @ scaled
    standard = (scaled - centre) / np.sqrt(share @ (scaled - centre) ** 2)
    wiggly = np.zeros((len(knots), 0))
    if axis.shape != "flag" and len(knots) >= _FEW:
        wiggly = _smoothest(standard, share)
    return Smooth(axis, knots, standard[:, None], wiggly)


def _knots(placed: Floats) -> Floats:
    """Distinct values where they are few; else their quantiles, without the outermost tails."""
    distinct: Floats = np.unique(placed)
    if len(distinct) <= KNOTS:
        return distinct
    levels = np.concatenate([[_TAIL], np.linspace(0.02, 0.98, KNOTS - 2), [1.0 - _TAIL]])
    knots: Floats = np.unique(np.quantile(placed, levels))
    gap = (knots[-1] - knots[0]) * 1e-3
    apart: Floats = knots[np.append(True, np.diff(knots) > gap)]
    return apart


def _shares(placed: Floats, knots: Floats) -> Floats:
    """Share of the rows at each knot, rows between two knots counting for both in proportion."""
    right = np.clip(np.searchsorted(knots, placed, side="right"), 1, len(knots) - 1)
    width = knots[right] - knots[right - 1]
    part = np.clip((placed - knots[right - 1]) / width, 0.0, 1.0)
    total = np.bincount(right, part, len(knots)) + np.bincount(right - 1, 1 - part, len(knots))
    share: Floats = total / total.sum()
    return share


def _smoothest(knots: Floats, share: Floats) -> Floats:
    """Columns (m, q) of least roughness, each of roughness 1, and unrelated to a straight line."""
    root = np.sqrt(np.maximum(share, 1e-4))
    scaled = _roughness(knots) / np.outer(root, root)
    values, vectors = np.linalg.eigh(scaled)
    chosen = slice(2, min(2 + WIGGLES, len(knots)))
    columns: Floats = vectors[:, chosen] / root[:, None] / np.sqrt(values[chosen])
    return columns


def _roughness(knots: Floats) -> Floats:
    """Matrix K (m, m) with g K g the integral of the squared second derivative of the spline g."""
    gaps = np.diff(knots)
    inner = len(knots) - 2
    second = np.zeros((len(knots), inner))
    rows = np.arange(inner)
    second[rows, rows] = 1 / gaps[:-1]
    second[rows + 1, rows] = -1 / gaps[:-1] - 1 / gaps[1:]
    second[rows + 2, rows] = 1 / gaps[1:]
    mass = np.diag((gaps[:-1] + gaps[1:]) / 3)
    mass[rows[:-1], rows[1:]] = mass[rows[1:], rows[:-1]] = gaps[1:-1] / 6
    roughness: Floats = second @ np.linalg.solve(mass, second.T)
    symmetric: Floats = (roughness + roughness.T) / 2
    return symmetric


def _cycle(axis: Axis, placed: Floats) -> Smooth:
    """Sines and cosines around a cycle, the faster ones rougher."""
    knots = np.linspace(0.0, axis.period, KNOTS)
    angles = 2 * np.pi / axis.period
    columns = []
    for number in range(1, _HARMONICS + 1):
        for wave in (np.sin, np.cos):
            heights = wave(number * angles * knots)
            centre = np.interp(placed, knots, heights).mean()
            columns.append((heights - centre) / number**2)
    return Smooth(axis, knots, np.zeros((KNOTS, 0)), np.column_stack(columns))
