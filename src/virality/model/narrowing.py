"""Which unknown input would tell most about the outcome, were it known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.model.quantiles import width

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.unknown import Marginal

_NODES = 256
_GROUPS = 8
_LEAST = 1e-6
_WORTH_SAYING = 0.5


def narrowing(marginal: Marginal, row: Floats) -> int | None:
    """Find the unknown input whose value would narrow the central 80 % most, on average.

    The nodes that stand for what the unknown inputs may be are grouped by the value of one of them,
    in eight groups of about equal size; the answer of each group is what one would be told if that
    input were known to lie there. Nodes that are grouped at random show how narrow the groups'
    answers are for being of few nodes.

    Parameters
    ----------
    marginal
        The model over its population.
    row
        (p,) features, NaN where unknown.

    Returns
    -------
    The number of the feature; None where no input that varied in training is unknown, or none would
    narrow it by half a percentile more than a random grouping does.
    """
    copula, layout = marginal.population.copula, marginal.full.layout
    missing = np.isnan(row)
    unknown = copula.varying[missing[copula.varying]]
    if len(unknown) == 0:
        return None
    known = copula.varying[~missing[copula.varying]]
    filled = np.where(missing, copula.knots[:, 0], row)[None, :]
    rows = marginal.conditional(known, _NODES, gaps=False).rows(filled)
    cells = marginal.full.cells(rows)
    told = layout.summed(marginal.cells(row[None, :]))[0]
    correction = told / np.maximum(layout.summed(cells).mean(axis=0), _LEAST)
    edges = layout.edges(marginal.population.prior)

    def mean_width(numbers: Ints) -> float:
        groups, sizes = _grouped(cells, numbers)
        corrected = layout.moved(groups, layout.summed(groups) * correction)
        return float(np.average(width(corrected, edges), weights=sizes))

    chance = mean_width(np.random.default_rng(0).permutation(len(rows)) % _GROUPS)
    widths = [mean_width(_groups(rows[:, column])) for column in unknown]
    best = int(np.argmin(widths))
    return int(unknown[best]) if chance - widths[best] >= _WORTH_SAYING else None


def _groups(values: Floats) -> Ints:
    """Give each value (M,) the number of its eighth, by rank; equal values stay together."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    middle = (below + np.searchsorted(ordered, values, side="right")) / 2
    return np.minimum((middle * _GROUPS / len(values)).astype(np.intp), _GROUPS - 1)


def _grouped(cells: Floats, groups: Ints) -> tuple[Floats, Ints]:
    """Average cells (M, C) within groups; also give the groups' sizes."""
    members = np.eye(_GROUPS)[groups]
    sizes = members.sum(axis=0)
    present = sizes > 0
    means = (members.T @ cells)[present] / sizes[present, None]
    return means, sizes[present].astype(np.intp)
