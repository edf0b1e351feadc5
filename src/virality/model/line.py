r"""Going along a direction as far as it helps, for a smooth convex function.

The step t is halved from 1 until
:math:`f(x + t d) \le f(x) + 10^{-4} t\, g^\top d + \epsilon`, where :math:`\epsilon` is the
round-off of f, which grows with the numbers that f is made of: near the optimum the decrease that
a good direction promises is smaller than f can resolve, and there a step is judged by whether it
shortens the gradient instead.

References
----------
Nocedal, J. and Wright, S. (2006). *Numerical Optimization*, 2nd ed., chapter 3. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats

FADED = 1e-2
_ARMIJO = 1e-4
_HALVINGS = 50
_CLEAR = 1e-6
_ROUND_OFF = 16 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Slope:
    """A point (d,) with the function's value and gradient (d,) there."""

    x: Floats
    value: float
    gradient: Floats


S = TypeVar("S", bound=Slope)


@dataclass(frozen=True)
class Minimum:
    """Where a search ended, and the evidence that it is a minimum.

    Attributes
    ----------
    x
        (d,) the minimiser.
    value
        The function there.
    gradient_norm
        The norm that was asked to be small, there.
    iterations
        Steps taken.
    """

    x: Floats
    value: float
    gradient_norm: float
    iterations: int


def largest(gradient: Floats) -> float:
    """Largest absolute entry."""
    return float(np.abs(gradient).max())


def blur(point: Slope, movement: Callable[[Floats], float]) -> float:
    """Tell what a value cannot resolve: round-off of it, and of the numbers that it is made of."""
    return _ROUND_OFF * max(1.0, abs(point.value), movement(point.x))


def go(
    evaluate: Callable[[Floats], S],
    point: S,
    direction: Floats,
    norm: Callable[[Floats], float],
    noise: Callable[[], float],
    halvings: int = _HALVINGS,
) -> S | None:
    """Go as far along a direction as helps, beyond the value's noise; None when no step does.

    Parameters
    ----------
    evaluate
        Gives the function at a point (d,).
    point
        Where to begin.
    direction
        (d,) downhill.
    norm
        How the gradient is measured.
    noise
        Gives what the function's value cannot resolve; asked only where a decrease is so small
        that it may matter.
    halvings
        How often the step may be halved.
    """
    slope = float(point.gradient @ direction)
    clear = _CLEAR * max(1.0, abs(point.value))
    size = 1.0
    for _ in range(halvings):
        trial = evaluate(point.x + size * direction)
        decrease = point.value - trial.value
        enough = decrease >= -_ARMIJO * size * slope
        if enough and decrease > clear:
            return trial
        unresolved = noise()
        if enough and decrease > unresolved:
            return trial
        if abs(decrease) <= unresolved and norm(trial.gradient) < norm(point.gradient):
            return trial
        size /= 2
    return None
