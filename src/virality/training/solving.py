r"""Solving a softmax at any size, in few passes over the rows.

Few rows: Newton's method on all of them. Many:

1. Newton's method on a small random sample, some 16 rows for each of the d unknowns;
2. with its curvature, gradient steps on a larger sample, whose optimum lies within the sample's
   noise of that of all rows; and the curvature once more, there;
3. gradient steps over all rows. Each brings the distance down by the relative error of a curvature
   measured on m rows, about :math:`\sqrt{d / m}`, less what secant corrections save.

Where that stalls (a column that hardly any sampled row has, nearly separable classes), Newton's
method on all rows goes on from the best point.

References
----------
Byrd, R., Chin, G., Neveitt, W. and Nocedal, J. (2011). On the use of stochastic Hessian information
in optimization methods for machine learning. *SIAM Journal on Optimization* 21, 977-995.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError
from virality.model.line import FADED
from virality.model.newton import minimise
from virality.model.secant import refine
from virality.training.blocks import Parts
from virality.training.sampling import sample

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.training.blocks import Block
    from virality.training.problem import Problem

_PER_UNKNOWN = 16
_SHARE = 16
_MOST = 65_536
_NOISE = 0.2
_NOTHING = 1e-12


@dataclass(frozen=True)
class Solved:
    """The minimum of an objective and what it took.

    Attributes
    ----------
    x
        (d,) ``theta.ravel()``.
    value, gradient_norm
        There.
    iterations
        Steps taken over all rows.
    sampled
        Rows of the largest sample; 0 where none was drawn.
    """

    x: Floats
    value: float
    gradient_norm: float
    iterations: int
    sampled: int = 0


def solved(problem: Problem, tolerance: float, norm: Callable[[Floats], float]) -> Solved:
    """Minimise an objective.

    Parameters
    ----------
    problem
        The objective.
    tolerance
        The largest ``norm(gradient)`` allowed.
    norm
        How the gradient is measured.

    Raises
    ------
    NotConvergedError
        When the tolerance cannot be reached.
    """
    found = _searched(problem, tolerance, norm)
    if found.value <= _NOTHING and not problem.penalty.any():
        raise NotConvergedError(
            "the classes can be separated, so the coefficients grow without end", remedy="raise l2"
        )
    return found


def _searched(problem: Problem, tolerance: float, norm: Callable[[Floats], float]) -> Solved:
    """Go by way of samples where there are many rows, and by Newton's method otherwise.

    A penalty bounds the distance to the minimum by gradient over penalty. Only where that says that
    it is near is a small gradient believed: on the way to a minimum at infinity it fades as well.
    """
    near = _near(problem)
    if near is None:
        return _by_newton(problem, problem.origin, tolerance, norm)
    sampled, least = len(near.sample.parts), float(problem.penalty[:-1].min(initial=1.0))
    if least == 0:
        return replace(_from(near.x, problem, tolerance, norm), sampled=sampled)

    def judged(gradient: Floats) -> float:
        distance = float(np.linalg.norm(gradient)) / least
        return max(norm(gradient), tolerance * distance / FADED)

    found = refine(
        problem.slope,
        near.x,
        near.hessian,
        tolerance=tolerance,
        norm=judged,
        movement=near.sample.movement,
    )
    if found.gradient_norm <= tolerance:
        size = norm(found.gradient)
        return Solved(found.x, found.value, size, found.iterations, sampled)
    done = _from(found.x, problem, tolerance, norm)
    return replace(done, iterations=found.iterations + done.iterations, sampled=sampled)


def _from(x: Floats, problem: Problem, tolerance: float, norm: Callable[[Floats], float]) -> Solved:
    """Go on by Newton's method from a point, or from the origin where that leads nowhere."""
    try:
        return _by_newton(problem, x, tolerance, norm)
    except NotConvergedError:
        return _by_newton(problem, problem.origin, tolerance, norm)


def sample_sizes(rows: int, unknowns: int) -> tuple[int, int]:
    """Say how many rows the small and the large sample have; 0 where all rows are few enough.

    Examples
    --------
    >>> sample_sizes(1_000_000, 64)
    (1024, 62500)
    """
    small = _PER_UNKNOWN * unknowns
    if 2 * small > rows:
        return 0, 0
    return small, max(small, min(rows // _SHARE, _MOST))


def _by_newton(
    problem: Problem, start: Floats, tolerance: float, norm: Callable[[Floats], float]
) -> Solved:
    found = minimise(problem.at, start, tolerance=tolerance, norm=norm, movement=problem.movement)
    return Solved(found.x, found.value, found.gradient_norm, found.iterations)


@dataclass(frozen=True)
class _Near:
    """A point near the minimum, the curvature (d, d) there, and the sample that showed both."""

    x: Floats
    hessian: Floats
    sample: Problem


def _near(problem: Problem) -> _Near | None:
    """Solve samples; None where there are too few rows for one, or it has no optimum."""
    small, large = sample_sizes(len(problem.parts), len(problem.origin))
    if not small:
        return None
    drawn = sample(problem.parts, problem.classes, large)
    if (np.bincount(drawn.y, drawn.weight, problem.classes) == 0).any():
        return None
    part = _thinned(problem, drawn, small)
    try:
        first = minimise(
            part.at, part.origin, tolerance=_NOISE / np.sqrt(small), movement=part.movement
        )
        if large == small or not problem.penalty.any():  # unpenalised, a long step may go anywhere
            return _Near(first.x, first.hessian, part)
        whole = _thinned(problem, drawn, large)
        second = refine(whole.slope, first.x, first.hessian, tolerance=_NOISE / np.sqrt(large))
        hessian = whole.at(second.x).hessian
    except NotConvergedError:
        return None
    return _Near(second.x, hessian, whole)


def _thinned(problem: Problem, drawn: Block, rows: int) -> Problem:
    """Pose the problem for about so many of the drawn rows, evenly by class."""
    kept = drawn[:: max(len(drawn) // rows, 1)]
    return replace(problem, parts=Parts.of(kept, problem.parts.executor))
