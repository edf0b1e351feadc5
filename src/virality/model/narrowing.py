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


def narrowing(marginal: Marginal, row: Floats) -> int | None:
    """Find the unknown input whose value would narrow the central 80 % most, on average.

    The nodes that stand for what the unknown inputs may be are grouped by the value of one of them,
    in eight groups of about equal size; the answer of each group is what one would be told if that
    input were known to lie there.

    Parameters
    ----------
    marginal
        The model over its population.
    row
        (p,) features, NaN where unknown.

    Returns
    -------
    The number of the feature; None where no input that varied in training is unknown.
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
    widths = []
    for column in unknown:
        groups, sizes = _grouped(cells, _groups(rows[:, column]))
        corrected = layout.moved(groups, layout.summed(groups) * correction)
        widths.append(np.average(width(corrected, edges), weights=sizes))
    return int(unknown[int(np.argmin(widths))])


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
