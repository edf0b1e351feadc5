"""What is written to the log, as values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np

from virality.model.ranks import Ranks
from virality.promise import promise_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.arrays import Floats
    from virality.artefact import Artefact

Judged = Literal["kept", "replaced", "already kept", "too early", "no prediction"]
"""What was done with an outcome; the last of them where nothing was predicted of its video."""

_DIGITS = 16


@dataclass(frozen=True)
class Noted:
    """One prediction.

    Attributes
    ----------
    id
        Its name, unlike any other.
    at
        When it was made.
    model
        Fingerprint of the model's file.
    account, video
        Pseudonyms; None where they are not known.
    posted_at
        When the video was posted; None where that is not known, or still to come.
    features
        (p,) what it was scored by, None where unknown.
    probabilities
        (K,) of the tiers.
    score, percentile, interval
        As :class:`virality.Prediction` has them.
    """

    id: str
    at: datetime
    model: str
    account: str | None
    video: str | None
    posted_at: datetime | None
    features: tuple[float | None, ...]
    probabilities: tuple[float, ...]
    score: float
    percentile: float | None
    interval: tuple[float, float, float] | None

    @property
    def inputs(self) -> str:
        """A fingerprint of what it was scored by."""
        return hashlib.sha256(msgspec.json.encode(self.features)).hexdigest()[:_DIGITS]


@dataclass(frozen=True)
class Known:
    """What became of a video.

    Attributes
    ----------
    value
        The outcome, in its unit.
    at
        When it was counted.
    prediction
        The id of the prediction that it is about; None where it is about all of a video's.
    video
        The pseudonym of the video; None where it is not told.
    posted_at
        When the video was posted, for predictions that did not know; None where it is not told.
    """

    value: float
    at: datetime
    prediction: str | None = None
    video: str | None = None
    posted_at: datetime | None = None


@dataclass(frozen=True)
class Statement:
    """What is kept of a model, so that its predictions can be judged when its file is gone.

    Attributes
    ----------
    values
        Plain JSON values: those of :meth:`virality.promise.Promise.to_dict`, and what outcomes are
        placed by.
    """

    values: Mapping[str, Any]

    @classmethod
    def of(cls, artefact: Artefact) -> Statement:
        """Take it from a model."""
        return cls(
            {
                **promise_of(artefact).to_dict(),
                "outcome_quantiles": artefact.data.get("outcome_quantiles"),
                "mature_days": artefact.mature_age.total_seconds() / 86_400,
            }
        )

    def tier(self, outcomes: Floats) -> list[int | None]:
        """Give the tiers 1-5 of outcomes (n,); None where the model has no thresholds."""
        cuts = self.values["thresholds"]
        if cuts is None:
            return [None] * len(outcomes)
        return [1 + int(place) for place in np.searchsorted(cuts, outcomes, side="right")]

    def percentile(self, outcomes: Floats) -> list[float | None]:
        """Place outcomes (n,) among those that the model was trained on, 0-100, if it tells."""
        found = self.values["outcome_quantiles"]
        if not found:
            return [None] * len(outcomes)
        return list(Ranks(np.array(found)).percentile(outcomes).tolist())


def moment_of(microseconds: int) -> datetime:
    """Turn microseconds since 1970, UTC, into a time."""
    return datetime.fromtimestamp(microseconds / 1e6, UTC)


def microseconds_of(moment: datetime) -> int:
    """Turn a time into microseconds since 1970, UTC; one without a zone counts as UTC."""
    whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(whole.timestamp() * 1e6)


def microseconds_now() -> int:
    """Give the time as :func:`microseconds_of` does."""
    return microseconds_of(datetime.now(UTC))
