"""A fitted model in the features' own units, with what it needs for unknown inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError
from virality.model.linear import Linear

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.model.additive import Additive
    from virality.model.calibration import Calibration
    from virality.model.population import Population
    from virality.model.unknown import Full, Marginal


@dataclass(frozen=True)
class Classifier:
    """Probabilities of tiers, and of the finer cells within them, from features.

    Attributes
    ----------
    model
        Of all inputs.
    population
        What is known of the training data's features, for averaging over unknown inputs; None in
        files that hold none.
    calibration
        Of the tiers' probabilities; None for a softmax, whose coefficients hold it.
    """

    model: Linear | Additive
    population: Population | None
    calibration: Calibration | None = None

    def calibrated(self, calibration: Calibration) -> Classifier:
        """Calibrate the tiers' probabilities; this same value where that changes nothing."""
        if not calibration.changes:
            return self
        if isinstance(self.model, Linear):
            return replace(self, model=calibration.fold(self.model))
        return replace(self, calibration=calibration)

    def cells(self, X: Floats) -> Floats:
        """Give P(cell | what is known), (n, C), for X (n, p) in which NaN is unknown.

        Raises
        ------
        DataError
            When an input is unknown and there is no population.
        """
        if not np.isnan(X).any():
            return self._full.cells(X)
        return self.marginal.cells(X)

    def predict_proba(self, X: Floats) -> Floats:
        """Give P(tier | what is known), (n, K), for X (n, p) in which NaN is unknown.

        Raises
        ------
        DataError
            When an input is unknown and there is no population.
        """
        return self.model.layout.summed(self.cells(X))

    def narrowing(self, row: Floats, told: Floats) -> int | None:
        """Find the unknown input that would narrow the answer for a row (p,) most: its number.

        None where none would narrow it by half a percentile. ``told`` (K,) is what
        :meth:`predict_proba` says of that row.

        Raises
        ------
        DataError
            When an input is unknown and there is no population.
        """
        from virality.model.narrowing import narrowing  # noqa: PLC0415  some is unknown

        return narrowing(self.marginal, row, told) if np.isnan(row).any() else None

    @property
    def edges(self) -> Floats | None:
        """Percentiles (C + 1,) of the population's outcomes at which cells begin and end.

        None without a population.
        """
        if self.population is None:
            return None
        return self.model.layout.edges(self.population.prior)

    @property
    def linear(self) -> Linear:
        """The model, where it is a softmax.

        Raises
        ------
        DataError
            When it is none.
        """
        if not isinstance(self.model, Linear):
            raise DataError("the model is no softmax, so it has no coefficients")
        return self.model

    @property
    def coef(self) -> Floats:
        """Coefficients (K, p) of a softmax, for raw features."""
        return self.linear.coef

    @property
    def intercept(self) -> Floats:
        """Intercepts (K,) of a softmax."""
        return self.linear.intercept

    @cached_property
    def _full(self) -> Full:
        """The calibrated model of all inputs."""
        if self.calibration is None:
            return self.model
        from virality.model.calibration import Calibrated  # noqa: PLC0415  not of a softmax

        return Calibrated(self.model, self.calibration)

    @cached_property
    def marginal(self) -> Marginal:
        """The model over the population, made when first needed; it keeps what it prepares.

        Raises
        ------
        DataError
            When there is no population.
        """
        if self.population is None:
            raise DataError(
                "the model's file holds no population to average over, which unknown inputs and "
                "reasons take",
                remedy="train again with virality, or give every feature",
            )
        from virality.model.unknown import Marginal  # noqa: PLC0415  some is unknown

        return Marginal(self.population, self._full)
