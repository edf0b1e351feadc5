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
from virality.model.line import FADED, Ruler, largest
from virality.model.newton import minimise
from virality.model.secant import refine
from virality.training.blocks import Parts
from virality.training.sampling import sample, thinned

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.line import Slope
    from virality.training.blocks import Block
    from virality.training.problem import Problem

_PER_UNKNOWN = 16
_SHARE = 16
_MOST = 65_536
_SHARE_HELD = 10
_MOST_HELD = 262_144
_NEAR = 1e-5
_FEWEST = 256
_WORK = 20_000_000
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
    sampled, least = near.sampled, float(problem.penalty[:-1].min(initial=1.0))
    if least == 0:
        return replace(_from(near.x, problem, tolerance, norm), sampled=sampled)

    def judged(gradient: Floats) -> float:
        distance = float(np.linalg.norm(gradient)) / least
        return max(norm(gradient), tolerance * distance / FADED)

    found = refine(
        _Sharpening(problem),
        near.x,
        near.hessian,
        tolerance=tolerance,
        ruler=Ruler(judged, near.movement, problem.rough.kernel.resolution),
    )
    if not np.isfinite(found.value):
        raise NotConvergedError(
            "a sum over the rows is not finite", remedy="bring the columns to similar scales"
        )
    if found.gradient_norm <= tolerance:
        size = norm(found.gradient)
        return Solved(found.x, found.value, size, found.iterations, sampled)
    done = _from(found.x, problem, tolerance, norm)
    return replace(done, iterations=found.iterations + done.iterations, sampled=sampled)


class _Sharpening:
    """The slope of an objective: rough while the minimum is far, exact where it may be reached.

    Parameters
    ----------
    problem
        The objective.
    """

    def __init__(self, problem: Problem) -> None:
        self._exact, self._rough = problem, problem.rough
        self._sizes = [np.inf, np.inf]

    def __call__(self, x: Floats) -> Slope:
        """Value and gradient; a step is taken to bring the gradient down as the last one did."""
        before, last = self._sizes[-2:]
        shrinks = min(last / before, 1.0) if np.isfinite(before) else 1.0
        if last * shrinks > _NEAR:
            found = self._rough.slope(x)
            if largest(found.gradient) > _NEAR:
                return self._noted(found)
        return self._noted(self._exact.slope(x))

    def _noted(self, found: Slope) -> Slope:
        self._sizes.append(largest(found.gradient))
        return found


def _from(x: Floats, problem: Problem, tolerance: float, norm: Callable[[Floats], float]) -> Solved:
    """Go on by Newton's method from a point, or from the origin where that leads nowhere."""
    try:
        return _by_newton(problem, x, tolerance, norm)
    except NotConvergedError:
        return _by_newton(problem, problem.origin, tolerance, norm)


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
    large = min(rows // _SHARE_HELD, _MOST_HELD) if held else min(rows // _SHARE, _MOST)
    return small, max(small, large)


def _by_newton(
    problem: Problem, start: Floats, tolerance: float, norm: Callable[[Floats], float]
) -> Solved:
    found = minimise(problem.at, start, tolerance=tolerance, ruler=Ruler(norm, problem.movement))
    return Solved(found.x, found.value, found.gradient_norm, found.iterations)


@dataclass(frozen=True)
class _Near:
    """A point near the minimum, the curvature (d, d) there, and what showed both.

    Attributes
    ----------
    x, hessian
        The point and the curvature.
    sampled
        Rows of the largest sample.
    movement
        Largest change of a sampled row's logits that a step brings.
    """

    x: Floats
    hessian: Floats
    sampled: int
    movement: Callable[[Floats], float]


def _near(problem: Problem) -> _Near | None:
    """Solve samples; None where there are too few rows for one, or it has no optimum."""
    held = problem.parts.block is not None
    small, large = sample_sizes(len(problem.parts), len(problem.origin), held=held)
    if not small:
        return None
    drawn = sample(problem.parts, problem.classes, large)
    if (np.bincount(drawn.y, drawn.weight, problem.classes) == 0).any():
        return None
    part = _posed(problem, thinned(drawn, small))
    coarse = part.kernel.resolution
    try:
        first = minimise(
            part.at,
            part.origin,
            tolerance=_NOISE / np.sqrt(small),
            ruler=Ruler(movement=part.movement, resolution=coarse),
        )
        if not problem.penalty.any():  # unpenalised, a long step may go anywhere
            return _Near(first.x, first.hessian, large, part.movement)
        if large < 2 * small:
            hessian = problem.rough.at(first.x).hessian if held else first.hessian
            return _Near(first.x, hessian, large, part.movement)
        whole = _posed(problem, drawn)
        enough = _NOISE / np.sqrt(large)
        second = refine(
            whole.slope, first.x, first.hessian, tolerance=enough, ruler=Ruler(resolution=coarse)
        )
        hessian = whole.at(second.x).hessian
    except NotConvergedError:
        return None
    return _Near(second.x, hessian, large, part.movement)


def _posed(problem: Problem, block: Block) -> Problem:
    """Pose the problem for some rows, in parts that take about as long whatever the unknowns."""
    size = max(_FEWEST, _WORK // len(problem.origin) ** 2)
    return replace(problem.rough, parts=Parts.of(block, problem.parts.executor, size))
