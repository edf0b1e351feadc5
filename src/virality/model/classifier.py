"""A fitted softmax in the features' own units, with what it needs for unknown inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError
from virality.model.softmax import softmax
from virality.model.unknown import Marginal

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.model.population import Population


@dataclass(frozen=True)
class Classifier:
    """Tier probabilities from features.

    Attributes
    ----------
    coef
        (K, p) coefficients of raw features.
    intercept
        (K,).
    population
        What is known of the training data's features, for averaging over unknown inputs; None in
        files that hold none.
    """

    coef: Floats
    intercept: Floats
    population: Population | None

    def predict_proba(self, X: Floats) -> Floats:
        """Give P(class | what is known), (n, K), for X (n, p) in which NaN is unknown.

        Raises
        ------
        DataError
            When an input is unknown and there is no population.
        """
        if not np.isnan(X).any():
            return softmax(X @ self.coef.T + self.intercept)
        return self._marginal.probabilities(X)

    @cached_property
    def _marginal(self) -> Marginal:
        """The softmax over the population, made when first needed; it keeps what it prepares.

        Raises
        ------
        DataError
            When there is no population.
        """
        if self.population is None:
            raise DataError(
                "an input is unknown, and the model's file holds no population to average over",
                remedy="train again with virality, or give every feature",
            )
        return Marginal(self.population, self.coef, self.intercept)
