"""Probabilities of the cells of one row, in plain numbers.

The same formulas as in :mod:`virality.model.additive`, :mod:`virality.model.ordered`,
:mod:`virality.model.linear` and :mod:`virality.model.calibration`, for one row of which everything
is known. A few dozen numbers are looked up and added in a tenth of the time that it takes to make
arrays of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from math import asinh, exp, expm1, inf, log, sinh
from operator import mul
from typing import TYPE_CHECKING

import numpy as np

from virality.model.linear import Linear
from virality.model.plain import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.arrays import Floats
    from virality.model.additive import Additive, Curve
    from virality.model.calibration import Calibration
    from virality.model.cells import Cells
    from virality.model.ordered import Link
    from virality.model.plain import Row
    from virality.model.smooths import Axis

    Numbers = Sequence[float]
    Piece = tuple[float, float, float, float, float, float, float]

_ENDLESS = 1e308
_MOST = 30.0
_TINY = 1e-12
_NONE = 1e-300


@dataclass(frozen=True)
class Alone:
    """Answers for one row, in plain numbers.

    Attributes
    ----------
    cells
        Gives the C probabilities of a row of p finite numbers.
    tier
        (C,) tier 0..K-1 of each cell, ascending.
    edges
        (C + 1,) percentiles of the population's outcomes at which the cells begin and end; None
        where they are not known.
    """

    cells: Callable[[Numbers], list[float]]
    tier: tuple[int, ...]
    edges: tuple[float, ...] | None

    def tiers(self, cells: Numbers) -> list[float]:
        """Sum the probabilities of C cells to those of the K tiers."""
        return _summed(cells, self.tier)

    def quantiles(self, cells: Numbers, levels: Numbers) -> list[float] | None:
        """Give what :func:`virality.model.quantiles.quantiles` does; None without edges."""
        if self.edges is None:
            return None
        edges, ends = self.edges, list(accumulate(cells))
        total, found = ends[-1], []
        for level in levels:
            cell = bisect_left(ends, level * total)
            begin = ends[cell - 1] / total if cell else 0.0
            part = (level - begin) / max(ends[cell] / total - begin, _TINY)
            found.append(edges[cell] + min(max(part, 0.0), 1.0) * (edges[cell + 1] - edges[cell]))
        return found


def cells_alone(
    model: Linear | Additive, calibration: Calibration | None
) -> Callable[[Numbers], list[float]]:
    """Prepare a function of one row of p finite numbers, which gives its C probabilities.

    Parameters
    ----------
    model
        Of all inputs.
    calibration
        Of the tiers' probabilities; None where they are as the model gives them.
    """
    cells = _softmax(model) if isinstance(model, Linear) else _ordered(model)
    if calibration is None:
        return cells
    move = _moved(calibration, model.layout)
    return lambda row: move(cells(row))


def mean_alone(alone: Alone, values: Floats, width: int) -> Callable[[Row], float | None]:
    """Prepare a function of one row that averages the values (K,) of the tiers.

    Like :func:`virality.model.plain.expectation` it answers lists and tuples of p finite Python
    numbers; any other row gives None.
    """
    worth: list[float] = values.tolist()

    def mean(row: Row) -> float | None:
        if type(row) not in ORDINARY or len(row) != width:
            return None
        numbers = [each for each in row if isinstance(each, int | float) and _finite(each)]
        if len(numbers) != width:
            return None
        score: float = sum(map(mul, alone.tiers(alone.cells(numbers)), worth))
        return score

    return mean


def _finite(number: float) -> bool:
    """Tell whether a number is one that arithmetic takes."""
    return -_ENDLESS < number < _ENDLESS


def _softmax(linear: Linear) -> Callable[[Numbers], list[float]]:
    lines = tuple(zip(linear.coef.tolist(), linear.intercept.tolist(), strict=True))

    def cells(row: Numbers) -> list[float]:
        return _normal([sum(map(mul, slope, row), shift) for slope, shift in lines])

    return cells


def _normal(logits: list[float]) -> list[float]:
    """Turn logits into probabilities."""
    top = max(logits)
    powers = [exp(logit - top) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def _ordered(model: Additive) -> Callable[[Numbers], list[float]]:
    curves = [(number, *_curve(curve)) for number, curve in enumerate(model.curves) if curve.varies]
    link = _link(model.link)

    def cells(row: Numbers) -> list[float]:
        location = scale = skew = 0.0
        for number, place, knots, pieces in curves:
            at = place(row[number])
            begin, along, rising, wider, widening, aside, turning = pieces[bisect_right(knots, at)]
            step = at - begin
            location += along + step * rising
            scale += wider + step * widening
            skew += aside + step * turning
        return link(location, scale, skew)

    return cells


def _curve(curve: Curve) -> tuple[Callable[[float], float], list[float], list[Piece]]:
    """Lay out what a value adds: places, knots, and the pieces before, between and after these.

    A piece holds where it begins, and for location, scale and skew its height there and its slope.
    """
    if not len(curve.at):
        flat = [(height, 0.0) for height in curve.unknown.tolist()]
        return float, [], [(0.0, *flat[0], *flat[1], *flat[2])]
    knots = curve.axis.knots(curve.at)
    slopes = np.diff(curve.heights, axis=1) / np.diff(knots)
    level = np.zeros((3, 1))
    begins = np.concatenate([knots[:1], knots])
    heights = np.hstack([curve.heights[:, :1], curve.heights])
    rises = np.hstack([level, slopes, level])
    pieces: list[Piece] = [
        (begin, up[0], rise[0], up[1], rise[1], up[2], rise[2])
        for begin, up, rise in zip(
            begins.tolist(), heights.T.tolist(), rises.T.tolist(), strict=True
        )
    ]
    return _place(curve.axis), knots.tolist(), pieces


def _place(axis: Axis) -> Callable[[float], float]:
    """Lay a value out on an axis."""
    offset, period = axis.offset, axis.period

    def on_logs(value: float) -> float:
        lifted = value + offset if value > 0.0 else offset
        return log(lifted if lifted > _TINY else _TINY)  # noqa: FURB136  max() is slow

    if axis.shape == "log":
        return on_logs
    if axis.shape == "cycle":
        return lambda value: value % period
    return float


def _log(number: float) -> float:
    return log(number if number > _TINY else _TINY)  # noqa: FURB136  max() is slow


def _link(link: Link) -> Callable[[float, float, float], list[float]]:
    cuts, kept = link.cuts.tolist(), 1.0 - link.lapse
    drawn = [link.lapse * share for share in link.shares.tolist()]

    def cells(location: float, scale: float, skew: float) -> list[float]:
        narrow = exp(-min(max(scale, -_MOST), _MOST))
        low, above, found = -inf, 1.0, []
        for cut in cuts:
            bent = asinh((cut - location) * narrow) + skew
            if not -_MOST <= bent <= _MOST:
                bent = _MOST if bent > 0.0 else -_MOST
            high = sinh(bent)
            small = exp(-high if high > 0.0 else high)
            large = 1.0 / (1.0 + small)
            below, beyond = (large, small * large) if high > 0.0 else (small * large, large)
            cell = below * above * -expm1(low - high)
            found.append(cell if cell > 0.0 else 0.0)  # noqa: FURB136  max() is slow
            low, above = high, beyond
        found.append(above)
        mixed = [kept * cell + share for cell, share in zip(found, drawn, strict=True)]
        total = sum(mixed)
        return [cell / total for cell in mixed]

    return cells


def _moved(calibration: Calibration, layout: Cells) -> Callable[[list[float]], list[float]]:
    """Calibrate the tiers' probabilities, and multiply the cells of a tier alike."""
    slopes, shifts = calibration.slope.tolist(), calibration.shift.tolist()
    tiers, within = tuple(layout.tier.tolist()), layout.within.tolist()

    def move(cells: list[float]) -> list[float]:
        present = _summed(cells, tiers)
        logs = list(map(_log, present))
        mean = sum(logs) / len(logs)
        wanted = _normal(
            [
                slope * (each - mean) + shift
                for slope, each, shift in zip(slopes, logs, shifts, strict=True)
            ]
        )
        return [
            wanted[tier] * (cell / present[tier] if present[tier] > _NONE else usual)
            for tier, cell, usual in zip(tiers, cells, within, strict=True)
        ]

    return move


def _summed(cells: Numbers, tier: tuple[int, ...]) -> list[float]:
    sums = [0.0] * (tier[-1] + 1)
    for place, cell in zip(tier, cells, strict=True):
        sums[place] += cell
    return sums
