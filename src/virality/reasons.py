"""Why a video got its score: what each known input contributes, in points and in words.

Contributions are Shapley values (:mod:`virality.model.explanation`): together with the base, the
score of a video of which nothing is known, they add up to the score. They say what goes with better
scores in the training data, not what would happen if something were changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.features.saying import number, said
from virality.labels import unit_of
from virality.threads import workers

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.model.explanation import Attribution

_ACCOUNT = ("account", "history")
_BLOCK = 64
_STRENGTHS = ((0.5, ""), (2.0, "a little "), (8.0, ""), (np.inf, "much "))


@dataclass(frozen=True)
class Reason:
    """What one known input contributes.

    Attributes
    ----------
    feature
        Its name.
    phase
        When it becomes known; None where the model's features are of no known schema.
    value
        Its value, in the feature's unit.
    contribution
        Points, of 0-100.
    text
        The same for people.
    """

    feature: str
    phase: str | None
    value: float
    contribution: float
    text: str


@dataclass(frozen=True)
class Explanation:
    """Why one video got its score.

    Attributes
    ----------
    score
        0-100: the base, all contributions and ``unknown`` together.
    base
        The score of a video of which nothing is known.
    reasons
        Of the known inputs, those that contribute most first.
    unknown
        Points that come from what is not known: what the known inputs let expect of it, and the
        caution that goes with not knowing it.
    not_known
        Names of the inputs that are not known.
    """

    score: float
    base: float
    reasons: tuple[Reason, ...]
    unknown: float
    not_known: tuple[str, ...]

    @property
    def account(self) -> float | None:
        """Points that the account and its earlier videos contribute; None if nothing is known."""
        points = [one.contribution for one in self.reasons if one.phase in _ACCOUNT]
        return sum(points) if points else None

    @property
    def video(self) -> float:
        """Points that all other known inputs contribute."""
        return sum(one.contribution for one in self.reasons if one.phase not in _ACCOUNT)

    def to_dict(self) -> dict[str, Any]:
        """Give plain JSON values."""
        return {**asdict(self), "account": self.account, "video": self.video}


def explain(artefact: Artefact, row: Floats) -> Explanation:
    """Explain one video's score from its features (p,), NaN where unknown.

    Raises
    ------
    DataError
        When the model's file holds no population to compare with.
    """
    found = attributed(artefact, row[None, :])
    known = np.flatnonzero(~np.isnan(row))
    points = found.contributions[0]
    order = known[np.argsort(-np.abs(points[known]), kind="stable")]
    return Explanation(
        score=float(found.base + points.sum() + found.unknown[0]),
        base=found.base,
        reasons=tuple(_reason(artefact, int(j), float(row[j]), float(points[j])) for j in order),
        unknown=float(found.unknown[0]),
        not_known=tuple(np.array(artefact.names)[np.isnan(row)].tolist()),
    )


def attributed(artefact: Artefact, X: Floats) -> Attribution:
    """Give the contributions of many rows (n, p), NaN where unknown.

    Raises
    ------
    DataError
        When the model's file holds no population to compare with.
    """
    from virality.model.explanation import Attribution  # noqa: PLC0415  few ask for reasons

    explainer = artefact.explainer
    blocks = [X[begin : begin + _BLOCK] for begin in range(0, len(X), _BLOCK)] or [X]
    with workers(len(X), 2 * _BLOCK) as executor:
        mapped = map if executor is None else executor.map
        found = list(mapped(explainer.attribute, blocks))
    return Attribution(
        explainer.base,
        np.concatenate([one.contributions for one in found]),
        np.concatenate([one.unknown for one in found]),
    )


def _reason(artefact: Artefact, feature: int, value: float, points: float) -> Reason:
    name = artefact.names[feature]
    if artefact.inputs is None:
        return Reason(name, None, value, points, f"{name}: {number(value)}: {how(points)}")
    stated = artefact.inputs.feature(name)
    unit = unit_of(artefact.outcome) if artefact.outcome else ""
    text = f"{said(stated, value, unit)}: such videos do {how(points)}"
    return Reason(name, stated.phase, value, points, text)


def how(points: float) -> str:
    """Say how much better or worse so many points are.

    Examples
    --------
    >>> how(1.2), how(-20.0), how(0.1)
    ('a little better', 'much worse', 'as others do')
    """
    strength = next(word for limit, word in _STRENGTHS if abs(points) < limit)
    if abs(points) < _STRENGTHS[0][0]:
        return "as others do"
    return f"{strength}{'better' if points > 0 else 'worse'}"
