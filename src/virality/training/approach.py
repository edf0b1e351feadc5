r"""Coming near the minimum of a sum over many rows by way of random samples of them.

Newton's method solves a small sample, some 16 rows for each of the d unknowns. With its curvature,
gradient steps solve a larger one, whose optimum lies within the sample's noise of that of all rows;
and there the curvature is measured once more. Where all n rows are in memory, :math:`n / \sqrt d`
are drawn: half as many or twice as many were measured to take longer.

Where a sample would be most of the rows, Newton's method goes on from the small one on all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isqrt
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError
from virality.model.line import Ruler
from virality.model.newton import minimise, solver
from virality.model.secant import refine
from virality.training.blocks import Parts
from virality.training.sampling import sample, thinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.newton import Optimum
    from virality.training.blocks import Block
    from virality.training.problem import Problem

_PER_UNKNOWN = 16
_SHARE = 16
_MOST = 65_536
_SHARE_HELD = 4
_MOST_HELD = 262_144
_FEW = 4
_STARTING = 1e-3
_FEWEST = 256
_WORK = 64_000_000
_MOST_PARTS = 8
_NOISE = 0.2


@dataclass(frozen=True)
class Near:
    """Where to begin, a curvature H there or near, and what showed both.

    Attributes
    ----------
    x
        (d,) the point.
    solve
        Gives H^-1 times a vector (d,).
    sampled
        Rows of the largest sample; 0 where there was none.
    movement
        Largest change of a sampled row's logits that a step brings.
    """

    x: Floats
    solve: Callable[[Floats], Floats]
    sampled: int
    movement: Callable[[Floats], float]


def sample_sizes(rows: int, unknowns: int, *, held: bool = False) -> tuple[int, int]:
    """Say how many rows the small and the large sample have; 0 where all rows are few enough.

    Parameters
    ----------
    rows, unknowns
        How many there are.
    held
        Whether all rows are in memory, so that a larger sample costs nothing but time.

    Examples
    --------
    >>> sample_sizes(1_000_000, 64)
    (1024, 62500)
    """
    small = _PER_UNKNOWN * unknowns
    if 2 * small > rows:
        return 0, 0
    large = min(rows // _SHARE, _MOST)
    if held:
        large = min(rows // _SHARE_HELD, rows // isqrt(unknowns), _MOST_HELD)
    return small, max(small, large)


def near_minimum(problem: Problem) -> Near | None:
    """Solve samples; None where there are too few rows for one, or it has no optimum."""
    held = problem.parts.block is not None
    small, large = sample_sizes(len(problem.parts), len(problem.origin), held=held)
    if not small:
        return None
    drawn = sample(problem.parts, problem.classes, large)
    if (np.bincount(drawn.y, drawn.weight, problem.classes) == 0).any():
        return None
    part = _posed(problem, thinned(drawn, small))
    movement = _movement(part)
    try:
        first = minimise(
            part.at,
            part.origin,
            tolerance=_NOISE / np.sqrt(small),
            ruler=Ruler(movement=movement, resolution=part.kernel.resolution),
            bounded=_bounded(problem),
        )
        if not problem.penalty.any():  # unpenalised, a long step may go anywhere
            return Near(first.x, solver(first.hessian), large, movement)
        x, hessian = _closer(problem, drawn, first, _FEW * small)
        return Near(x, solver(hessian), large, movement)
    except NotConvergedError:
        return None


def _closer(problem: Problem, drawn: Block, first: Optimum, many: int) -> tuple[Floats, Floats]:
    """Go on to the minimum of what was drawn; where that is not so many rows, on all that are held.

    Returns
    -------
    A point, and the curvature near there.
    """
    if len(drawn) < many:
        if problem.parts.block is None:
            return first.x, first.hessian
        whole = problem.rough
        ruler = Ruler(movement=problem.movement, resolution=whole.kernel.resolution)
        found = minimise(
            whole.at, first.x, tolerance=_STARTING, ruler=ruler, bounded=_bounded(problem)
        )
        return found.x, found.hessian
    whole = _posed(problem, drawn)
    second = refine(
        whole.slope,
        first.x,
        solver(first.hessian),
        tolerance=_NOISE / np.sqrt(len(drawn)),
        ruler=Ruler(resolution=whole.kernel.resolution),
    )
    return second.x, whole.at(second.x).hessian


def _bounded(problem: Problem) -> bool:
    """Tell whether the penalty keeps every coefficient, and so the minimum, from infinity."""
    return bool(problem.penalty[:-1].all())


def _movement(problem: Problem) -> Callable[[Floats], float]:
    """Prepare the measure of how far a step moves the logits of rows that are in memory."""
    rows = problem.scaling.with_ones(
        np.concatenate([part.load().X for part in problem.parts.parts])
    )

    def movement(step: Floats) -> float:
        return float(np.abs(rows @ step.reshape(problem.classes - 1, -1).T).max())

    return movement


def _posed(problem: Problem, block: Block) -> Problem:
    """Pose the problem for some rows, in parts that are worth handing to a thread."""
    size = max(_FEWEST, _WORK // len(problem.origin) ** 2, -(-len(block) // _MOST_PARTS))
    return replace(problem.rough, parts=Parts.of(block, problem.parts.executor, size))
