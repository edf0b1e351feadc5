r"""Newton's method with a backtracking line search, for a smooth convex function.

The solver sees a callable and nothing else: not the data, not how its sums are made.

At each point x the direction d solves :math:`H d = -g`. The step t is halved from 1 until
:math:`f(x + t d) \le f(x) + 10^{-4} t\, g^\top d + \epsilon`, where :math:`\epsilon` is the
round-off of f, which grows with the numbers that f is made of: near the optimum the decrease that
Newton's method promises is smaller than f can resolve, and there a step is judged by whether it
shortens the gradient instead.
A small step, or a small decrease, is never taken for convergence: only a small gradient is.

References
----------
Nocedal, J. and Wright, S. (2006). *Numerical Optimization*, 2nd ed., chapter 3. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats


_ARMIJO = 1e-4
_HALVINGS = 50
_FADED = 1e-2
_PER_TOLERANCE = 10.0
_POLISHING = 3
_ROUND_OFF = 16 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Point:
    """A point with the function's value, gradient (d,) and Hessian (d, d) there."""

    x: Floats
    value: float
    gradient: Floats
    hessian: Floats


@dataclass(frozen=True)
class Minimum:
    """Where the search ended, and the evidence that it is a minimum.

    Attributes
    ----------
    x
        (d,) the minimiser.
    value
        The function there.
    gradient_norm
        The norm that was asked to be small, there.
    iterations
        Newton steps taken.
    """

    x: Floats
    value: float
    gradient_norm: float
    iterations: int


def largest(gradient: Floats) -> float:
    """Largest absolute entry."""
    return float(np.abs(gradient).max())


def minimise(
    evaluate: Callable[[Floats], Point],
    start: Floats,
    *,
    tolerance: float = 1e-6,
    norm: Callable[[Floats], float] = largest,
    movement: Callable[[Floats], float] = lambda _: 0.0,
    most_iterations: int = 200,
) -> Minimum:
    """Find the minimum of a smooth convex function.

    Parameters
    ----------
    evaluate
        Gives value, gradient and Hessian at a point (d,).
    start
        (d,) where to begin.
    tolerance
        The search ends when ``norm(gradient)`` is at most this, and the next step would move at
        most ten times this; or at most 0.01, after three more steps or where none helps any more.
    norm
        How the gradient is measured.
    movement
        How much a step (d,) would move what matters. On the way to a minimum that lies at infinity
        the gradient fades too, but the steps do not.
    most_iterations
        Newton steps allowed.

    Raises
    ------
    NotConvergedError
        When the tolerance is not reached: too many steps, or no further progress in float64.
    """
    point, polished = evaluate(start), 0
    for iteration in range(most_iterations + 1):
        size = norm(point.gradient)
        direction = newton_direction(point.hessian, point.gradient)
        moved = movement(direction)
        reached = size <= tolerance and moved <= _FADED
        enough = moved <= _PER_TOLERANCE * tolerance or polished == _POLISHING
        noise = _ROUND_OFF * max(1.0, abs(point.value), movement(point.x))
        following = None if reached and enough else _step(evaluate, point, direction, norm, noise)
        if reached and following is None:
            return Minimum(point.x, point.value, size, iteration)
        if following is None:
            break
        point, polished = following, polished + reached
    raise NotConvergedError(
        f"no optimum was reached: the gradient norm stands at {size:.2e} after {iteration} Newton "
        f"steps, with a tolerance of {tolerance:.0e}, and the steps do not fade",
        remedy="raise l2; without a penalty, classes that can be separated have no optimum",
    )


def _step(
    evaluate: Callable[[Floats], Point],
    point: Point,
    direction: Floats,
    norm: Callable[[Floats], float],
    noise: float,
) -> Point | None:
    """Go as far along a direction as helps, beyond the value's noise; None when no step does."""
    slope = float(point.gradient @ direction)
    size = 1.0
    for _ in range(_HALVINGS):
        trial = evaluate(point.x + size * direction)
        decrease = point.value - trial.value
        if decrease >= -_ARMIJO * size * slope and decrease > noise:
            return trial
        if abs(decrease) <= noise and norm(trial.gradient) < norm(point.gradient):
            return trial
        size /= 2
    return None


def newton_direction(hessian: Floats, gradient: Floats) -> Floats:
    """Solve H d = -g, with as little damping as makes H positive definite.

    Parameters
    ----------
    hessian
        (d, d) symmetric, positive semi-definite up to round-off.
    gradient
        (d,).

    Returns
    -------
    (d,) a direction of descent.

    Raises
    ------
    NotConvergedError
        When the Hessian holds numbers that are not finite, or is far from positive semi-definite.
    """
    if not np.isfinite(hessian).all():
        raise NotConvergedError(
            "the curvature overflowed", remedy="bring the columns to similar scales"
        )
    scale = float(np.trace(hessian)) / len(hessian) or 1.0
    for damping in (0.0, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6):
        damped = hessian + damping * scale * np.eye(len(hessian))
        try:
            factor = np.linalg.cholesky(damped)
        except np.linalg.LinAlgError:
            continue
        direction: Floats = -np.linalg.solve(factor.T, np.linalg.solve(factor, gradient))
        return direction
    raise NotConvergedError(
        "the curvature has faded into round-off", remedy="raise l2, or give more varied rows"
    )
