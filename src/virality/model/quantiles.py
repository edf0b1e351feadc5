"""Where an outcome will fall among the population's outcomes: quantiles of a distribution on cells.

Within a cell the outcome is taken to be spread as the population's is: evenly in percentiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats

LEVELS = (0.1, 0.5, 0.9)
"""The ends of the central 80 %, and the median between them."""

_TINY = 1e-12


def quantiles(cells: Floats, edges: Floats, levels: tuple[float, ...] = LEVELS) -> Floats:
    """Give percentiles of the population below which the outcome falls with given probabilities.

    Parameters
    ----------
    cells
        (n, C) probabilities of the cells, from the lowest to the highest.
    edges
        (C + 1,) percentiles at which the cells begin and end, ascending from 0 to 100.
    levels
        Probabilities between 0 and 1, ascending.

    Returns
    -------
    (n, len(levels)) numbers from 0 to 100, ascending along each row.

    Examples
    --------
    >>> quantiles(np.array([[0.25, 0.75]]), np.array([0.0, 25.0, 100.0])).round(6).tolist()
    [[10.0, 50.0, 90.0]]
    """
    ends = np.cumsum(cells, axis=1)
    ends = ends / ends[:, -1:]
    found = np.empty((len(cells), len(levels)))
    for number, level in enumerate(levels):
        cell = (ends < level).sum(axis=1)[:, None]
        end = np.take_along_axis(ends, cell, axis=1)[:, 0]
        begin = np.where(
            cell[:, 0] > 0, np.take_along_axis(ends, np.maximum(cell - 1, 0), 1)[:, 0], 0
        )
        part = (level - begin) / np.maximum(end - begin, _TINY)
        low, high = edges[cell[:, 0]], edges[cell[:, 0] + 1]
        found[:, number] = low + np.clip(part, 0.0, 1.0) * (high - low)
    return found


def width(cells: Floats, edges: Floats) -> Floats:
    """Width (n,) of the central 80 % of distributions on cells (n, C), in percentiles."""
    ends = quantiles(cells, edges, (LEVELS[0], LEVELS[-1]))
    widths: Floats = ends[:, 1] - ends[:, 0]
    return widths
