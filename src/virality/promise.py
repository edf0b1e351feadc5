"""What a model promised when it was made: how good it was, and which videos it is for.

A model's file may be gone when what it predicted comes true. This is what has to be kept of it to
judge its predictions then, in plain values.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model.copula import KNOTS, score_grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.arrays import Floats
    from virality.artefact import Artefact


@dataclass(frozen=True)
class Promise:
    """What a model's file states of its worth and of its training population.

    Attributes
    ----------
    outcome, moment
        What it predicts, and when; the moment is None where its features are of no known schema.
    names
        (p,) names of the features, in the order of X.
    thresholds
        Where the tiers 2 to 5 begin, in the outcome's unit; None where labels came ready-made.
    rows
        Videos that judged it; None where the file does not say.
    metrics, intervals
        What it was worth on them, and 95 % intervals ``(low, high)`` of that, by name:
        ``log_loss``, ``rps``, ``ece``, ``spearman``, ``coverage``. Empty where it does not say.
    levels
        (Q,) levels between 0 and 1 of the quantiles that follow.
    quantiles
        By feature the (Q,) quantiles of the training population, ascending; empty where the file
        holds no population.
    absent
        By feature the share of the training population in which it is unknown, 0 to 1.
    scores
        Quantiles of the scores of the training population, at evenly spaced levels from 0 to 1;
        empty where the file holds none.
    trained_at
        ISO time, UTC.
    synthetic
        Whether the model was trained on made-up videos.
    """

    outcome: str
    moment: str | None
    names: tuple[str, ...]
    thresholds: tuple[float, ...] | None
    rows: int | None
    metrics: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    levels: tuple[float, ...]
    quantiles: Mapping[str, tuple[float, ...]]
    absent: Mapping[str, float]
    scores: tuple[float, ...]
    trained_at: str
    synthetic: bool

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stated: Mapping[str, Any]) -> Promise:
        """Take again what :meth:`to_dict` gave, also after JSON, and beside other things."""
        thresholds = stated["thresholds"]
        return cls(
            **{
                **{one.name: stated[one.name] for one in fields(cls)},
                "names": tuple(stated["names"]),
                "thresholds": None if thresholds is None else tuple(thresholds),
                "intervals": _tuples(stated["intervals"]),
                "levels": tuple(stated["levels"]),
                "quantiles": _tuples(stated["quantiles"]),
                "scores": tuple(stated["scores"]),
            }
        )


def promise_of(artefact: Artefact) -> Promise:
    """Gather what a model's file states of its worth and of its training population."""
    evaluation = artefact.evaluation
    metrics = evaluation.get("metrics", {})
    return Promise(
        outcome=artefact.outcome,
        moment=None if artefact.inputs is None else artefact.inputs.moment,
        names=artefact.names,
        thresholds=None if artefact.thresholds is None else tuple(artefact.thresholds.tolist()),
        rows=metrics.get("n"),
        metrics={name: metrics[name] for name in _JUDGED if metrics.get(name) is not None},
        intervals=_tuples(
            {
                name: ends
                for name, ends in evaluation.get("intervals", {}).items()
                if name in _JUDGED
            }
        ),
        **_population(artefact),
        scores=() if artefact.ranks is None else tuple(artefact.ranks.quantiles.tolist()),
        trained_at=artefact.trained_at,
        synthetic=bool(artefact.data.get("synthetic")),
    )


_JUDGED = ("log_loss", "rps", "ece", "spearman", "coverage")


def _tuples(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(values) for name, values in stated.items()}


def _population(artefact: Artefact) -> dict[str, Any]:
    """Describe the training population's features, where the file holds one."""
    population = artefact.classifier.population
    if population is None:
        return {"levels": (), "quantiles": {}, "absent": {}}
    copula, gaps = population.copula, population.gaps
    absent = (gaps.shares[:, None] * ~gaps.known).sum(axis=0)
    return {
        "levels": tuple(_levels(copula.low).tolist()),
        "quantiles": dict(zip(artefact.names, map(tuple, copula.knots.tolist()), strict=True)),
        "absent": dict(zip(artefact.names, absent.tolist(), strict=True)),
    }


def _levels(low: float) -> Floats:
    return np.array([NormalDist().cdf(score) for score in score_grid(KNOTS, low)])
