r"""Fitting the additive model: penalised likelihood, the penalties found from the data as they go.

Every effect of every predictor has a penalty of its own on its straight part, on its wiggles and on
its value where the feature is unknown. They follow from the generalised Fellner-Schall update,

.. math:: \lambda \leftarrow \frac{q - \lambda\, \mathrm{tr}(H^{-1}_{jj})}{\|\beta_j\|^2},

which climbs the Laplace approximation of the marginal likelihood. The log-likelihood is divided by
a *design effect*: rows of one account resemble each other, and count for less than their number.
Penalties have a least value, so that rows which the features determine keep their optimum from
running to infinity.

References
----------
Wood, S. and Fasiolo, M. (2017). A generalized Fellner-Schall method for smoothing parameter
optimization. *Biometrics* 73, 1071-1081.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import NotConvergedError
from virality.threads import one_blas_thread, workers
from virality.training.steps import State, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.ordered import Link
    from virality.model.secant import Pair
    from virality.training.steps import Design, Rows

_ROUNDS = 40
_MOST_ROWS = 20_000
_WORTH_SHARING = 4096
_TRIAL_ROUNDS = 8
_POLISH = 200
_MEMORY = 10
_FIRST = np.array([[1.0], [10.0], [100.0]])
_LOOSEST = np.array([[1e-2], [3.0], [3.0]])
_SETTLED = 0.1
_NOTHING = 0.005
TOLERANCE = 1e-6
_TINY = 1e-12


@dataclass(frozen=True)
class Optimum:
    """Where a fit ended, and how far off that may be.

    Attributes
    ----------
    state
        Cuts, coefficients and penalties.
    covariance
        (3 q, 3 q) of the coefficients row by row, given the penalties: the inverse of the expected
        penalised Hessian; 0 for a part that is left out.
    """

    state: State
    covariance: Floats


def fit(design: Design, link: Link) -> Optimum:
    """Fit cuts, coefficients and penalties.

    Parameters
    ----------
    design
        The rows.
    link
        Cuts to start from, the shares and the lapse.

    Raises
    ------
    NotConvergedError
        When the gradient does not vanish.
    """
    with one_blas_thread(), workers(len(design.y), _WORTH_SHARING) as executor:
        shared = replace(design, executor=executor)
        return polished(shared, _with_penalties(_sampled(shared), link))


def _sampled(design: Design) -> Design:
    """Take a random part of very many rows: penalties are found on it, coefficients on all."""
    if len(design.y) <= _MOST_ROWS:
        return design
    drawn = np.random.default_rng(0).permutation(len(design.y))[:_MOST_ROWS]
    rows = np.sort(drawn)
    return replace(design, B=design.B[rows], y=design.y[rows], weight=design.weight[rows])


def _with_penalties(design: Design, link: Link) -> State:
    """Find the penalties, taking one step of the coefficients for each step of theirs."""
    state = State(link, np.zeros((3, design.B.shape[1])), _FIRST * np.ones((3, design.count)))
    freedom = np.full(state.penalty.shape, np.inf)
    for number in range(_ROUNDS):
        work = Work.at(design, state)
        state = work.step()
        following = work.freedom()
        lengths = design.by_part(state.coef**2)
        penalty = np.maximum(following / np.maximum(lengths, _TINY), _LOOSEST)
        if number >= _TRIAL_ROUNDS:
            penalty[following < _NOTHING] = np.inf
        state = replace(state, penalty=penalty)
        settled = np.abs(following - freedom).max(initial=0.0) <= _SETTLED
        if number >= _TRIAL_ROUNDS and settled:
            break
        freedom = following
    return state


def polished(
    design: Rows, state: State, told: Callable[[Work], object] = lambda _: None
) -> Optimum:
    """Solve for given penalties.

    Where rows are nearly determined, the expected Hessian differs from the actual one and scoring
    alone crawls; what gradients and steps have shown of the actual one corrects it.

    Parameters
    ----------
    design
        The rows.
    state
        Where to start.
    told
        Told of each point.

    Raises
    ------
    NotConvergedError
        When the gradient does not vanish.
    """
    work = Work.at(design, state)
    seen: list[Pair] = []
    for _ in range(_POLISH):
        told(work)
        if work.norm <= TOLERANCE:
            ended = replace(work.state, gradient_norm=work.norm, objective=work.value / work.scale)
            return Optimum(ended, work.covariance())
        following = Work.at(design, work.step(seen[-_MEMORY:]))
        pair = (following.point - work.point, following.gradient - work.gradient)
        if float(pair[0] @ pair[1]) > 0:
            seen.append(pair)
        work = following
    raise NotConvergedError(
        f"the gradient norm stands at {work.norm:.2e} after {work.state.steps} steps",
        remedy="give more, or more varied, videos",
    )
