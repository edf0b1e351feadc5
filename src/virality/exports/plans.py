"""Which sets of known inputs an exported program can answer, and what it takes to.

All known, nothing known, and the gaps that the model has learned take nothing. Any other set takes
a plan: how the unknown inputs go with the known ones, nodes to average over, and the correction of
the average (``docs/theory.md``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import OptionError
from virality.features.given import nearest
from virality.features.schema import PHASES
from virality.model.copula import score_grid, score_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.model.gaussian import Bools
    from virality.model.unknown import Marginal, Plan

_MOST_GROUPS = 3


@dataclass(frozen=True)
class KnownSet:
    """Inputs that are known together: column numbers, ascending, among those that varied."""

    columns: tuple[int, ...]


def known_sets(artefact: Artefact, wanted: Sequence[str]) -> tuple[KnownSet, ...]:
    """List the sets that take a plan: the usual ones, and those that were asked for.

    Usual are all whose groups of features, one for each phase, are known or unknown as a whole. Of
    more than three groups it is those of which one is unknown, or all from some phase on.

    Parameters
    ----------
    artefact
        The model.
    wanted
        More sets, each the names of features and of phases, parted by commas.

    Raises
    ------
    OptionError
        When a name is no feature and no phase of the model.
    """
    groups = _groups(artefact)
    parts = [set(artefact.names) - set(group) for group in groups.values()]
    if len(groups) <= _MOST_GROUPS:
        size = range(1, len(groups))
        parts = [set().union(*some) for n in size for some in combinations(groups.values(), n)]
    parts += accumulate(map(set, groups.values()), set.union)
    parts += [_named(each, artefact.names, groups) for each in wanted]
    copula = artefact.classifier.marginal.population.copula
    varying = copula.varying.tolist()
    found = dict.fromkeys(
        tuple(column for column in varying if artefact.names[column] in known) for known in parts
    )
    return tuple(KnownSet(columns) for columns in found if columns and columns != tuple(varying))


def population_stated(artefact: Artefact, sets: Iterable[KnownSet]) -> dict[str, Any]:
    """State the population of a model, with plans for some sets of known inputs."""
    marginal = artefact.classifier.marginal
    copula, layout = marginal.population.copula, marginal.full.layout
    plans = [_stated(marginal.plan(np.array(one.columns))) for one in sets]
    return {
        "varying": copula.varying.tolist(),
        "usual": copula.knots[:, 0].tolist(),
        "usual_cells": layout.usual(marginal.population.prior).tolist(),
        "prior": marginal.population.prior.tolist(),
        "gaps": [np.flatnonzero(~known).tolist() for known in learned_gaps(marginal)],
        "grid": score_grid(copula.knots.shape[1], copula.low).tolist(),
        "tables": _tables(marginal) if plans else [],
        "plans": plans,
    }


def learned_gaps(marginal: Marginal) -> list[Bools]:
    """List the sets of known inputs (p,) that lack others, and that the model answers by itself."""
    return list(marginal.population.gaps.known) if marginal.full.gaps else []


def _groups(artefact: Artefact) -> dict[str, tuple[str, ...]]:
    """Part the names of the features by phase; of no known schema, all are one group."""
    if artefact.inputs is None:
        return {"all": artefact.names}
    features = artefact.inputs.features
    groups = {
        phase: tuple(feature.name for feature in features if feature.phase == phase)
        for phase in PHASES
    }
    return {phase: names for phase, names in groups.items() if names}


def _named(written: str, names: tuple[str, ...], groups: dict[str, tuple[str, ...]]) -> set[str]:
    """Read a set of features and phases."""
    found: set[str] = set()
    for word in filter(None, map(str.strip, written.split(","))):
        if word not in names and word not in groups:
            raise OptionError(
                f"{word!r} is no feature and no phase of the model",
                where="--known",
                remedy=nearest([word], [*groups, *names]),
            )
        found.update(groups.get(word, (word,)))
    if not found:
        raise OptionError("names no inputs", where="--known", remedy="virality features lists them")
    return found


def _stated(plan: Plan) -> dict[str, Any]:
    conditional = plan.conditional
    nodes, holes = conditional.nodes, conditional.holes
    lacking = np.zeros(nodes.shape, dtype=bool) if holes is None else holes
    return {
        "known": conditional.known.tolist(),
        "unknown": conditional.unknown.tolist(),
        "regression": conditional.regression.T.tolist(),
        "nodes": nodes.tolist(),
        "holes": [np.flatnonzero(row).tolist() for row in lacking],
        "undecided": plan.undecided,
        "tilt": plan.tilt.tolist(),
    }


def _tables(marginal: Marginal) -> list[dict[str, Any]]:
    """State what turns values of each feature into normal scores, and back."""
    copula = marginal.population.copula
    means = copula.scores.mean
    return [
        {
            **_table(copula.knots[column], copula.low),
            "centre": float(copula.centre[column]),
            "scale": float(copula.scale[column]),
            "mean": float(means[column]),
            "knots": copula.knots[column].tolist(),
        }
        for column in range(len(means))
    ]


def _table(knots: Floats, low: float) -> dict[str, list[float]]:
    values, scores = score_table(knots, low)
    return {"values": values.tolist(), "scores": scores.tolist()}
