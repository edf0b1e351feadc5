r"""Class probabilities when only some of a softmax's inputs are known.

With only the inputs in a set S known, the answer is the expectation of the full model over what
the others may be, given what is known:

.. math:: q_k(x_S) = E[\mathrm{softmax}_k(W x + b) \mid x_S]
   :label: average

The expectation is taken over the training population as :mod:`virality.model.copula` describes it:
the unknown scores are Gaussian given the known ones, and a fixed set of evenly spread nodes, turned
back into raw values, carries out the average.

The description is an approximation, so the average may be a little off for a set that says little.
It is corrected by the smallest change, in Kullback-Leibler divergence with a ridge, that restores
what is known exactly of the training data: the classes' shares, and their mean scores on S,

.. math:: \log p_k(x_S) = \log q_k(x_S) + a_k + c_k^\top z_S - \text{normaliser},

which are the very equations that a softmax refitted on S satisfies. The ridge grows as S leaves
less undecided, so that the correction fades where the average is nearly the full model.

Nothing known gives the training shares exactly, and everything known the plain softmax exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from virality.model.gaussian import patterns
from virality.model.nodes import normal_nodes
from virality.model.softmax import softmax
from virality.model.tilt import fit_tilt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from virality.arrays import Floats, Ints
    from virality.model.population import Population

_NODES = 128
_POINTS = 256
_FEWEST_POINTS = 96
_WORK = 900_000
_RIDGE = 0.1
_TRUST_SLOPE = 5.0
_TINY = 1e-12
_CHUNK = 128
_MOST_PLANS = 512


@dataclass(frozen=True)
class _Plan:
    r"""What depends on the known set alone.

    Attributes
    ----------
    known, unknown
        Column numbers S and U.
    regression
        (\|S\|, \|U\|) of the unknown scores on the known ones.
    nodes
        (M, \|U\|) deviations of the unknown scores from their regression.
    undecided
        What S leaves open on average, as a share of what the prior does: 1 is everything.
    tilt
        (K, \|S\| + 1) coefficients c and a of the correction.
    """

    known: Ints
    unknown: Ints
    regression: Floats
    nodes: Floats
    undecided: float = 0.0
    tilt: Floats | None = None


@dataclass(frozen=True)
class Marginal:
    """A softmax over a population: P(class | what is known).

    Attributes
    ----------
    population
        Of the training data.
    coef, intercept
        (K, p) and (K,) of the full model, for raw features.
    """

    population: Population
    coef: Floats
    intercept: Floats
    _plans: dict[bytes, _Plan] = field(default_factory=dict, repr=False, compare=False)

    def probabilities(self, X: Floats) -> Floats:
        """Give P(class | known inputs), (n, K), for X (n, p) in which NaN is unknown."""
        result = np.empty((len(X), len(self.intercept)))
        for pattern, rows in patterns(~np.isnan(X)):
            result[rows] = self._alike(X[rows], pattern)
        return result

    def _alike(self, X: Floats, pattern: NDArray[np.bool_]) -> Floats:
        """Probabilities of rows that share one known set.

        A column that never varied in training has its one value, known or not.
        """
        varying = self.population.copula.varying
        filled = np.where(pattern, X, self.population.copula.knots[:, 0])
        if pattern[varying].all():
            return softmax(filled @ self.coef.T + self.intercept)
        known = varying[pattern[varying]]
        if len(known) == 0:
            return np.tile(self.population.prior, (len(X), 1))
        key = pattern.tobytes()
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plan(known, varying[~pattern[varying]])
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            self._plans[key] = plan
        return np.vstack([self._planned(chunk, plan) for chunk in _chunks(filled)])

    def _planned(self, filled: Floats, plan: _Plan) -> Floats:
        scores = self.population.copula.encode(filled[:, plan.known], plan.known)
        logits = self._offset(self._average(filled, scores, plan), plan.undecided)
        if plan.tilt is not None:
            logits += scores @ plan.tilt[:, :-1].T + plan.tilt[:, -1]
        return softmax(logits)

    def _average(self, filled: Floats, scores: Floats, plan: _Plan) -> Floats:
        r"""Average the full model over the nodes, (n, K).

        Parameters
        ----------
        filled
            (n, p) raw features, those in U of any value.
        scores
            (n, \|S\|) normal scores of the known ones.
        plan
            Of the known set.
        """
        copula, unknown = self.population.copula, plan.unknown
        mean = copula.scores.mean
        centre = mean[unknown] + (scores - mean[plan.known]) @ plan.regression
        values = copula.decode(centre[:, None, :] + plan.nodes, unknown)
        rest = np.delete(np.arange(filled.shape[1]), unknown)
        base = filled[:, rest] @ self.coef[:, rest].T + self.intercept
        logits = values @ self.coef[:, unknown].T + base[:, None, :]
        average: Floats = softmax(logits).mean(axis=1)
        return average

    def _offset(self, average: Floats, undecided: float) -> Floats:
        """Logarithm of the average, drawn towards the prior where the set says next to nothing.

        A few more nodes vote for the prior, so that no class gets 0 for want of nodes.
        """
        prior = np.maximum(self.population.prior, _TINY)
        trust = min(1.0, _TRUST_SLOPE * (1.0 - undecided))
        voted = (_NODES * average + undecided * prior) / (_NODES + undecided)
        offset: Floats = trust * np.log(np.maximum(voted, _TINY)) + (1 - trust) * np.log(prior)
        return offset

    def _plan(self, known: Ints, unknown: Ints) -> _Plan:
        """Prepare a known set: its nodes, and its correction fitted on points of the population."""
        population, copula = self.population, self.population.copula
        regression, residual = copula.scores.conditional(known, unknown)
        nodes = normal_nodes(_NODES, len(unknown)) @ self._factor(residual, unknown).T
        plan = _Plan(known, unknown, regression, nodes)
        filled = np.tile(copula.knots[:, 0], (self._points(unknown), 1))
        filled[:, known] = copula.decode(self._draw(known, len(filled)), known)
        scores = copula.encode(filled[:, known], known)
        average = np.vstack(
            [
                self._average(part, copula.encode(part[:, known], known), plan)
                for part in _chunks(filled)
            ]
        )
        undecided = _undecided(average, population.prior)
        means = np.column_stack([population.class_means[:, known], np.ones(len(population.prior))])
        target = population.prior[:, None] * means
        scores = scores - scores.mean(axis=0) + target[:, :-1].sum(axis=0)
        tilt = fit_tilt(self._offset(average, undecided), scores, target, _RIDGE / undecided**2)
        return _Plan(known, unknown, regression, nodes, undecided, tilt)

    def _points(self, unknown: Ints) -> int:
        """Choose how many points of the population the correction is fitted on."""
        return int(np.clip(_WORK // (_NODES * len(unknown)), _FEWEST_POINTS, _POINTS))

    def _draw(self, known: Ints, size: int) -> Floats:
        r"""Evenly spread normal scores (size, \|S\|) of the population."""
        scores = self.population.copula.scores
        factor = np.linalg.cholesky(scores.covariance[np.ix_(known, known)])
        drawn: Floats = scores.mean[known] + normal_nodes(size, len(known)) @ factor.T
        return drawn

    def _factor(self, residual: Floats, unknown: Ints) -> Floats:
        """Factor the residual covariance so that the first coordinates move the logits most.

        The first coordinates of the nodes are the most even ones.
        """
        values, vectors = np.linalg.eigh(residual)
        root = vectors * np.sqrt(np.maximum(values, 0.0))
        spread = self.population.copula.knots[unknown].std(axis=1)
        slopes = self.coef[:, unknown] - self.coef[:, unknown].mean(axis=0)
        turn = np.linalg.svd(root.T @ (spread[:, None] * slopes.T), full_matrices=True)[0]
        factor: Floats = root @ turn
        return factor


def _chunks(rows: Floats) -> list[Floats]:
    """Cut rows into parts that fit a cache together with their nodes."""
    return [rows[begin : begin + _CHUNK] for begin in range(0, len(rows), _CHUNK)]


def _undecided(average: Floats, prior: Floats) -> float:
    """Mean Gini impurity of the averages as a share of the prior's, between .001 and 1."""
    left = 1.0 - (average**2).sum(axis=1).mean()
    return float(np.clip(left / max(1.0 - (prior**2).sum(), _TINY), 1e-3, 1.0))
