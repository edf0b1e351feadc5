"""Answers for rows of features. This text becomes part of exported programs."""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from operator import mul
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    Number = float | None
    Row = Sequence[Number]
    Numbers = Sequence[float]

# --- the program begins here
_MOST = 30.0
_LARGEST = 700.0
_TINY = 1e-12
_NONE = 1e-300
_FAR = 4.0
_VOTES = 128
_TRUST = 10.0
_ROUND_OFF = 2e-9
_LEVELS = (0.1, 0.5, 0.9)


class UnknownSetError(ValueError):
    """No plan of this program knows just these inputs."""


class Answering:
    """Answers for rows of features, as a model states them; None is unknown."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.names: list[str] = [feature["name"] for feature in model["features"]]
        self._model = model
        self._population: dict[str, Any] | None = model["population"]
        self._plans = (
            {}
            if not self._population
            else {tuple(plan["known"]): plan for plan in self._population["plans"]}
        )

    def predict(self, row: Row) -> dict[str, Any]:
        """Answer for one row: score, tier, probabilities, percentile and interval.

        Raises
        ------
        UnknownSetError
            When no plan knows just what is known here.
        ValueError
            When the row has another length, or holds an infinite number.
        """
        if len(row) != len(self.names):
            raise ValueError(f"{len(row)} features, not {len(self.names)}")
        values = [None if value is None or value != value else float(value) for value in row]  # noqa: PLR0124  NaN
        if any(value is not None and math.isinf(value) for value in values):
            raise ValueError("a feature is not finite")
        cells = self._cells(values)
        tiers = _summed(cells, self._model["tier"])
        score = sum(map(mul, tiers, self._model["midpoints"]))
        ranks, edges = self._model["ranks"], self._model["edges"]
        return {
            "score": score,
            "tier": tiers.index(max(tiers)) + 1,
            "tier_probabilities": tiers,
            "percentile": None if ranks is None else _percentile(score, ranks),
            "interval": None if edges is None else _interval(cells, edges),
            "unknown": [name for name, one in zip(self.names, values, strict=True) if one is None],
        }

    def _cells(self, row: Row) -> list[float]:
        """Give the probabilities of the cells, whatever is known."""
        missing = [place for place, value in enumerate(row) if value is None]
        if not missing:
            return self._full(row)
        population = self._population
        if population is None:
            raise UnknownSetError("the model holds no population: every feature must be known")
        known = [place for place in population["varying"] if row[place] is not None]
        if not known:
            return list(population["usual_cells"])
        if missing in population["gaps"]:
            return self._full(row)
        usual = population["usual"]
        filled = [usual[place] if value is None else value for place, value in enumerate(row)]
        if len(known) == len(population["varying"]):
            return self._full(filled)
        plan = self._plans.get(tuple(known))
        if plan is None:
            raise UnknownSetError(self._refusal(known))
        return self._planned(filled, plan, population)

    def _refusal(self, known: list[int]) -> str:
        """Say which plan is nearest to a set of known inputs."""
        varying = self._population["varying"] if self._population else []
        sets = [list(plan) for plan in self._plans] + [varying]
        nearest = min(sets, key=lambda plan: len(set(plan) ^ set(known)))
        lacking = [self.names[place] for place in sorted(set(nearest) - set(known))]
        beyond = [self.names[place] for place in sorted(set(known) - set(nearest))]
        return (
            "this program has no plan for what is known here; the nearest one "
            + " and ".join(
                f"{verb} {', '.join(names)}"
                for verb, names in (("also knows", lacking), ("does not know", beyond))
                if names
            )
            + "; export again with --known for another"
        )

    def _full(self, row: Row) -> list[float]:
        """Give the probabilities of the cells by the model itself."""
        model = self._model
        if model["kind"] == "softmax":
            lines = zip(model["coef"], model["intercept"], strict=True)
            return _normal([sum(map(mul, slope, row), shift) for slope, shift in lines])
        sums = [0.0, 0.0, 0.0]
        for place, curve in enumerate(model["curves"]):
            for number, added in enumerate(_added(curve, row[place])):
                sums[number] += added
        cells = _ordered(model, *sums)
        if model["calibration"] is None:
            return cells
        slopes, shifts = model["calibration"]
        logs = [math.log(max(share, _TINY)) for share in _summed(cells, model["tier"])]
        mean = sum(logs) / len(logs)
        wanted = _normal(
            [
                slope * (each - mean) + shift
                for slope, each, shift in zip(slopes, logs, shifts, strict=True)
            ]
        )
        return self._moved(cells, wanted)

    def _moved(self, cells: Numbers, wanted: Numbers) -> list[float]:
        """Multiply the cells of a tier alike, so that they sum to its new probability."""
        tier, within = self._model["tier"], self._model["within"]
        if self._model["kind"] == "softmax":
            return list(wanted)
        present = _summed(cells, tier)
        return [
            wanted[k] * (cell / present[k] if present[k] > _NONE else usual)
            for k, cell, usual in zip(tier, cells, within, strict=True)
        ]

    def _planned(
        self, filled: Numbers, plan: dict[str, Any], population: dict[str, Any]
    ) -> list[float]:
        """Average over what the unknown inputs may be, and correct the average."""
        known, unknown, tables = plan["known"], plan["unknown"], population["tables"]
        scores = [_scored(tables[place], filled[place]) for place in known]
        away = [score - tables[p]["mean"] for score, p in zip(scores, known, strict=True)]
        centre = [
            tables[place]["mean"] + sum(map(mul, away, column))
            for place, column in zip(unknown, plan["regression"], strict=True)
        ]
        total = [0.0] * len(self._model["tier"])
        row: list[Number] = list(filled)
        for node, holes in zip(plan["nodes"], plan["holes"], strict=True):
            for number, place in enumerate(unknown):
                drawn = centre[number] + node[number]
                raw = _between(population["grid"], tables[place]["knots"], drawn)
                row[place] = None if number in holes else raw
            total = [whole + cell for whole, cell in zip(total, self._full(row), strict=True)]
        average = [whole / len(plan["nodes"]) for whole in total]
        return self._moved(average, self._corrected(average, scores, plan, population["prior"]))

    def _corrected(
        self, average: Numbers, scores: Numbers, plan: dict[str, Any], prior: Numbers
    ) -> list[float]:
        """Correct the tiers' averages towards what is known of the population."""
        undecided = plan["undecided"]
        trust = min(1.0, _TRUST * (1.0 - undecided))
        drawn = [min(max(score, -_FAR), _FAR) for score in scores]
        logits = []
        for mean, share, line in zip(
            _summed(average, self._model["tier"]), prior, plan["tilt"], strict=True
        ):
            least = max(share, _TINY)
            voted = (_VOTES * mean + undecided * least) / (_VOTES + undecided)
            offset = trust * math.log(max(voted, _TINY)) + (1 - trust) * math.log(least)
            logits.append(offset + sum(map(mul, drawn, line), line[-1]))
        return _normal(logits)


def _added(curve: dict[str, Any], value: Number) -> Numbers:
    """Give what a value adds to location, scale and skew."""
    knots = curve["knots"]
    if value is None or not knots:
        added: Numbers = curve["unknown"]
        return added
    at = _placed(curve, value)
    return [_between(knots, heights, at) for heights in curve["heights"]]


def _placed(curve: dict[str, Any], value: float) -> float:
    """Lay a value out on the axis of a curve."""
    if curve["shape"] == "log":
        return math.log(max(max(value, 0.0) + curve["offset"], _TINY))
    if curve["shape"] == "cycle":
        return value % float(curve["period"])
    return value


def _between(knots: Numbers, heights: Numbers, at: float) -> float:
    """Read a broken line off, level beyond its ends."""
    begin = bisect_right(knots, at) - 1
    if begin < 0:
        return heights[0]
    if begin >= len(knots) - 1:
        return heights[-1]
    slope = (heights[begin + 1] - heights[begin]) / (knots[begin + 1] - knots[begin])
    return slope * (at - knots[begin]) + heights[begin]


def _scored(table: dict[str, Any], value: float) -> float:
    """Turn a value into its normal score."""
    raw = _between(table["values"], table["scores"], value)
    return float((raw - table["centre"]) / table["scale"])


def _ordered(model: dict[str, Any], location: float, scale: float, skew: float) -> list[float]:
    """Give the probabilities of ordered cells from the three sums."""
    narrow = math.exp(-min(max(scale, -_MOST), _MOST))
    low, above, found = -math.inf, 1.0, []
    for cut in model["cuts"]:
        bent = math.asinh((cut - location) * narrow) + skew
        high = math.sinh(min(max(bent, -_MOST), _MOST))
        small = math.exp(-min(abs(high), _LARGEST))
        large = 1.0 / (1.0 + small)
        below, beyond = (large, small * large) if high > 0.0 else (small * large, large)
        found.append(max(below * above * -math.expm1(max(low - high, -_LARGEST)), 0.0))
        low, above = high, beyond
    found.append(above)
    lapse = model["lapse"]
    mixed = [
        (1.0 - lapse) * one + lapse * share
        for one, share in zip(found, model["shares"], strict=True)
    ]
    total = sum(mixed)
    return [one / total for one in mixed]


def _normal(logits: list[float]) -> list[float]:
    """Turn logits into probabilities."""
    top = max(logits)
    powers = [math.exp(logit - top) for logit in logits]
    total = sum(powers)
    return [power / total for power in powers]


def _summed(cells: Numbers, tier: Sequence[int]) -> list[float]:
    """Sum the probabilities of cells to those of tiers."""
    sums = [0.0] * (tier[-1] + 1)
    for place, cell in zip(tier, cells, strict=True):
        sums[place] += cell
    return sums


def _percentile(score: float, ranks: dict[str, list[float]]) -> float:
    """Give the share of the population with lower scores, 0-100; of equal ones half counts."""
    values, first, last = ranks["values"], ranks["first"], ranks["last"]
    if score < values[0] - _ROUND_OFF:
        return 0.0
    if score > values[-1] + _ROUND_OFF:
        return 100.0
    inside = max(bisect_right(values, score + _ROUND_OFF) - 1, 0)
    if abs(score - values[inside]) <= _ROUND_OFF:
        return 50.0 * (first[inside] + last[inside])
    part = (score - values[inside]) / (values[inside + 1] - values[inside])
    return 100.0 * (last[inside] + part * (first[inside + 1] - last[inside]))


def _interval(cells: Numbers, edges: Numbers) -> list[float]:
    """Give the low end, the median and the high end of where the outcome will fall."""
    sums = list(accumulate(cells))
    ends, found = [one / sums[-1] for one in sums], []
    for level in _LEVELS:
        cell = next(k for k, end in enumerate(ends) if end >= level)
        begin = ends[cell - 1] if cell else 0.0
        part = (level - begin) / max(ends[cell] - begin, _TINY)
        found.append(edges[cell] + min(max(part, 0.0), 1.0) * (edges[cell + 1] - edges[cell]))
    return found
