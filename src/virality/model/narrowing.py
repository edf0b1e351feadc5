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


def narrowing(marginal: Marginal, row: Floats, told: Floats) -> int | None:
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
    told
        (K,) what the model says of that row: the probabilities of the tiers.

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
    chance = np.random.default_rng(0).permutation(len(rows)) % _GROUPS
    means, sizes = _grouped(cells, np.column_stack([chance, _groups(rows[:, unknown])]))
    correction = told / np.maximum(layout.summed(cells).mean(axis=0), _LEAST)
    corrected = layout.moved(means, layout.summed(means) * correction)
    widths = width(corrected, layout.edges(marginal.population.prior)).reshape(sizes.shape)
    by_chance, *by_input = (widths * sizes).sum(axis=1) / len(rows)
    best = int(np.argmin(by_input))
    return int(unknown[best]) if by_chance - by_input[best] >= _WORTH_SAYING else None


def _groups(values: Floats) -> Ints:
    """Give each value (M, u) the number of its eighth by rank in its column.

    Equal values stay together, in the eighth of the middle of their ranks.
    """
    order = np.argsort(values, axis=0, kind="stable")
    ordered = np.take_along_axis(values, order, axis=0)
    places = np.arange(len(values))[:, None]
    new = np.ones(values.shape, dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    begin = np.maximum.accumulate(np.where(new, places, 0), axis=0)
    last = np.vstack([new[1:], new[:1]])  # the next value is another, or there is none
    end = np.minimum.accumulate(np.where(last, places + 1, len(values))[::-1], axis=0)[::-1]
    eighth = np.minimum((begin + end) * _GROUPS // (2 * len(values)), _GROUPS - 1)
    groups = np.empty(values.shape, dtype=np.intp)
    np.put_along_axis(groups, order, eighth, axis=0)
    return groups


def _grouped(cells: Floats, groups: Ints) -> tuple[Floats, Ints]:
    """Average cells (M, C) within each of several groupings (M, u).

    Returns
    -------
    (u * 8, C) means, of all cells where a group is empty; and the groups' sizes, (u, 8).
    """
    members = groups.T[:, None, :] == np.arange(_GROUPS)[:, None]
    sizes = members.sum(axis=2)
    sums = members.astype(np.float64) @ cells
    means = np.where(
        sizes[:, :, None] > 0, sums / np.maximum(sizes, 1)[:, :, None], cells.mean(axis=0)
    )
    return means.reshape(-1, cells.shape[1]), sizes
