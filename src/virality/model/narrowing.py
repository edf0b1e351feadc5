"""Which unknown input would tell most about the outcome, were it known."""

from __future__ import annotations

from functools import cache
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
    means, sizes = _grouped(cells, np.vstack([_by_chance(), _groups(rows.T[unknown])]))
    correction = told / np.maximum(layout.summed(cells).mean(axis=0), _LEAST)
    corrected = layout.moved(means, layout.summed(means) * correction)
    widths = width(corrected, layout.edges(marginal.population.prior)).reshape(sizes.shape)
    by_chance, *by_input = (widths * sizes).sum(axis=1) / len(rows)
    best = int(np.argmin(by_input))
    return int(unknown[best]) if by_chance - by_input[best] >= _WORTH_SAYING else None


@cache
def _by_chance() -> Ints:
    """Give each node (1, M) a group at random."""
    return np.random.default_rng(0).permutation(_NODES)[None, :] % _GROUPS


def _groups(values: Floats) -> Ints:
    """Give each value (u, M) the number of its eighth, by rank in its row.

    Equal values stay together, in the eighth of the middle of their ranks.
    """
    size = values.shape[1]
    order, places = np.argsort(values, axis=1), np.arange(size)
    ordered = np.take_along_axis(values, order, axis=1)
    first = np.ones(values.shape, dtype=bool)
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    last = np.roll(first, -1, axis=1)
    begin = np.maximum.accumulate(np.where(first, places, 0), axis=1)
    end = np.minimum.accumulate(np.where(last, places + 1, size)[:, ::-1], axis=1)[:, ::-1]
    groups = np.empty(values.shape, dtype=np.intp)
    eighths = np.minimum((begin + end) * _GROUPS // (2 * size), _GROUPS - 1)
    np.put_along_axis(groups, order, eighths, axis=1)
    return groups


def _grouped(cells: Floats, groups: Ints) -> tuple[Floats, Ints]:
    """Average cells (M, C) within each of several groupings (u, M).

    Returns
    -------
    (u * 8, C) means, of all cells where a group is empty; and the groups' sizes, (u, 8).
    """
    members = groups[:, None, :] == np.arange(_GROUPS)[:, None]
    sizes = members.sum(axis=2)
    sums = members.astype(np.float64) @ cells
    means = np.where(
        sizes[:, :, None] > 0, sums / np.maximum(sizes, 1)[:, :, None], cells.mean(axis=0)
    )
    return means.reshape(-1, cells.shape[1]), sizes
