"""A minimum of a function of a few numbers, without derivatives.

References
----------
Nelder, J. and Mead, R. (1965). A simplex method for function minimization. *Computer Journal* 7,
308-313.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats


def minimum(
    function: Callable[[Floats], float], start: Floats, *, step: float, most: int, width: float
) -> Floats:
    """Search for a minimum with a simplex.

    Parameters
    ----------
    function
        What is made small.
    start
        (d,) where to begin.
    step
        Size of the first simplex.
    most
        How many evaluations, about.
    width
        The search ends when the simplex is no wider.
    """
    simplex = np.vstack([start, start + step * np.eye(len(start))])
    values = np.array([function(point) for point in simplex])
    spent = len(values)
    while spent < most:
        order = np.argsort(values, kind="stable")
        simplex, values = simplex[order], values[order]
        if np.abs(simplex[1:] - simplex[0]).max() <= width:
            break
        spent += _improve(function, simplex, values)
    best: Floats = simplex[np.argmin(values)]
    return best


def _improve(function: Callable[[Floats], float], simplex: Floats, values: Floats) -> int:
    """Replace the worst corner, or shrink towards the best; give the evaluations spent."""
    centre = simplex[:-1].mean(axis=0)
    away = centre - simplex[-1]
    point = centre + away
    value = function(point)
    if value < values[0]:
        further = centre + 2 * away
        reached = function(further)
        simplex[-1], values[-1] = (further, reached) if reached < value else (point, value)
        return 2
    if value < values[-2]:
        simplex[-1], values[-1] = point, value
        return 1
    inner = centre + (0.5 if value < values[-1] else -0.5) * away
    reached = function(inner)
    if reached < min(value, values[-1]):
        simplex[-1], values[-1] = inner, reached
        return 2
    simplex[1:] = simplex[0] + 0.5 * (simplex[1:] - simplex[0])
    values[1:] = [function(corner) for corner in simplex[1:]]
    return 2 + len(values) - 1
