"""The scale on which outcomes are compared: logarithms where they are counts or rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats

_LARGEST = 700.0
_TINY = 1e-12


@dataclass(frozen=True)
class Working:
    """A monotone scale.

    Attributes
    ----------
    kind
        ``"log"``: the logarithm of the outcome plus ``offset``. ``"asinh"``, for outcomes that may
        be negative: the inverse hyperbolic sine of the outcome over ``offset``.
    offset
        Above 0 where it is needed; 0 where every outcome is above 0.
    """

    kind: Literal["log", "asinh"]
    offset: float

    @classmethod
    def fit(cls, outcome: Floats) -> Working:
        """Choose a scale for the outcomes (n,) of training rows."""
        if (outcome < 0).any():
            return cls("asinh", max(float(np.median(np.abs(outcome))), _TINY))
        positive = outcome[outcome > 0]
        if len(positive) == len(outcome):
            return cls("log", 0.0)
        return cls("log", float(positive.min()) / 2 if len(positive) else 1.0)

    def forward(self, outcome: Floats) -> Floats:
        """Bring outcomes (n,) to the working scale."""
        if self.kind == "asinh":
            bent: Floats = np.arcsinh(outcome / self.offset)
            return bent
        logarithm: Floats = np.log(np.maximum(outcome + self.offset, _TINY))
        return logarithm

    def back(self, value: Floats) -> Floats:
        """Bring values (n,) of the working scale to outcomes."""
        bounded = np.clip(value, -_LARGEST, _LARGEST)
        if self.kind == "asinh":
            outcome: Floats = np.sinh(bounded) * self.offset
            return outcome
        count: Floats = np.maximum(np.exp(bounded) - self.offset, 0.0)
        return count

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object."""
        return {"kind": self.kind, "offset": self.offset}
