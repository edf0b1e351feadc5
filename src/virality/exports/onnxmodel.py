"""Probabilities of cells as nodes of ONNX: the same formulas as in :mod:`virality.model`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.exports.graph import Graph
    from virality.model.additive import Additive, Curve
    from virality.model.calibration import Calibration
    from virality.model.cells import Cells
    from virality.model.linear import Linear
    from virality.model.ordered import Link

_TINY = 1e-12
_NONE = 1e-300
_MOST = 30.0
_LARGEST = 700.0
_WIDE = 7


def softmax(graph: Graph, linear: Linear, values: str) -> str:
    """Give the probabilities (n, K) of a softmax at values (n, p)."""
    logits = graph.do("MatMul", values, graph.constant(linear.coef.T))
    shifted = graph.do("Add", logits, graph.constant(linear.intercept))
    return graph.do("Softmax", shifted, axis=1)


def additive(
    graph: Graph, model: Additive, calibration: Calibration | None, values: str, absent: str
) -> str:
    """Give the probabilities (n, C) of cells at values (n, p), of which some are absent."""
    sums = _sums(graph, model.curves, values, absent)
    cells = _linked(graph, model.link, sums)
    return cells if calibration is None else _calibrated(graph, calibration, model.layout, cells)


def _sums(graph: Graph, curves: tuple[Curve, ...], values: str, absent: str) -> str:
    """Sum location, scale and skew, (n, 3): each feature's piece is counted off and looked up."""
    placed = _placed(graph, curves, values)
    most = max(len(curve.at) for curve in curves)
    knots = np.full((len(curves), most), np.inf)
    for row, curve in zip(knots, curves, strict=True):
        row[: len(curve.at)] = curve.axis.knots(curve.at)
    last = graph.constant([2], whole=True)
    wide = graph.do("Unsqueeze", placed, last)
    reached = graph.do("LessOrEqual", graph.constant(knots), wide)
    first = graph.constant(np.arange(len(curves)) * (most + 1), whole=True)
    place = graph.do("Add", graph.count(reached, 2), first)
    table = np.concatenate([_pieces(curve, most + 1) for curve in curves])
    pieces = graph.do("Gather", graph.constant(table), place, axis=0)
    step = graph.do("Sub", wide, graph.columns(pieces, 0, 1, axis=2))
    rise = graph.do("Mul", step, graph.columns(pieces, 4, _WIDE, axis=2))
    added = graph.do("Add", graph.columns(pieces, 1, 4, axis=2), rise)
    unknown = graph.constant([curve.unknown for curve in curves])
    return graph.total(
        graph.do("Where", graph.do("Unsqueeze", absent, last), unknown, added), kept=False
    )


def _placed(graph: Graph, curves: tuple[Curve, ...], values: str) -> str:
    """Lay values (n, p) out on the axes of their curves."""
    axes = [curve.axis for curve in curves]
    offset = graph.constant([axis.offset for axis in axes])
    lifted = graph.do("Add", graph.do("Max", values, 0.0), offset)
    logarithm = graph.do("Log", graph.do("Max", lifted, _TINY))
    period = graph.constant([axis.period for axis in axes])
    rest = graph.do("Mod", values, period, fmod=1)
    turned = graph.do("Where", graph.do("Less", rest, 0.0), graph.do("Add", rest, period), rest)
    cycle, log = (graph.flags([axis.shape == shape for axis in axes]) for shape in ("cycle", "log"))
    return graph.do("Where", log, logarithm, graph.do("Where", cycle, turned, values))


def _pieces(curve: Curve, size: int) -> Floats:
    """Lay out where each piece begins, its three heights there, and their slopes: (size, 7)."""
    table = np.zeros((size, _WIDE))
    table[:, 1:4] = curve.unknown
    if len(curve.at):
        knots, last = curve.axis.knots(curve.at), len(curve.at)
        table[0, :4] = knots[0], *curve.heights[:, 0]
        table[1 : last + 1, 0] = knots
        table[1 : last + 1, 1:4] = curve.heights.T
        table[1:last, 4:] = (np.diff(curve.heights, axis=1) / np.diff(knots)).T
    return table


def _linked(graph: Graph, link: Link, sums: str) -> str:
    """Turn the three sums into probabilities of cells."""
    location, scale, skew = (graph.columns(sums, k, k + 1) for k in range(3))
    narrow = graph.do("Exp", graph.do("Neg", graph.within(scale, -_MOST, _MOST)))
    away = graph.do("Mul", graph.do("Sub", graph.constant(link.cuts), location), narrow)
    root = graph.do("Sqrt", graph.do("Add", graph.do("Mul", away, away), 1.0))
    size = graph.do("Log", graph.do("Add", graph.do("Abs", away), root))
    bent = graph.do("Add", graph.do("Mul", graph.do("Sign", away), size), skew)
    bent = graph.within(bent, -_MOST, _MOST)
    ends = graph.do("Sub", graph.do("Exp", bent), graph.do("Exp", graph.do("Neg", bent)))
    between = _between(graph, graph.do("Div", ends, 2.0), len(link.cuts))
    kept = graph.do("Mul", between, 1.0 - link.lapse)
    return graph.divided(graph.do("Add", kept, graph.constant(link.lapse * link.shares)))


def _between(graph: Graph, z: str, cuts: int) -> str:
    """Give the logistic probabilities between neighbouring cuts (n, C - 1): (n, C)."""
    small = graph.do("Exp", graph.do("Neg", graph.do("Min", graph.do("Abs", z), _LARGEST)))
    large = graph.do("Div", 1.0, graph.do("Add", small, 1.0))
    less, above = graph.do("Mul", small, large), graph.do("Greater", z, 0.0)
    below, beyond = graph.do("Where", above, large, less), graph.do("Where", above, less, large)
    one = graph.do("Add", graph.do("Mul", graph.columns(z, 0, 1), 0.0), 1.0)
    gap = graph.do("Sub", graph.columns(z, 0, cuts - 1), graph.columns(z, 1, cuts))
    parted = graph.do("Sub", 1.0, graph.do("Exp", graph.do("Max", gap, -_LARGEST)))
    upper, lower = (graph.do("Concat", *pair, axis=1) for pair in ((below, one), (one, beyond)))
    share = graph.do("Concat", one, parted, one, axis=1)
    return graph.do("Mul", graph.do("Mul", upper, lower), share)


def _calibrated(graph: Graph, calibration: Calibration, layout: Cells, cells: str) -> str:
    """Calibrate the tiers' probabilities, and multiply the cells of a tier alike."""
    tiers = in_tiers(graph, layout, cells)
    logs = graph.do("Log", graph.do("Max", tiers, _TINY))
    centred = graph.do("Sub", logs, graph.do("ReduceMean", logs, axes=[1], keepdims=1))
    sloped = graph.do("Mul", centred, graph.constant(calibration.slope))
    shifted = graph.do("Add", sloped, graph.constant(calibration.shift))
    wanted = graph.do("Softmax", shifted, axis=1)
    tier = graph.constant(layout.tier, whole=True)
    present = graph.do("Gather", tiers, tier, axis=1)
    part = graph.do("Div", cells, graph.do("Max", present, _NONE))
    usual = graph.constant(layout.within)
    some = graph.do("Where", graph.do("Greater", present, _NONE), part, usual)
    return graph.do("Mul", some, graph.do("Gather", wanted, tier, axis=1))


def in_tiers(graph: Graph, layout: Cells, cells: str, name: str = "") -> str:
    """Sum the probabilities of cells to those of tiers."""
    members = np.eye(layout.count)[layout.tier]
    return graph.do("MatMul", cells, graph.constant(members), name=name)
