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
ROUND_OFF = 16 * float(np.finfo(float).eps)


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


@dataclass(frozen=True)
class Ruler:
    """How gradients, steps and values are measured.

    Attributes
    ----------
    norm
        How large a gradient (d,) is.
    movement
        How much a step (d,) would move what matters. On the way to a minimum that lies at infinity
        the gradient fades too, but the steps do not.
    resolution
        Round-off of a value, relative to the numbers that it is made of.
    """

    norm: Callable[[Floats], float] = largest
    movement: Callable[[Floats], float] = lambda _: 0.0
    resolution: float = ROUND_OFF

    def blur(self, point: Slope) -> float:
        """Tell what a value cannot resolve: its round-off, and that of what it is made of."""
        return self.resolution * max(1.0, abs(point.value), self.movement(point.x))


def go(
    evaluate: Callable[[Floats], S],
    point: S,
    direction: Floats,
    ruler: Ruler,
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
    ruler
        How gradients are measured, and what values cannot resolve; it is asked the latter only
        where a decrease is so small that it may matter.
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
        unresolved = ruler.blur(point)
        if enough and decrease > unresolved:
            return trial
        if abs(decrease) <= unresolved and ruler.norm(trial.gradient) < ruler.norm(point.gradient):
            return trial
        size /= 2
    return None
