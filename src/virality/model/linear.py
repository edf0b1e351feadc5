"""A softmax that is linear in its features, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.model.cells import Cells
from virality.model.softmax import softmax

if TYPE_CHECKING:
    from virality.arrays import Floats


@dataclass(frozen=True)
class Linear:
    """Probabilities of K tiers, softmax of X W' + b; every input has to be known.

    Attributes
    ----------
    coef
        (K, p) coefficients of raw features.
    intercept
        (K,).
    doubt
        (p, r, K) how far off the coefficients of each feature may be: their covariance is the sum
        of the outer products of these. None in files that do not tell.
    """

    coef: Floats
    intercept: Floats
    doubt: Floats | None = None
    gaps = False

    @property
    def layout(self) -> Cells:
        """The cells are the tiers."""
        return Cells.tiers(len(self.intercept))

    def cells(self, X: Floats) -> Floats:
        """Give the probabilities (n, K) of rows (n, p) without NaN."""
        return softmax(X @ self.coef.T + self.intercept)

    def part(self, feature: int, values: Floats) -> Floats:
        """Give what values (n,) of one feature add to the logits, (n, K)."""
        added: Floats = values[:, None] * self.coef[:, feature]
        return added

    def doubts(self, feature: int, values: Floats) -> Floats | None:
        """Give how far off what values (n,) of one feature add may be, (r, n, K), if told."""
        if self.doubt is None:
            return None
        off: Floats = self.doubt[feature][:, None, :] * values[:, None]
        return off

    def expected(self, predictors: Floats, worth: Floats) -> Floats:
        """Average the tiers' worth (K,) at sums (n, K) of all features' parts: (n,)."""
        value: Floats = self.tiers(predictors) @ worth
        return value

    def tiers(self, predictors: Floats) -> Floats:
        """Give the probabilities (n, K) of sums (n, K) of all features' parts."""
        return softmax(predictors + self.intercept)
