"""What history knows of accounts in general, as a value and as a model file states it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from virality.features.history.level import Dynamics
from virality.features.history.prior import Prior
from virality.features.history.working import Working

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.storage.checked import Field

QUANTILES = (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True)
class HistoryModel:
    """What is known of accounts in general.

    Attributes
    ----------
    working
        The scale on which outcomes are compared.
    prior
        What is expected of an account by its size.
    rule
        How an account's level moves.
    thresholds
        (4,) quantiles of the training outcomes, on the working scale.
    surprise
        Mean squared distance of an outcome from the level forecast for it.
    width
        Spread of outcomes around the prior.
    lag
        Days that an earlier video must have before a later one to be seen by it.
    """

    working: Working
    prior: Prior
    rule: Dynamics
    thresholds: Floats
    surprise: float
    width: float
    lag: float

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object."""
        return {
            "working": self.working.encode(),
            "prior": {
                "centre": self.prior.centre,
                "spread": self.prior.spread,
                "coef": self.prior.coef.tolist(),
                "unknown": self.prior.unknown,
            },
            "rule": asdict(self.rule),
            "thresholds": self.thresholds.tolist(),
            "surprise": self.surprise,
            "width": self.width,
            "lag_days": self.lag,
        }

    @classmethod
    def decode(cls, stated: Field) -> HistoryModel:
        """Read from a checked JSON object.

        Raises
        ------
        ArtefactError
            When a field is missing, or holds something else than it should.
        """
        prior, rule, scale = stated["prior"], stated["rule"], stated["working"]
        kind = scale["kind"].text()
        if kind not in {"log", "asinh"}:
            scale["kind"].fail("neither log nor asinh")
        names = [each.name for each in fields(Dynamics)]
        return cls(
            working=Working("asinh" if kind == "asinh" else "log", _number(scale["offset"])),
            prior=Prior(
                centre=_number(prior["centre"]),
                spread=_positive(prior["spread"]),
                coef=prior["coef"].array(4),
                unknown=_number(prior["unknown"]),
            ),
            rule=Dynamics(**{name: _positive(rule[name]) for name in names}),
            thresholds=stated["thresholds"].array(len(QUANTILES)),
            surprise=_positive(stated["surprise"]),
            width=_positive(stated["width"]),
            lag=_positive(stated["lag_days"]),
        )


def _number(stated: Field) -> float:
    return float(stated.array())


def _positive(stated: Field) -> float:
    number = _number(stated)
    if not number > 0:
        stated.fail("not above 0")
    return number
