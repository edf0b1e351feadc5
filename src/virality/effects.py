"""How the score goes with each feature over the training population, for pictures and reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.features.saying import FLAG
from virality.labels import unit_of
from virality.model.copula import score_grid

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.features.schema import Feature

NORMAL_95 = 1.959963984540054
_POINTS = 33
_BINS = 24
_TAIL = 0.01
_FEW = 16
_FEWEST = 2


@dataclass(frozen=True)
class Effect:
    """The score along one feature, averaged over the training population for all others.

    Attributes
    ----------
    name, phrase
        The feature, and how people call it.
    phase
        When it becomes known; empty where it is of no known schema.
    unit
        What one unit of it is.
    axis
        ``"linear"``, ``"log"``, ``"cycle"`` or ``"flag"``: how its values are best laid out.
    values
        (m,) of the feature, ascending, within the central 98 % of the training rows.
    scores
        (m,) 0-100.
    low, high
        (m,) 95 % interval of the score, as far as the shape of the effect is in doubt; None where
        the model's file does not tell.
    edges, shares
        (b + 1,) ascending edges of bins, and (b,) the shares of the training rows in them.
    """

    name: str
    phrase: str
    phase: str
    unit: str
    axis: str
    values: Floats
    scores: Floats
    low: Floats | None
    high: Floats | None
    edges: Floats
    shares: Floats

    @property
    def span(self) -> float:
        """How far apart the lowest and the highest score are, in points."""
        return float(np.ptp(self.scores))


def effects(artefact: Artefact) -> tuple[Effect, ...]:
    """Give the effect of each feature that varied in training, the widest first.

    Raises
    ------
    DataError
        When the model's file holds no population.
    """
    explainer = artefact.explainer
    varying = explainer.marginal.population.copula.varying
    told = [int(one) for one in varying if len(places(artefact, int(one))) >= _FEWEST]
    found = [_effect(artefact, feature) for feature in told]
    return tuple(sorted(found, key=lambda one: -one.span))


def _effect(artefact: Artefact, number: int) -> Effect:
    from virality.model.responses import effect  # noqa: PLC0415  few ask for reasons

    name = artefact.names[number]
    stated = None if artefact.inputs is None else artefact.inputs.feature(name)
    values = places(artefact, number)
    found = effect(artefact.explainer, number, values)
    off = None if found.deviations is None else NORMAL_95 * found.deviations
    edges = _edges(stated, values)
    return Effect(
        name=name,
        phrase=name if stated is None else stated.phrase,
        phase="" if stated is None else stated.phase,
        unit=_unit(artefact, stated),
        axis=_axis(stated),
        values=values,
        scores=found.values,
        low=None if off is None else found.values - off,
        high=None if off is None else found.values + off,
        edges=edges,
        shares=np.diff(_level(artefact, number, edges)),
    )


def places(artefact: Artefact, number: int) -> Floats:
    """Choose values (m,) of a feature at which to look: few enough to draw, and seen in training.

    A flag has two, a weekday seven, an hour 24; a count that takes few values has those.
    """
    stated = None if artefact.inputs is None else artefact.inputs.feature(artefact.names[number])
    axis = _axis(stated)
    if axis == "flag":
        return np.array([0.0, 1.0])
    if axis == "cycle" and stated is not None and stated.period is not None:
        return np.arange(stated.period)
    low, high = _quantiles(artefact, number)
    knots = np.unique(artefact.explainer.marginal.population.copula.knots[number])
    inside = knots[(knots >= low) & (knots <= high)]
    if len(inside) < _FEWEST:  # the central 98 % are alike: what varies lies beyond them
        low, high, inside = float(knots[0]), float(knots[-1]), knots
    if len(inside) <= _FEW:
        return inside
    if axis == "log" and low >= 0:
        least = max(low, float(inside[inside > 0].min()) if (inside > 0).any() else 1.0)
        spread = np.append(np.geomspace(least, high, _POINTS), low)
    else:
        spread = np.linspace(low, high, _POINTS)
    counted = (knots == knots.round()).mean() > 0.5  # noqa: PLR2004  quantiles fall between, too
    return np.unique(spread.round() if counted else spread)


def _axis(stated: Feature | None) -> str:
    if stated is None:
        return "linear"
    return "flag" if stated.unit == FLAG else stated.curve


def _unit(artefact: Artefact, stated: Feature | None) -> str:
    if stated is None:
        return ""
    if stated.unit == "the outcome's" and artefact.outcome:
        return unit_of(artefact.outcome)
    return stated.unit


def _levels(artefact: Artefact) -> Floats:
    """Levels (Q,) of the quantiles that a model's file states."""
    from statistics import NormalDist  # noqa: PLC0415  slow to load, and few ask

    copula = artefact.explainer.marginal.population.copula
    grid = score_grid(copula.knots.shape[1], copula.low)
    return np.array([NormalDist().cdf(score) for score in grid])


def _quantiles(artefact: Artefact, number: int) -> tuple[float, float]:
    knots = artefact.explainer.marginal.population.copula.knots[number]
    low, high = np.interp([_TAIL, 1.0 - _TAIL], _levels(artefact), knots)
    return float(low), float(high)


def _edges(stated: Feature | None, values: Floats) -> Floats:
    """Cut the range of a feature into bins: around each of few values, or evenly on its axis."""
    if len(values) <= _FEW or _axis(stated) in {"flag", "cycle"}:
        middle = (values[1:] + values[:-1]) / 2
        first, last = values[0] - (middle[0] - values[0]), values[-1] + (values[-1] - middle[-1])
        return np.concatenate([[first], middle, [last]])
    if _axis(stated) == "log" and values[0] > 0:
        return np.geomspace(values[0], values[-1], _BINS + 1)
    if _axis(stated) == "log" and values[0] == 0:
        return np.concatenate([[0.0], np.geomspace(values[1], values[-1], _BINS)])
    return np.linspace(values[0], values[-1], _BINS + 1)


def _level(artefact: Artefact, number: int, edges: Floats) -> Floats:
    """Give the share of training rows at or below each edge, and below the first one."""
    knots = artefact.explainer.marginal.population.copula.knots[number]
    distinct = np.unique(knots)
    last = np.searchsorted(knots, distinct, side="right") - 1
    first = np.searchsorted(knots, distinct, side="left")
    levels = _levels(artefact)
    below, upto = levels[first], levels[last]
    below[0], upto[-1] = 0.0, 1.0
    at = np.concatenate([distinct, distinct])
    both = np.concatenate([below, upto])
    order = np.lexsort((both, at))
    closed = np.concatenate([[np.nextafter(edges[0], -np.inf)], edges[1:]])
    level: Floats = np.interp(closed, at[order], both[order], left=0.0, right=1.0)
    return level
