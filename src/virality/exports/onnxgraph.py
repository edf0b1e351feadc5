"""A model as an ONNX graph, for the runtimes of that format.

What goes in are ``features`` (n, p), doubles, NaN where unknown; what comes out are ``score``,
``tier``, ``probabilities``, and ``percentile`` and ``interval`` where the model's file tells. A row
that would take an average over unknown inputs gets NaN, and the tier 0.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
from onnx import helper

from virality.exports.graph import DOUBLE, WHOLE, Graph
from virality.exports.onnxmodel import additive, in_tiers, softmax
from virality.exports.reach import reach_of
from virality.labels import MIDPOINTS, TIERS
from virality.model.linear import Linear
from virality.model.quantiles import LEVELS

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.exports.document import Notes
    from virality.exports.reach import Reach
    from virality.model.classifier import Classifier
    from virality.model.ranks import Ranks

_ROUND_OFF = 2e-9
_TINY = 1e-12
_HALF = 0.5


def onnx_program(artefact: Artefact, notes: Notes) -> bytes:
    """Write a model as a graph; its metadata say what it is, and name the features in order."""
    graph, classifier = Graph(), artefact.classifier
    reach = reach_of(artefact)
    values, absent, answered, nothing = _classified(graph, reach)
    given = _cells(graph, classifier, values, absent)
    cells = _settled(graph, given, (answered, nothing), reach)
    in_tiers(graph, classifier.model.layout, cells, "probabilities")
    score = graph.do("MatMul", "probabilities", graph.constant(MIDPOINTS), name="score")
    best = graph.do(
        "Add", graph.do("ArgMax", "probabilities", axis=1, keepdims=0), _whole(graph, 1)
    )
    flat = graph.do("Squeeze", answered, _whole(graph, [1]))
    graph.do("Where", flat, best, _whole(graph, 0), name="tier")
    results = [("score", DOUBLE, []), ("tier", WHOLE, []), ("probabilities", DOUBLE, [len(TIERS)])]
    if artefact.ranks is not None:
        _percentile(graph, artefact.ranks, score, flat)
        results.append(("percentile", DOUBLE, []))
    if classifier.edges is not None:
        _interval(graph, classifier.edges, cells, answered)
        results.append(("interval", DOUBLE, [len(LEVELS)]))
    model = graph.model(("features", len(artefact.names)), results)
    stated = {name: json.loads(text) for name, text in notes.lines}
    helper.set_model_props(model, {**stated, "feature_names": json.dumps(artefact.names)})
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def _whole(graph: Graph, value: int | list[int]) -> str:
    return graph.constant(value, whole=True)


def _classified(graph: Graph, reach: Reach) -> tuple[str, str, str, str]:
    """Give values (n, p), which are absent, and which rows (n, 1) are answered or know nothing."""
    endless = graph.do("IsInf", "features")
    unknown = graph.do("Or", graph.do("IsNaN", "features"), endless)
    known = graph.do("Cast", graph.do("Not", unknown), to=DOUBLE)
    sets = reach.direct.astype(float)
    common = graph.do("MatMul", known, graph.constant(sets.T))
    sizes = graph.do("Add", graph.total(known), graph.constant(sets.sum(axis=1)))
    apart = graph.do("Sub", sizes, graph.do("Mul", common, 2.0))
    hits = graph.count(graph.do("Less", apart, _HALF), 1, kept=True)
    direct = graph.do("Greater", hits, _whole(graph, 0))
    varying = reach.varying.astype(float)
    held = graph.do("MatMul", known, graph.constant(varying[:, None]))
    nothing = graph.do("And", graph.do("Less", held, _HALF), graph.flags(reach.prior is not None))
    settled = graph.do("Greater", held, float(varying.sum() - _HALF))
    filled = graph.do("And", settled, graph.do("Not", direct))
    values = graph.do("Where", unknown, graph.constant(reach.usual), "features")
    absent = graph.do("And", unknown, graph.do("Not", filled))
    answered = graph.do("Or", graph.do("Or", direct, settled), nothing)
    return values, absent, answered, nothing


def _cells(graph: Graph, classifier: Classifier, values: str, absent: str) -> str:
    if isinstance(classifier.model, Linear):
        return softmax(graph, classifier.model, values)
    return additive(graph, classifier.model, classifier.calibration, values, absent)


def _settled(graph: Graph, cells: str, rows: tuple[str, str], reach: Reach) -> str:
    """Put the prior where nothing is known, and NaN where there is no answer."""
    answered, nothing = rows
    given = graph.do("Where", answered, cells, np.nan)
    if reach.prior is None:
        return given
    return graph.do("Where", nothing, graph.constant(reach.prior), given)


def _percentile(graph: Graph, ranks: Ranks, score: str, answered: str) -> None:
    """Look the score up among the steps of the population's."""
    values, first, last = map(np.array, ranks.listed)
    table = np.zeros((len(values) + 1, 4))  # where a step begins, its height there, base and slope
    table[1:, 0], table[1:, 1], table[1:, 2] = values, 50 * (first + last), 100 * last
    table[1:-1, 3] = 100 * (first[1:] - last[:-1]) / np.diff(values)
    reached = graph.do("Add", score, _ROUND_OFF)
    columns = graph.do("Unsqueeze", reached, _whole(graph, [1]))
    place = graph.count(graph.do("LessOrEqual", graph.constant(values), columns), 1)
    begin, level, base, slope = (
        graph.do("Gather", graph.constant(column), place, axis=0) for column in table.T
    )
    part = graph.do("Sub", score, begin)
    line = graph.do("Add", base, graph.do("Mul", part, slope))
    equal = graph.do("LessOrEqual", part, _ROUND_OFF)
    first_step = graph.do("Equal", place, _whole(graph, 0))
    found = graph.do("Where", graph.do("Or", equal, first_step), level, line)
    graph.do("Where", answered, found, np.nan, name="percentile")


def _interval(graph: Graph, edges: Floats, cells: str, answered: str) -> None:
    """Find low end, median and high end of where the outcome will fall."""
    sums = graph.do("CumSum", cells, _whole(graph, 1))
    ends = graph.do("Div", sums, graph.columns(sums, len(edges) - 2, len(edges) - 1))
    zero = graph.do("Mul", graph.columns(ends, 0, 1), 0.0)
    begins = graph.do("Concat", zero, ends, axis=1)
    found = [_quantile(graph, edges, (begins, ends), level) for level in LEVELS]
    every = graph.do("Concat", *found, axis=1)
    graph.do("Where", answered, every, np.nan, name="interval")


def _quantile(graph: Graph, edges: Floats, cells: tuple[str, str], level: float) -> str:
    begins, ends = cells
    place = graph.count(graph.do("Less", ends, level), 1, kept=True)
    begin = graph.do("GatherElements", begins, place, axis=1)
    end = graph.do("GatherElements", ends, place, axis=1)
    width = graph.do("Max", graph.do("Sub", end, begin), _TINY)
    part = graph.within(graph.do("Div", graph.do("Sub", level, begin), width), 0.0, 1.0)
    low, size = (
        graph.do("Gather", graph.constant(one), place, axis=0)
        for one in (edges[:-1], np.diff(edges))
    )
    return graph.do("Add", low, graph.do("Mul", part, size))
