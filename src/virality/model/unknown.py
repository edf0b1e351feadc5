r"""Probabilities when only some of a model's inputs are known.

With only the inputs in a set S known, the answer is the expectation of the full model f over what
the others may be, given what is known:

.. math:: q(x_S) = E[f(x) \mid x_S]
   :label: average

The expectation is taken over the training population as :mod:`virality.model.copula` describes it:
the unknown scores are Gaussian given the known ones, and a fixed set of evenly spread nodes, turned
back into raw values, carries out the average. A model that has learned what it means that an input
is missing answers the gaps that were common in training by itself; in the average for other sets
they occur as often as they did in training.

The description is an approximation, so the average may be a little off for a set that says little.
It is corrected by the smallest change, in Kullback-Leibler divergence with a ridge, that restores
what is known exactly of the training data: the tiers' shares, and their mean scores on S,

.. math:: \log p_k(x_S) = \log q_k(x_S) + a_k + c_k^\top z_S - \text{normaliser},

which are the very equations that a softmax refitted on S satisfies. The ridge grows as S leaves
less undecided, so that the correction fades where the average is nearly the full model. Cells finer
than the tiers move in proportion with their tier.

Nothing known gives the training shares exactly, and everything known the full model exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from virality.model.conditional import condition, typical
from virality.model.copula import drawn_in
from virality.model.gaussian import patterns
from virality.model.softmax import softmax
from virality.model.tilt import fit_tilt

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.model.averages import Ordered, Softmax
    from virality.model.cells import Cells
    from virality.model.conditional import Conditional
    from virality.model.gaussian import Bools
    from virality.model.population import Population

_NODES = 128
_NODES_OF_THE_UNSURE = 64
_UNSURE = 0.5
_POINTS = 384
_COARSE = 32
_PROBES = 16
_STEP = 0.5
_RIDGE = 0.1
_TRUST_SLOPE = 10.0
_TINY = 1e-12
_CHUNK = 128
_PART = 4096
_MOST_PLANS = 512


class Full(Protocol):
    """A model of all p inputs, as what is averaged."""

    @property
    def layout(self) -> Cells:
        """The C cells that it gives probabilities of."""

    @property
    def gaps(self) -> bool:
        """Whether it answers rows with gaps that were common in training by itself."""

    def cells(self, X: Floats) -> Floats:
        """Give the probabilities (n, C) of rows (n, p)."""

    def part(self, feature: int, values: Floats) -> Floats:
        """Give what values (n,) of one feature add to the D predictors, (n, D)."""

    def doubts(self, feature: int, values: Floats) -> Floats | None:
        """Give how far off what values (n,) of one feature add may be, (r, n, D), if told."""

    def expected(self, predictors: Floats, worth: Floats) -> Floats:
        """Average the tiers' worth (K,) at sums (n, D) of all features' parts: (n,)."""

    def tiers(self, predictors: Floats) -> Floats:
        """Give the probabilities (n, K) of sums (n, D) of all features' parts."""


@dataclass(frozen=True)
class Plan:
    r"""What depends on the known set alone.

    Attributes
    ----------
    conditional
        What the unknown inputs may be.
    undecided
        What the set leaves open on average, as a share of what the prior does: 1 is everything.
    tilt
        (K, \|S\| + 1) coefficients c and a of the correction.
    """

    conditional: Conditional
    undecided: float
    tilt: Floats


@dataclass(frozen=True)
class Marginal:
    """A full model over a population: P(cell | what is known).

    Attributes
    ----------
    population
        Of the training data.
    full
        The model of all inputs.
    """

    population: Population
    full: Full
    _plans: dict[bytes, Plan] = field(default_factory=dict, repr=False, compare=False)

    def cells(self, X: Floats) -> Floats:
        """Give P(cell | known inputs), (n, C), for X (n, p) in which NaN is unknown."""
        result = np.empty((len(X), len(self.full.layout.tier)))
        for pattern, rows in patterns(~np.isnan(X)):
            result[rows] = self._alike(X[rows], pattern)
        return result

    def _alike(self, X: Floats, pattern: Bools) -> Floats:
        """Probabilities of rows that share one known set.

        A column that never varied in training has its one value, known or not.
        """
        copula = self.population.copula
        known = copula.varying[pattern[copula.varying]]
        if len(known) == 0:
            return np.tile(self.full.layout.usual(self.population.prior), (len(X), 1))
        if self.full.gaps and self.population.gaps.had(pattern):
            return self.full.cells(X)
        filled = np.where(pattern, X, copula.knots[:, 0])
        if len(known) == len(copula.varying):
            return self.full.cells(filled)
        key = pattern.tobytes()
        plan = self._plans.get(key)
        if plan is None:
            plan = self.plan(known)
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            self._plans[key] = plan
        work = len(X) * len(plan.conditional.nodes) * len(self.full.layout.tier)
        from virality.model.averages import pays  # noqa: PLC0415  few rows lack inputs

        if pays(work) and self._looked_up is not None:
            return np.vstack([self._planned(part, plan, fast=True) for part in _parts(filled)])
        return np.vstack([self._planned(part, plan) for part in _chunks(filled)])

    def _planned(self, filled: Floats, plan: Plan, *, fast: bool = False) -> Floats:
        layout, known = self.full.layout, plan.conditional.known
        scores = self.population.copula.encode(filled[:, known], known)
        if fast and self._looked_up is not None:
            centre = plan.conditional.centre(scores)
            average = self._looked_up.average(filled, centre, plan.conditional)
        else:
            average = self._average(filled, plan.conditional)
        logits = _offset(layout.summed(average), plan.undecided, self.population.prior)
        logits += drawn_in(scores) @ plan.tilt[:, :-1].T + plan.tilt[:, -1]
        return layout.moved(average, softmax(logits))

    @cached_property
    def _looked_up(self) -> Softmax | Ordered | None:
        from virality.model.averages import looked_up  # noqa: PLC0415  few rows lack inputs

        return looked_up(self.full, self.population.copula)

    def _average(self, filled: Floats, conditional: Conditional) -> Floats:
        """Average the full model over the nodes: (n, C) of rows (n, p)."""
        cells = self.full.cells(conditional.rows(filled))
        average: Floats = cells.reshape(len(filled), -1, cells.shape[1]).mean(axis=1)
        return average

    def plan(self, known: Ints) -> Plan:
        """Prepare a known set: its nodes, and its correction fitted on points of the population."""
        population, gaps = self.population, self.full.gaps
        filled = typical(population, known, _POINTS)
        coarse = self.conditional(known, _COARSE, gaps=gaps)
        average = self.full.layout.summed(
            np.vstack([self._average(part, coarse) for part in _chunks(filled)])
        )
        undecided = _undecided(average, population.prior)
        means = np.column_stack([population.class_means[:, known], np.ones(len(population.prior))])
        target = population.prior[:, None] * means
        scores = population.copula.moderate(filled[:, known], known)
        scores = scores - scores.mean(axis=0) + target[:, :-1].sum(axis=0)
        tilt = fit_tilt(
            _offset(average, undecided, population.prior), scores, target, _RIDGE / undecided**2
        )
        return Plan(self.conditional(known, self._size, gaps=gaps), undecided, tilt)

    def examples(self, pattern: Bools, size: int) -> Callable[[Floats], Floats]:
        """Say what the rows of one known set may look like in full.

        Parameters
        ----------
        pattern
            (p,) which inputs are known.
        size
            M.

        Returns
        -------
        What turns such rows (n, p) into examples (n, M, p), or (n, 1, p) where the model answers
        them as they are.
        """
        copula = self.population.copula
        known = copula.varying[pattern[copula.varying]]
        usual = copula.knots[:, 0]
        if len(known) == len(copula.varying):
            return lambda X: np.where(pattern, X, usual)[:, None, :]
        if self.full.gaps and self.population.gaps.had(pattern):
            return lambda X: X[:, None, :]
        conditional = self.conditional(known, size, gaps=self.full.gaps)
        return lambda X: conditional.rows(np.where(pattern, X, usual)).reshape(len(X), size, -1)

    def conditional(self, known: Ints, size: int, *, gaps: bool) -> Conditional:
        """Say by some nodes what the inputs outside of a known set of varying columns may be.

        Parameters
        ----------
        known
            Column numbers S.
        size
            How many nodes.
        gaps
            Whether nodes lack inputs as often as training rows did.
        """
        return condition(self.population, known, self._slopes, size, gaps=gaps)

    @cached_property
    def _size(self) -> int:
        """How many nodes answer: fewer where even with all inputs known much stays undecided."""
        rows = typical(self.population, self.population.copula.varying, _POINTS)
        sure = self.full.layout.summed(self.full.cells(rows))
        unsure = _undecided(sure, self.population.prior) > _UNSURE
        return _NODES_OF_THE_UNSURE if unsure else _NODES

    @cached_property
    def _slopes(self) -> Floats:
        """How the answer moves with each score, (p, D), at some points of the population.

        The answer is measured in square roots of the tiers' probabilities (Hellinger's distance).
        """
        copula, layout = self.population.copula, self.full.layout
        rows = typical(self.population, copula.varying, _PROBES)
        every = np.arange(rows.shape[1])
        step = _STEP * np.eye(len(every))[:, None, :]
        scores = copula.encode(rows, every) + np.stack([step, -step])
        ends = copula.decode(scores, every)
        cells = self.full.cells(ends.reshape(-1, len(every)))
        roots = np.sqrt(layout.summed(cells)).reshape(2, len(every), -1)
        slopes: Floats = roots[0] - roots[1]
        return slopes


def _offset(average: Floats, undecided: float, prior: Floats) -> Floats:
    """Logarithm of the average, drawn towards the prior where the set says next to nothing.

    A few more nodes vote for the prior, so that no tier gets 0 for want of nodes.
    """
    prior = np.maximum(prior, _TINY)
    trust = min(1.0, _TRUST_SLOPE * (1.0 - undecided))
    voted = (_NODES * average + undecided * prior) / (_NODES + undecided)
    offset: Floats = trust * np.log(np.maximum(voted, _TINY)) + (1 - trust) * np.log(prior)
    return offset


def _parts(rows: Floats) -> list[Floats]:
    """Cut rows into parts of which a thread passes over one at a time."""
    return [rows[begin : begin + _PART] for begin in range(0, len(rows), _PART)]


def _chunks(rows: Floats) -> list[Floats]:
    """Cut rows into parts that fit a cache together with their nodes."""
    return [rows[begin : begin + _CHUNK] for begin in range(0, len(rows), _CHUNK)]


def _undecided(average: Floats, prior: Floats) -> float:
    """Mean Gini impurity of the averages as a share of the prior's, between .001 and 1."""
    left = 1.0 - (average**2).sum(axis=1).mean()
    return float(np.clip(left / max(1.0 - (prior**2).sum(), _TINY), 1e-3, 1.0))
