r"""Newton's method with a backtracking line search, for a smooth convex function.

The solver sees a callable and nothing else: not the data, not how its sums are made.

At each point x the direction d solves :math:`H d = -g`.
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
from virality.model.line import FADED, Minimum, Ruler, Slope, go

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from virality.arrays import Floats


_PER_TOLERANCE = 10.0
_POLISHING = 3
_STUCK = 0.1
"""Where no step helps any more, what is left of one is round-off; towards infinity it is near 1."""
_PLAIN = Ruler()


@dataclass(frozen=True)
class Point(Slope):
    """A point with the function's value, gradient (d,) and Hessian (d, d) there."""

    hessian: Floats


@dataclass(frozen=True)
class Optimum(Minimum):
    """A minimum with the Hessian (d, d) there."""

    hessian: Floats


def minimise(
    evaluate: Callable[[Floats], Point],
    start: Floats,
    *,
    tolerance: float = 1e-6,
    ruler: Ruler = _PLAIN,
    most_iterations: int = 200,
    bounded: bool = False,
) -> Optimum:
    """Find the minimum of a smooth convex function.

    Parameters
    ----------
    evaluate
        Gives value, gradient and Hessian at a point (d,).
    start
        (d,) where to begin.
    tolerance
        The search ends when the gradient's size is at most this, and the next step would move at
        most ten times this; or at most 0.01 after three more steps, or 0.1 where none helps any
        more.
    ruler
        How gradients, steps and values are measured.
    most_iterations
        Newton steps allowed.
    bounded
        Whether the minimum is known not to lie at infinity. Then a small gradient is enough.

    Raises
    ------
    NotConvergedError
        When the tolerance is not reached: too many steps, or no further progress in float64.
    """
    point, polished = evaluate(start), 0
    for iteration in range(most_iterations + 1):
        size = ruler.norm(point.gradient)
        if bounded and size <= tolerance:
            return Optimum(point.x, point.value, size, iteration, point.hessian)
        direction = newton_direction(point.hessian, point.gradient)
        moved = ruler.movement(direction) if size <= tolerance else np.inf
        reached = moved <= FADED
        enough = moved <= _PER_TOLERANCE * tolerance or polished == _POLISHING
        following = None if reached and enough else go(evaluate, point, direction, ruler)
        if following is None and moved <= _STUCK:
            return Optimum(point.x, point.value, size, iteration, point.hessian)
        if following is None:
            break
        point, polished = following, polished + reached
    raise NotConvergedError(
        f"no optimum was reached: the gradient norm stands at {size:.2e} after {iteration} Newton "
        f"steps, with a tolerance of {tolerance:.0e}, and the steps do not fade",
        remedy="raise l2; without a penalty, classes that can be separated have no optimum",
    )


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
    return -_solved(hessian, lambda damped, _: _float64(np.linalg.solve(damped, gradient)))


def solver(hessian: Floats) -> Callable[[Floats], Floats]:
    """Prepare H^-1 v for many vectors v (d,); parameters and errors of :func:`newton_direction`."""
    root = _solved(hessian, lambda _, factor: _float64(np.linalg.inv(factor)))
    return lambda vector: root.T @ (root @ vector)


def _solved(hessian: Floats, solve: Callable[[Floats, Floats], Floats]) -> Floats:
    """Solve with a Hessian, damped as far as it takes, and its Cholesky factor."""
    if not np.isfinite(hessian).all():
        raise NotConvergedError(
            "the curvature overflowed", remedy="bring the columns to similar scales"
        )
    for damping in (0.0, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6):
        damped = _raised(hessian, damping) if damping else hessian
        try:
            return solve(damped, _float64(np.linalg.cholesky(damped)))
        except np.linalg.LinAlgError:
            continue
    raise NotConvergedError(
        "the curvature has faded into round-off", remedy="raise l2, or give more varied rows"
    )


def _float64(array: NDArray[np.floating]) -> Floats:
    return np.asarray(array, dtype=np.float64)


def _raised(hessian: Floats, damping: float) -> Floats:
    """Raise the diagonal by so much of its mean."""
    scale = float(np.trace(hessian)) / len(hessian) or 1.0
    raised: Floats = hessian + damping * scale * np.eye(len(hessian))
    return raised
