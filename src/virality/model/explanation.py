r"""How much each known input moves an answer away from that for a typical video.

The predictors of a model are sums of one part for each input. A *coalition* S of inputs of a video
x is worth the expected value of videos of the training population whose inputs in S are replaced by
those of x,

.. math:: v(S) = \sum_m w_m\, g\Big(\sum_{j \in S} f_j(x_j) + \sum_{j \notin S} f_j(x^m_j)\Big),

g turning predictors into tiers and tiers into their expected value. The contribution of an input is
its Shapley value in this game: what it adds when the inputs are replaced one after another, on
average over all orders. Contributions of all inputs sum to v(all) - v(none); equal inputs get equal
contributions, and one that never changes anything gets 0.

The population is a *panel* of M evenly spread rows, weighted so that v(none) is exactly the
answer for a video of which nothing is known.

What is not known of a video is one more input of the game: what the known inputs let expect of it,
and how a model is held back that does not know it.

References
----------
Shapley, L. (1953). A value for n-person games. *Contributions to the Theory of Games* 2, 307-317.
Strumbelj, E. and Kononenko, I. (2014). Explaining prediction models and individual predictions with
feature contributions. *Knowledge and Information Systems* 41, 647-665.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from virality.model.conditional import typical
from virality.model.gaussian import patterns
from virality.model.shapley import shapley
from virality.model.softmax import softmax
from virality.scale import blocks_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.model.gaussian import Bools
    from virality.model.population import Population
    from virality.model.shapley import Value
    from virality.model.unknown import Full, Marginal

ROWS = 64
_CHUNK = 4
_NEWTON = 50
_SETTLED = 1e-13
_STEEPEST = 4.0


@dataclass(frozen=True)
class Panel:
    """Evenly spread rows of the training population.

    Attributes
    ----------
    rows
        (M, p) features, NaN where a row lacks one.
    parts
        (p, M, D) what each feature adds in each row.
    weight
        (M,) of the rows; they sum to 1.
    """

    rows: Floats
    parts: Floats
    weight: Floats

    @classmethod
    def of(cls, population: Population, full: Full, worth: Floats) -> Panel:
        """Choose the rows, and weigh them so that their mean value is that of the prior.

        Parameters
        ----------
        population
            Of the training data.
        full
            The model of all inputs.
        worth
            (K,) value of each tier.
        """
        copula = population.copula
        rows = typical(population, copula.varying, ROWS)
        if full.gaps:
            holes = population.gaps.holes(copula.varying[:0], copula.varying, ROWS)
            if holes is not None:
                rows[:, copula.varying] = np.where(holes, np.nan, rows[:, copula.varying])
        parts = np.stack([full.part(feature, values) for feature, values in enumerate(rows.T)])
        values = full.expected(parts.sum(axis=0), worth)
        return cls(rows, parts, weights_for(values, float(population.prior @ worth)))


@dataclass(frozen=True)
class Attribution:
    """Contributions of n rows.

    Attributes
    ----------
    base
        The value of a video of which nothing is known.
    contributions
        (n, p) of the known inputs; 0 for an unknown one.
    unknown
        (n,) of all that is not known.
    """

    base: float
    contributions: Floats
    unknown: Floats


@dataclass(frozen=True)
class Explainer:
    """What explains the answers of a model.

    Attributes
    ----------
    marginal
        The model over its population.
    worth
        (K,) value of each tier.
    """

    marginal: Marginal
    worth: Floats

    @cached_property
    def panel(self) -> Panel:
        """The rows that inputs are compared with, made when first needed."""
        return Panel.of(self.marginal.population, self.marginal.full, self.worth)

    @property
    def base(self) -> float:
        """The value of a video of which nothing is known."""
        return float(self.marginal.population.prior @ self.worth)

    def values(self, X: Floats) -> Floats:
        """Give the values (n,) of rows (n, p), NaN where unknown."""
        values: Floats = self.marginal.full.layout.summed(self.marginal.cells(X)) @ self.worth
        return values

    def sums(self, X: Floats) -> Floats:
        """Give the predictors (n, M, D) of rows (n, p) that share one known set.

        M is 1 where the model answers them as they are; else there is one for each example of what
        the unknown inputs may be.
        """
        examples = self.marginal.examples(~np.isnan(X[0]), ROWS)
        return _sum_of(self.marginal.full, np.arange(X.shape[1]), examples, X)

    def attribute(self, X: Floats) -> Attribution:
        """Say what each input of rows contributes.

        Parameters
        ----------
        X
            (n, p) features, NaN where unknown.

        Returns
        -------
        Contributions that add up, with the base, to the value of each row.
        """
        contributions = np.zeros(X.shape)
        for pattern, rows in patterns(~np.isnan(X)):
            if pattern.any():
                game = _Game.of(self.marginal, self.panel, pattern, self.worth)
                contributions[np.ix_(rows, game.known)] = game.contributions(X[rows])
        rest = self.values(X) - self.base - contributions.sum(axis=1)
        return Attribution(self.base, contributions, np.where(np.isnan(X).any(axis=1), rest, 0.0))


@dataclass(frozen=True)
class _Game:
    """What the contributions of rows that share one known set are found with.

    Attributes
    ----------
    panel
        The rows to replace inputs of.
    full
        The model.
    known
        Numbers of the known inputs.
    rest
        Gives for rows (n, p) what all unknown inputs add, (n, M, D), or (n, 1, D).
    value
        Gives values (N,) of predictors (N, D).
    """

    panel: Panel
    full: Full
    known: Ints
    rest: Callable[[Floats], Floats]
    value: Value

    @classmethod
    def of(cls, marginal: Marginal, panel: Panel, pattern: Bools, worth: Floats) -> _Game:
        known, unknown = np.flatnonzero(pattern), np.flatnonzero(~pattern)
        return cls(
            panel,
            marginal.full,
            known,
            partial(_sum_of, marginal.full, unknown, marginal.examples(pattern, ROWS)),
            partial(marginal.full.expected, worth=worth),
        )

    def contributions(self, X: Floats) -> Floats:
        """Give the contributions (n, |S|) of the known inputs of rows (n, p)."""
        start, parts = self.panel.parts.sum(axis=0), self.panel.parts[self.known]
        told = [self.full.part(feature, X[:, feature]) for feature in self.known]
        mine, rest = np.stack(told, axis=1), self.rest(X) - (start - parts.sum(axis=0))
        result = np.zeros((len(X), len(self.known) + 1))
        for chunk in blocks_of(len(X), _CHUNK):
            known = mine[chunk, None, :, :] - parts.transpose(1, 0, 2)
            moves = np.concatenate([known, rest[chunk, :, None, :]], axis=2)
            moving = np.flatnonzero(np.abs(moves).max(axis=(0, 1, 3)) > 0)
            if len(moving):
                shares = shapley(start, moves[:, :, moving], self.panel.weight, self.value)
                result[chunk, moving] = shares
        return result[:, :-1]


def _sum_of(full: Full, features: Ints, examples: Callable[[Floats], Floats], X: Floats) -> Floats:
    """Sum what some features add in the examples (n, M, p) of rows (n, p): (n, M, D)."""
    rows = examples(X)
    flat = rows.reshape(-1, rows.shape[2])
    width = full.part(0, np.zeros(1)).shape[1]
    total = np.zeros((len(flat), width))
    for feature in features:
        total += full.part(int(feature), flat[:, feature])
    return total.reshape(len(X), -1, width)


def weights_for(values: Floats, target: float) -> Floats:
    """Weigh values (M,) so that their mean is the target, by weights as even as can be.

    They are proportional to the exponential of a multiple of the values. Where the target lies
    beyond all values, they are equal.
    """
    if not values.min() < target < values.max():
        return np.full(len(values), 1.0 / len(values))
    gaps = (values - target) / np.ptp(values)
    factor, weight = 0.0, np.full(len(values), 1.0 / len(values))
    for _ in range(_NEWTON):
        mean = float(weight @ gaps)
        if abs(mean) < _SETTLED:
            break
        factor -= np.clip(mean / float(weight @ (gaps - mean) ** 2), -_STEEPEST, _STEEPEST)
        weight = softmax((factor * gaps)[None, :])[0]
    return weight
