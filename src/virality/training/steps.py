r"""One step of Fisher scoring for the ordered link, with a penalty on every coefficient.

The direction solves H d = -g with H the expected Hessian. What earlier steps have shown of the
actual one may correct it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from virality.model.newton import newton_direction
from virality.model.ordered import Information, Link, information, loss
from virality.model.secant import corrected
from virality.scale import Summable, blocks_of, fold
from virality.training.blocks import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from virality.arrays import Floats, Ints
    from virality.model.secant import Pair
    from virality.scale import Mapper

S = TypeVar("S", bound=Summable)

_BLOCK = 1024
_HALVINGS = 30
_CUTS = 1e-4
_ARMIJO = 1e-4
_ROUND_OFF = 1e-12


class Rows(ABC):
    """Rows to fit, wherever they are.

    Attributes
    ----------
    parts
        (q,) number of the penalised part each of their columns belongs to.
    effect
        How many rows count as one, at least 1.
    """

    parts: Ints
    effect: float

    @property
    @abstractmethod
    def total(self) -> float:
        """Sum of all weights."""

    @abstractmethod
    def fold(self, function: Callable[[Block], S], size: int) -> S:
        """Add up what a function gives for blocks of at most ``size`` rows, in their order."""

    @property
    def count(self) -> int:
        """How many parts there are."""
        return int(self.parts.max(initial=-1)) + 1

    def by_part(self, values: Floats) -> Floats:
        """Sum over the columns of each part, (3, q) -> (3, parts)."""
        return np.stack([np.bincount(self.parts, row, self.count) for row in values])


@dataclass(frozen=True)
class Design(Rows):
    """Rows that are held, as columns.

    Attributes
    ----------
    B
        (n, q) columns of all features.
    parts
        (q,) number of the penalised part each column belongs to.
    y
        (n,) cells 0..C-1.
    weight
        (n,) row weights.
    effect
        How many rows count as one, at least 1.
    executor
        Where passes over the rows run; None is here.
    """

    B: Floats
    parts: Ints
    y: Ints
    weight: Floats
    effect: float
    executor: Mapper | None = None

    @property
    def total(self) -> float:
        """Sum of all weights."""
        return float(self.weight.sum())

    def fold(self, function: Callable[[Block], S], size: int) -> S:
        """Add up what a function gives for blocks of at most ``size`` rows, in their order."""

        def some(rows: slice) -> S:
            return function(Block(self.B[rows], self.y[rows], self.weight[rows]))

        return fold(some, blocks_of(len(self.y), size), self.executor)


@dataclass(frozen=True)
class State:
    """Where a fit stands.

    Attributes
    ----------
    link
        The cuts.
    coef
        (3, q) coefficients.
    penalty
        (3, parts) of each part; infinite for a part that is left out.
    objective
        Mean penalised loss, in nats.
    gradient_norm
        Largest entry of its gradient at the start of the last step.
    steps
        Steps taken so far.
    """

    link: Link
    coef: Floats
    penalty: Floats
    objective: float = np.inf
    gradient_norm: float = np.inf
    steps: int = 0

    @property
    def point(self) -> Floats:
        """Cuts and coefficients in one row, (C - 1 + 3 q,)."""
        return np.concatenate([self.link.cuts, self.coef.ravel()])

    def moved(self, point: Floats) -> State:
        """Stand at another point."""
        count = len(self.link.cuts)
        link = replace(self.link, cuts=point[:count])
        return replace(self, link=link, coef=point[count:].reshape(self.coef.shape))


def _without_left_out(design: Rows, state: State) -> State:
    """Set the coefficients of parts that are left out to 0."""
    return replace(state, coef=np.where(np.isinf(state.penalty[:, design.parts]), 0.0, state.coef))


@dataclass(frozen=True)
class Work:
    """What one step needs, for the parameters that are not left out.

    Attributes
    ----------
    free
        Numbers of these parameters among all.
    penalty
        (d,) of each; that of the cuts only keeps them finite where rows are determined.
    value
        Penalised loss, in rows.
    gradient, hessian
        Of it; the Hessian is the expected one.
    """

    design: Rows
    state: State
    free: Ints
    penalty: Floats
    value: float
    gradient: Floats
    hessian: Floats

    @classmethod
    def at(cls, design: Rows, state: State) -> Work:
        """Sum over all rows."""
        state = _without_left_out(design, state)
        wide = state.penalty[:, design.parts]
        kept = np.isfinite(wide)
        cuts = len(state.link.cuts)
        free = np.concatenate([np.arange(cuts), cuts + np.flatnonzero(kept.ravel())])
        penalty = np.concatenate([np.full(cuts, _CUTS), wide[kept]])
        total = design.fold(partial(_information, state, kept), _BLOCK)
        point = state.point[free]
        hessian = total.hessian / design.effect
        hessian[np.diag_indices_from(hessian)] += penalty
        return cls(
            design,
            state,
            free,
            penalty,
            total.loss / design.effect + float(penalty @ point**2) / 2,
            total.gradient / design.effect + penalty * point,
            hessian,
        )

    @property
    def point(self) -> Floats:
        """The parameters that are not left out, (d,)."""
        return self.state.point[self.free]

    @property
    def scale(self) -> float:
        """Total weight, in rows that count."""
        return self.design.total / self.design.effect

    @property
    def norm(self) -> float:
        """Largest entry of the mean loss's gradient."""
        return float(np.abs(self.gradient).max()) / self.scale

    def step(self, seen: Sequence[Pair] = ()) -> State:
        """Take one step of scoring, as far as it helps.

        Parameters
        ----------
        seen
            Earlier steps and what they changed of the gradient, for given penalties.
        """
        direction = self._direction(seen)
        slope = float(self.gradient @ direction)
        done = replace(self.state, gradient_norm=self.norm, steps=self.state.steps + 1)
        size = 1.0
        for _ in range(_HALVINGS):
            trial = self._moved(done, size * direction)
            if trial is not None:
                value = self._objective(trial)
                if value <= self.value + _ARMIJO * size * slope + _ROUND_OFF * abs(self.value):
                    return replace(trial, objective=value / self.scale)
            size /= 2
        return replace(done, objective=self.value / self.scale)

    def _direction(self, seen: Sequence[Pair]) -> Floats:
        """Where to go: by the expected Hessian, corrected by what was seen of the actual one."""
        return corrected(self.gradient, seen, lambda v: -newton_direction(self.hessian, v))

    def freedom(self) -> Floats:
        """Effective number of coefficients of each part, (3, parts): its size less what is held."""
        held = self.design.by_part(np.diag(self.covariance()).reshape(3, -1))
        sizes = self.design.by_part(np.ones_like(self.state.coef))
        known = np.isfinite(self.state.penalty)
        held = np.where(known, np.where(known, self.state.penalty, 0.0) * held, sizes)
        freedom: Floats = np.maximum(sizes - held, 0.0)
        return freedom

    def covariance(self) -> Floats:
        """Inverse of the Hessian, for the coefficients row by row: (3 q, 3 q)."""
        cuts = len(self.state.link.cuts)
        free = self.free[cuts:] - cuts
        covariance = np.zeros((self.state.coef.size, self.state.coef.size))
        covariance[np.ix_(free, free)] = np.linalg.inv(self.hessian)[cuts:, cuts:]
        return covariance

    def _moved(self, state: State, step: Floats) -> State | None:
        """Move along a step; None when cuts would cross."""
        point = state.point
        point[self.free] += step
        count = len(state.link.cuts)
        return None if (np.diff(point[:count]) <= 0).any() else state.moved(point)

    def _objective(self, state: State) -> float:
        design = self.design
        total = design.fold(partial(_loss, state), 4 * _BLOCK)
        return total / design.effect + float(self.penalty @ state.point[self.free] ** 2) / 2


def _information(state: State, kept: NDArray[np.bool_], block: Block) -> Information:
    first, second, third = (np.ascontiguousarray(block.X[:, one]) for one in kept)
    predictors = block.X @ state.coef.T
    return information(state.link, (first, second, third), predictors, block.y, block.weight)


def _loss(state: State, block: Block) -> float:
    return loss(state.link, block.X @ state.coef.T, block.y, block.weight)
