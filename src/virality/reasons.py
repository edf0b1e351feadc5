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
from virality.scale import blocks_of
from virality.threads import workers

if TYPE_CHECKING:
    import polars as pl

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
    said
        What the value says of the video, for people.
    text
        The same, and how such videos do.
    """

    feature: str
    phase: str | None
    value: float
    contribution: float
    said: str
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
    return explanations(artefact, row[None, :])[0]


def explanations(artefact: Artefact, X: Floats) -> list[Explanation]:
    """Explain the scores of many videos from their features (n, p), NaN where unknown.

    Raises
    ------
    DataError
        When the model's file holds no population to compare with.
    """
    found = attributed(artefact, X)
    each = zip(X, found.contributions, found.unknown.tolist(), strict=True)
    return [_explanation(artefact, found.base, *one) for one in each]


def _explanation(
    artefact: Artefact, base: float, row: Floats, points: Floats, unknown: float
) -> Explanation:
    known = np.flatnonzero(~np.isnan(row))
    order = known[np.argsort(-np.abs(points[known]), kind="stable")]
    return Explanation(
        score=float(base + points.sum() + unknown),
        base=base,
        reasons=tuple(_reason(artefact, int(j), float(row[j]), float(points[j])) for j in order),
        unknown=unknown,
        not_known=tuple(np.array(artefact.names)[np.isnan(row)].tolist()),
    )


def reasons_frame(artefact: Artefact, ids: pl.Series, X: Floats) -> pl.DataFrame:
    """Give the contributions of many videos (n,) with features (n, p), NaN where unknown.

    Returns
    -------
    A frame with ``video_id``, ``score``, ``base``, the points of each feature under its name, null
    where it is not known, and ``unknown``, the points of all that is not known.

    Raises
    ------
    DataError
        When the model's file holds no population to compare with.
    """
    import polars as pl  # noqa: PLC0415  scoring arrays must not load it

    found = attributed(artefact, X)
    points = np.where(np.isnan(X), np.nan, found.contributions)
    scores = found.base + found.contributions.sum(axis=1) + found.unknown
    columns = {"score": scores, "base": np.full(len(scores), found.base)}
    columns |= dict(zip(artefact.names, points.T, strict=True))
    told = pl.DataFrame({**columns, "unknown": found.unknown}).fill_nan(None)
    return told.insert_column(0, ids.alias("video_id"))


def attributed(artefact: Artefact, X: Floats) -> Attribution:
    """Give the contributions of many rows (n, p), NaN where unknown.

    Raises
    ------
    DataError
        When the model's file holds no population to compare with.
    """
    from virality.model.explanation import Attribution  # noqa: PLC0415  few ask for reasons

    explainer = artefact.explainer
    blocks = [X[rows] for rows in blocks_of(len(X), _BLOCK)] or [X]
    with workers(len(X), 2 * _BLOCK) as executor:
        mapped = map if executor is None else executor.map
        found = list(mapped(explainer.attribute, blocks))
    return Attribution(
        explainer.base,
        np.concatenate([one.contributions for one in found]),
        np.concatenate([one.unknown for one in found]),
    )


def _reason(artefact: Artefact, feature: int, value: float, points: float) -> Reason:
    name, stated = artefact.names[feature], None
    told = f"{name}: {number(value)}"
    if artefact.inputs is not None:
        stated = artefact.inputs.feature(name)
        told = said(stated, value, unit_of(artefact.outcome) if artefact.outcome else "")
    phase = None if stated is None else stated.phase
    return Reason(name, phase, value, points, told, f"{told}: {how(points)}")


def how(points: float) -> str:
    """Say how much better or worse so many points are.

    Examples
    --------
    >>> how(1.2), how(-20.0), how(0.1)
    ('such videos do a little better', 'such videos do much worse', 'hardly any difference')
    """
    if abs(points) < _STRENGTHS[0][0]:
        return "hardly any difference"
    strength = next(word for limit, word in _STRENGTHS if abs(points) < limit)
    return f"such videos do {strength}{'better' if points > 0 else 'worse'}"
