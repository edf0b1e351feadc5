"""Rows to fit: features beside the tiers that they belong to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.labels import TIERS

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.inputs import Inputs


@dataclass(frozen=True)
class Labelled:
    """n rows of p features with their tiers.

    Attributes
    ----------
    names
        (p,) names of the features.
    features
        (n, p), NaN where unknown.
    filled
        (n, p) as the reference system fills what is unknown.
    tiers
        (n,) of 1-5.
    outcome
        (n,) the number that the tiers are cut from; the tier itself where labels came ready-made.
    weight
        (n,) row weights.
    seconds
        (n,) times of posting as Unix time, NaN where unknown.
    authors
        (n,) numbers of the authors; None where too few are known.
    """

    names: tuple[str, ...]
    features: Floats
    filled: Floats
    tiers: Ints
    outcome: Floats
    weight: Floats
    seconds: Floats
    authors: Ints | None

    def part(self, rows: Ints) -> Labelled:
        """Take some of the rows."""
        return Labelled(
            names=self.names,
            features=self.features[rows],
            filled=self.filled[rows],
            tiers=self.tiers[rows],
            outcome=self.outcome[rows],
            weight=self.weight[rows],
            seconds=self.seconds[rows],
            authors=None if self.authors is None else self.authors[rows],
        )

    @property
    def shares(self) -> Floats:
        """Weighted shares of the five tiers, (5,), summing to 1."""
        totals = np.bincount(self.tiers - 1, weights=self.weight, minlength=len(TIERS))
        shares: Floats = totals / totals.sum()
        return shares

    @property
    def gaps(self) -> Ints:
        """Numbers of the rows of which some feature is unknown that others know."""
        unknown = np.isnan(self.features)
        return np.flatnonzero((unknown & ~unknown.all(axis=0)).any(axis=1))


@dataclass(frozen=True)
class Task:
    """What a classifier is to be estimated from.

    Attributes
    ----------
    rows
        The rows to fit.
    inputs
        The features that are the columns of X; None when they are of no known schema.
    thresholds
        (4,) where the tiers are cut from the outcome; None when they came ready-made.
    """

    rows: Labelled
    inputs: Inputs | None
    thresholds: Floats | None

    def part(self, rows: Ints) -> Task:
        """Take some of the rows."""
        return replace(self, rows=self.rows.part(rows))

    @property
    def additive(self) -> bool:
        """Whether the additive model suits: where the schema says what its curves look like."""
        return self.inputs is not None and self.inputs.schema.curved
