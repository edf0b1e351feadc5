r"""Minimising with a curvature that is known already, at the price of a gradient a step.

A Hessian H from near the minimum, or from a sample of the rows, is close to the true one, so
:math:`d = -H^{-1} g` is close to Newton's step; one from further away still has the columns' sizes
and correlations. What steps and gradients show of the difference
corrects it, by limited-memory BFGS with :math:`H^{-1}` in the middle.

References
----------
Nocedal, J. and Wright, S. (2006). *Numerical Optimization*, 2nd ed., algorithm 7.4. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.model.line import Minimum, Ruler, Slope, go

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.arrays import Floats

    Pair = tuple[Floats, Floats]

_MEMORY = 20
_MOST_STEPS = 60
_HALVINGS = 8
_CREEPING = 0.7
_PATIENCE = 5
_PLAIN = Ruler()


def corrected(gradient: Floats, seen: Sequence[Pair], solve: Callable[[Floats], Floats]) -> Floats:
    """Correct a direction by what earlier steps have shown.

    Parameters
    ----------
    gradient
        (d,) where the step begins.
    seen
        Steps (d,) and the changes (d,) of the gradient that they brought, the latest last; the
        product of the two is positive.
    solve
        Gives H^-1 times a vector (d,).

    Returns
    -------
    (d,) the direction; that of ``solve`` alone where the correction would lead uphill.
    """
    left, parts = gradient.copy(), []
    for moved, changed in reversed(seen):
        part = float(moved @ left) / float(moved @ changed)
        left -= part * changed
        parts.append(part)
    found = solve(left)
    for (moved, changed), part in zip(seen, reversed(parts), strict=True):
        found += moved * (part - float(changed @ found) / float(moved @ changed))
    return -found if float(found @ gradient) > 0 else -solve(gradient)


@dataclass(frozen=True)
class Refined(Minimum):
    """Where refining ended, with the gradient (d,) there."""

    gradient: Floats


def refine(
    evaluate: Callable[[Floats], Slope],
    start: Floats,
    solve: Callable[[Floats], Floats],
    *,
    tolerance: float,
    ruler: Ruler = _PLAIN,
) -> Refined:
    """Go on from a point near the minimum.

    Parameters
    ----------
    evaluate
        Gives value and gradient at a point (d,).
    start
        (d,) where to begin.
    solve
        Gives H^-1 times a vector (d,), H a curvature near there, symmetric and positive definite.
    tolerance
        The search ends when the gradient's size is at most this.
    ruler
        How gradients, steps and values are measured.

    Returns
    -------
    The best point that was reached. Its ``gradient_norm`` tells whether the tolerance was; where it
    was not, the curvature does not suit, and another method goes on from there. A gradient can also
    fade on the way to a minimum at infinity, which only the curvature at that point can tell.
    """
    seen: list[Pair] = []
    point = evaluate(start)
    size, steps, creeping = ruler.norm(point.gradient), 0, 0
    while size > tolerance and creeping < _PATIENCE and steps < _MOST_STEPS:
        direction = corrected(point.gradient, seen[-_MEMORY:], solve)
        following = go(evaluate, point, direction, ruler, _HALVINGS)
        if following is None:
            break
        pair = (following.x - point.x, following.gradient - point.gradient)
        if float(pair[0] @ pair[1]) > 0:
            seen.append(pair)
        before, size = size, ruler.norm(following.gradient)
        creeping = creeping + 1 if size > _CREEPING * before else 0
        point, steps = following, steps + 1
    return Refined(point.x, point.value, size, steps, point.gradient)
