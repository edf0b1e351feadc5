"""What a feature adds, by its normal score: tables of pieces on which that is one formula.

A score is turned into a raw value by a line between two quantiles (:mod:`virality.model.copula`),
and what the value adds is a line between two knots of a curve on the feature's axis
(:mod:`virality.model.additive`). Both are cut at the places where either changes, so that one
look-up tells all: on a piece that begins at score b the value is ``v + c (s - b)``, its place on
the axis q, and it adds ``h + g (q - q0)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from virality.model.copula import score_grid

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.additive import Curve
    from virality.model.copula import Copula

_BUCKETS = 1024
_SLACK = 1e-9
_NO_LOGARITHM = -1.0


class Pieces(NamedTuple):
    """Tables of U features, each of at most B pieces.

    Attributes
    ----------
    first
        (U, 1024) the piece in which each of as many equal parts of the scores' range begins.
    bounds
        (U, B + 1) scores at which pieces begin; infinite beyond the last.
    tries
        (U,) how many pieces may begin within one part.
    lines
        (U, 3, B) b, v and c.
    curves
        (U, 7, B) q0, three h and three g; (U, 7, 0) for a softmax.
    offsets
        (U,) what is added before a logarithm is taken; negative where none is, and q is the score.
    span
        (2,) where the parts begin, and how many there are in one unit.
    """

    first: Ints
    bounds: Floats
    tries: Ints
    lines: Floats
    curves: Floats
    offsets: Floats
    span: Floats

    def of(self, features: Ints) -> Pieces:
        """Take the tables of some features, by their numbers."""
        return Pieces(
            self.first[features],
            self.bounds[features],
            self.tries[features],
            self.lines[features],
            self.curves[features],
            self.offsets[features],
            self.span,
        )


def raw_pieces(copula: Copula) -> Pieces:
    """Tables of raw values alone."""
    grid = score_grid(copula.knots.shape[1], copula.low)
    every = [_line(grid, knots) for knots in copula.knots]
    return _stacked(grid, every, [np.zeros((7, 0))] * len(every), [_NO_LOGARITHM] * len(every))


def curve_pieces(copula: Copula, curves: tuple[Curve, ...]) -> Pieces | None:
    """Tables of what curves add; None where a column has values outside of its curve's circle."""
    grid = score_grid(copula.knots.shape[1], copula.low)
    lines, added, offsets = [], [], []
    for knots, curve in zip(copula.knots, curves, strict=True):
        axis = curve.axis
        if axis.shape == "cycle" and not (0 <= knots[0] <= knots[-1] < axis.period):
            return None
        line = _split(_line(grid, knots), curve.at)
        logarithmic = axis.shape == "log"
        lines.append(line)
        added.append(_curve(line, curve, by_score=not logarithmic))
        offsets.append(axis.offset if logarithmic else _NO_LOGARITHM)
    return _stacked(grid, lines, added, offsets)


def _line(grid: Floats, knots: Floats) -> Floats:
    """Give b, v and c (3, B) of the pieces of raw values; level before the first and at the end."""
    wide = np.flatnonzero(np.diff(grid) > 0)
    slopes = (knots[wide + 1] - knots[wide]) / (grid[wide + 1] - grid[wide])
    return np.array(
        [
            np.concatenate([[-np.inf], grid[wide], grid[-1:]]),
            np.concatenate([knots[:1], knots[wide], knots[-1:]]),
            np.concatenate([[0.0], slopes, [0.0]]),
        ]
    )


def _split(line: Floats, at: Floats) -> Floats:
    """Cut pieces where their value passes one of some values (m,), ascending."""
    parts = []
    ends = np.append(line[0, 1:], np.inf)
    for (begin, value, slope), end in zip(line.T, ends, strict=True):
        parts.append((begin, value, slope))
        if slope > 0:
            passed = begin + (at - value) / slope
            inside = np.unique(passed[(passed > begin) & (passed < end)])
            parts += [(place, value + slope * (place - begin), slope) for place in inside]
    return np.array(parts).T


def _curve(line: Floats, curve: Curve, *, by_score: bool) -> Floats:
    """Give q0, h and g (7, B) of pieces, along the axis or along the score itself."""
    ends = np.append(line[0, 1:], np.inf)
    with np.errstate(invalid="ignore"):
        middle = np.where(line[2] > 0, line[1] + line[2] * (ends - line[0]) / 2, line[1])
    if not len(curve.at):
        return np.vstack([np.zeros(line.shape[1]), *_level(curve.unknown, line.shape[1])])
    knots = curve.axis.knots(curve.at)
    placed = curve.axis.place(middle)
    left = np.clip(np.searchsorted(knots, placed, side="right") - 1, 0, len(knots) - 1)
    right = np.minimum(left + 1, len(knots) - 1)
    outside = (placed < knots[0]) | (left == right)
    apart = np.where(outside, 1.0, knots[right] - knots[left])
    slopes = np.where(outside, 0.0, (curve.heights[:, right] - curve.heights[:, left]) / apart)
    heights = curve.heights[:, left]
    if not by_score:
        return np.vstack([knots[left], heights, slopes])
    heights = heights + slopes * (line[1] - knots[left])
    begins = np.where(np.isfinite(line[0]), line[0], 0.0)
    return np.vstack([begins, heights, slopes * line[2]])


def _level(heights: Floats, count: int) -> tuple[Floats, Floats]:
    return np.tile(heights[:, None], count), np.zeros((len(heights), count))


def _stacked(
    grid: Floats, lines: list[Floats], curves: list[Floats], offsets: list[float]
) -> Pieces:
    """Bring tables to one size, and find the piece in which each part of the range begins."""
    size, count = max(line.shape[1] for line in lines), len(lines)
    step = (grid[-1] - grid[0]) / _BUCKETS
    edges = grid[0] + step * np.arange(_BUCKETS + 1)
    bounds = np.full((count, size + 1), np.inf)
    first, tries = np.empty((count, _BUCKETS), dtype=np.int64), np.empty(count, dtype=np.int64)
    for u, line in enumerate(lines):
        begins = line[0]
        bounds[u, : len(begins)] = begins
        first[u] = np.searchsorted(begins, edges[:-1] - _SLACK, side="right") - 1
        first[u, 0] = 0
        through = np.searchsorted(begins, edges[1:] + _SLACK, side="right") - 1
        through[-1] = len(begins) - 1
        tries[u] = (through - first[u]).max()
        line[0, 0] = line[0, 1]
    return Pieces(
        first,
        bounds,
        tries,
        _padded(lines, size),
        _padded(curves, max(curve.shape[1] for curve in curves)),
        np.array(offsets),
        np.array([grid[0], 1.0 / step]),
    )


def _padded(tables: list[Floats], size: int) -> Floats:
    return np.array([np.pad(one, ((0, 0), (0, size - one.shape[1]))) for one in tables])
