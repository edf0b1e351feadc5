"""Tiers, score, percentile and interval from the probabilities of cells, in steps of SQL."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from virality.exports.reach import reach_of
from virality.exports.sqlmodel import columns, in_tier
from virality.exports.statement import NOTHING, between, number, tree
from virality.labels import MIDPOINTS, TIERS
from virality.model.quantiles import LEVELS

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.exports.statement import Query
    from virality.model.ranks import Ranks

_ROUND_OFF = 2e-9
_TINY = number(1e-12)
_ENDS = ("low", "median", "high")
_SHARES = tuple(f"p{tier}" for tier in TIERS)


def answers(query: Query, artefact: Artefact) -> None:
    """Add the steps from cells c0, c1, ... to what is shown of a row."""
    layout, edges = artefact.classifier.model.layout, artefact.classifier.edges
    count = len(layout.tier)
    _settle(query, artefact, count)
    cells = columns("c", count)
    query.step([(f"p{k + 1}", in_tier(layout, k)) for k in range(layout.count)], cells)
    _interval(query, edges, count)
    points = " + ".join(f"{one} * {number(m)}" for one, m in zip(_SHARES, MIDPOINTS, strict=True))
    query.step([("score", points), ("tier", _tier())], (*_SHARES, *_ENDS))
    ranks = artefact.ranks
    rank = NOTHING if ranks is None else _percentile(ranks)
    query.step([("percentile", rank)], ("score", "tier", *_SHARES, *_ENDS))


def _settle(query: Query, artefact: Artefact, count: int) -> None:
    """Put the prior where nothing is known, and NULL where there is no answer."""
    prior = reach_of(artefact).prior
    query.step([
        (
            f"c{n}",
            f"CASE WHEN kind < 3 THEN c{n}"
            + ("" if prior is None else f" WHEN kind = 3 THEN {number(prior[n])}")
            + " END",
        )
        for n in range(count)
    ])  # fmt: skip


def _tier() -> str:
    """Name the most probable tier, the lowest of equals."""
    others = [
        f"WHEN {one} >= GREATEST({', '.join(_SHARES)}) THEN {tier}"
        for tier, one in zip(TIERS, _SHARES, strict=True)
    ]
    return f"CASE {' '.join(others)} END"


def _percentile(ranks: Ranks) -> str:
    values, first, last = ranks.listed
    steps = list(pairwise(zip(values, first, last, strict=True)))
    leaves = [
        f"CASE WHEN score - {number(at)} <= {number(_ROUND_OFF)} "
        f"THEN {number(50 * (begin + end))} "
        f"ELSE {number(100 * end)} + (score - {number(at)}) "
        f"* {number(100 * (after - end) / (beyond - at))} END"
        for (at, begin, end), (beyond, after, _) in steps
    ]
    leaves.append(number(50 * (first[-1] + last[-1])))
    inside = tree(values[1:], leaves, f"score + {number(_ROUND_OFF)}")
    low, high = number(values[0] - _ROUND_OFF), number(values[-1] + _ROUND_OFF)
    return (
        f"CAST(CASE WHEN score IS NULL THEN NULL WHEN score < {low} THEN 0e0 "
        f"WHEN score > {high} THEN 100e0 ELSE {inside} END AS FLOAT8)"
    )


def _interval(query: Query, edges: Floats | None, count: int) -> None:
    """Find low end, median and high end of where the outcome will fall."""
    if edges is None:
        query.step([(name, NOTHING) for name in _ENDS], _SHARES)
        return
    sums = [" + ".join(columns("c", n + 1)) for n in range(count)]
    query.step([(f"u{n}", one) for n, one in enumerate(sums)], _SHARES)
    query.step([(f"e{n}", f"u{n} / u{count - 1}") for n in range(count)], _SHARES)
    levels = zip(_ENDS, LEVELS, strict=True)
    query.step([(name, _quantile(edges, level)) for name, level in levels], _SHARES)


def _quantile(edges: Floats, level: float) -> str:
    found = [
        f"WHEN e{n} >= {number(level)} "
        f"THEN {number(low)} + {_share(n, level)} * {number(high - low)}"
        for n, (low, high) in enumerate(pairwise(edges))
    ]
    return f"CASE {' '.join(found)} END"


def _share(n: int, level: float) -> str:
    """Write how far into a cell a level lies."""
    begin = f"e{n - 1}" if n else "0e0"
    part = f"({number(level)} - {begin}) / GREATEST(e{n} - {begin}, {_TINY})"
    return between("0e0", part, "1e0")
