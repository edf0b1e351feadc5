"""What goes with other choices: the score of one video along something that a person can change.

All other inputs stay as they are, known or unknown. It is an association in the training data:
videos that differ in this differ in more, and changing it need not bring what they got.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.effects import NORMAL_95, places
from virality.errors import OptionError
from virality.features.saying import said

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.features.schema import Feature

_LEAST = 0.05


@dataclass(frozen=True)
class WhatIf:
    """The score of one video along one of its inputs.

    Attributes
    ----------
    feature, phrase, unit
        The input, how people call it, and what one unit of it is.
    now
        Its value in this video; None where it is unknown.
    score
        The video's score as it is, 0-100.
    values
        (m,) what it might be.
    words
        (m,) the same in words.
    scores
        (m,) 0-100.
    low, high
        (m,) 95 % interval of the *change* of the score, in points; None where the model's file
        does not tell.
    """

    feature: str
    phrase: str
    unit: str
    now: float | None
    score: float
    values: Floats
    words: tuple[str, ...]
    scores: Floats
    low: Floats | None
    high: Floats | None

    @property
    def changes(self) -> Floats:
        """How many points each value lies above the score as it is, (m,)."""
        return self.scores - self.score

    @property
    def told(self) -> bool:
        """Whether any change is beyond doubt: its interval does not include 0."""
        return bool(self.clear.any())

    @property
    def clear(self) -> np.typing.NDArray[np.bool_]:
        """Which changes are beyond doubt, (m,)."""
        if self.low is None or self.high is None:
            return np.zeros(len(self.values), dtype=bool)
        known = np.abs(self.changes) >= _LEAST
        return known & ((self.low > 0) | (self.high < 0))

    @property
    def text(self) -> str:
        """The best clear change, for people; empty where none is for the better."""
        better = np.flatnonzero(self.clear & (self.changes > 0))
        if not len(better) or self.low is None or self.high is None:
            return ""
        best = better[self.changes[better].argmax()]
        return (
            f"among the training videos, one that {self.words[best]} goes with "
            f"{self.changes[best]:+.1f} points ({self.low[best]:+.1f} to {self.high[best]:+.1f}), "
            "all else as it is"
        )

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON values."""
        ends = {"low": self.low, "high": self.high}
        return {
            "feature": self.feature,
            "phrase": self.phrase,
            "unit": self.unit,
            "now": self.now,
            "score": self.score,
            "values": self.values.tolist(),
            "words": list(self.words),
            "scores": self.scores.tolist(),
            **{name: None if end is None else end.tolist() for name, end in ends.items()},
            "text": self.text,
        }


def changeable(artefact: Artefact) -> tuple[Feature, ...]:
    """List the features that a person can change, and that varied in training."""
    if artefact.inputs is None:
        return ()
    varying = artefact.explainer.marginal.population.copula.varying
    own = artefact.inputs.own
    return tuple(
        feature
        for feature in (artefact.inputs.feature(artefact.names[number]) for number in varying)
        if feature.phase == "content" and feature not in own
    )


def what_if(artefact: Artefact, row: Floats, name: str) -> WhatIf:
    """Say how the score of a video goes along one of its inputs.

    Parameters
    ----------
    artefact
        The model.
    row
        (p,) features, NaN where unknown.
    name
        The feature.

    Raises
    ------
    OptionError
        When it is none that a person can change.
    DataError
        When the model's file holds no population.
    """
    from virality.model.responses import response  # noqa: PLC0415  few ask for reasons

    choices = {feature.name: feature for feature in changeable(artefact)}
    if name not in choices:
        raise OptionError(
            f"{name} is nothing that a person can change in a video",
            where="what-if",
            remedy=f"choose one of: {', '.join(choices)}" if choices else "leave it out",
        )
    number, feature = artefact.names.index(name), choices[name]
    values = places(artefact, number)
    found = response(artefact.explainer, row, number, values)
    score = float(artefact.explainer.values(row[None, :])[0])
    off = None if found.deviations is None else NORMAL_95 * found.deviations
    return WhatIf(
        feature=name,
        phrase=feature.phrase,
        unit=feature.unit,
        now=None if np.isnan(row[number]) else float(row[number]),
        score=score,
        values=values,
        words=tuple(said(feature, value) for value in values.tolist()),
        scores=found.values,
        low=None if off is None else found.values - score - off,
        high=None if off is None else found.values - score + off,
    )
