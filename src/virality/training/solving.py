r"""Solving a softmax at any size, in few passes over the rows.

Few rows: Newton's method on all of them; where there are so many unknowns that a Hessian takes
longer than dozens of gradients, from where gradient steps end that begin with the curvature at 0,
which is the same small block for each class. Many rows: samples lead near the minimum
(:mod:`virality.training.approach`), and gradient steps over all rows go on from there with the
curvature that was measured on m of them. Each brings the distance down by the relative error of
that curvature, about :math:`\sqrt{d / m}` for d unknowns, less what secant corrections save. While
the minimum is far the sums are made in single precision, where there is a form for it; what judges
whether it was reached is always made in double precision.

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
from virality.training.approach import Near, near_minimum

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.line import Slope
    from virality.training.problem import Problem

_ROUGH = 2e-6
_CLOSE = 2.0
_NOTHING = 1e-12
_MANY_UNKNOWNS = 128


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
    near, least = near_minimum(problem), float(problem.penalty[:-1].min(initial=1.0))
    if near is None and len(problem.origin) > _MANY_UNKNOWNS and least > 0:
        near = Near(problem.origin, problem.metric(), 0, problem.movement)
    if near is None:
        return _by_newton(problem, problem.origin, tolerance, norm)
    sampled = near.sampled
    if least == 0:
        return replace(_from(near.x, problem, tolerance, norm), sampled=sampled)

    def judged(gradient: Floats) -> float:
        distance = float(np.linalg.norm(gradient)) / least
        return max(norm(gradient), tolerance * distance / FADED)

    found = refine(
        _Sharpening(problem, lambda gradient: judged(gradient) / tolerance),
        near.x,
        near.solve,
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
    excess
        How often a gradient (d,) is as large as it may be in the end.
    """

    def __init__(self, problem: Problem, excess: Callable[[Floats], float]) -> None:
        self._exact, self._rough, self._excess = problem, problem.rough, excess
        self._far = [np.inf, np.inf]

    def __call__(self, x: Floats) -> Slope:
        """Value and gradient; a step is taken to bring the gradient down as the last one did."""
        before, last = self._far[-2:]
        shrinks = min(last / before, 1.0) if np.isfinite(before) else 1.0
        if last * shrinks > 1.0:
            found = self._rough.slope(x)
            if self._noted(found) > 1.0:
                return found
        found = self._exact.slope(x)
        self._noted(found)
        return found

    def _noted(self, found: Slope) -> float:
        """Note how far a gradient is from where only the exact form tells more."""
        gradient = found.gradient
        self._far.append(min(largest(gradient) / _ROUGH, self._excess(gradient) / _CLOSE))
        return self._far[-1]


def _from(x: Floats, problem: Problem, tolerance: float, norm: Callable[[Floats], float]) -> Solved:
    """Go on by Newton's method from a point, or from the origin where that leads nowhere."""
    try:
        return _by_newton(problem, x, tolerance, norm)
    except NotConvergedError:
        return _by_newton(problem, problem.origin, tolerance, norm)


def _by_newton(
    problem: Problem, start: Floats, tolerance: float, norm: Callable[[Floats], float]
) -> Solved:
    found = minimise(problem.at, start, tolerance=tolerance, ruler=Ruler(norm, problem.movement))
    return Solved(found.x, found.value, found.gradient_norm, found.iterations)
