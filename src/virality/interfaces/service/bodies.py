"""What callers send and are sent back, as the documentation of the interface shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from virality.interfaces.service.examples import ANSWER, HISTORY, VIDEO

VIDEO_MEANS = (
    "A record as a scraper gave it, canonical columns, feature names with their values, or a "
    "mixture. What is absent or null is unknown."
)
_HISTORY_MEANS = (
    "Records of the account's earlier videos, scraped a week or more after posting. An empty list "
    "is an account that has posted nothing; null, one of which nothing is known."
)

_AHEAD = timedelta(days=1)
"""By how much a caller's clock may be fast."""

Name = Annotated[str, Field(max_length=200)]
Named = Annotated[str, Field(min_length=1, max_length=200)]


class ScoreRequest(BaseModel):
    """One video."""

    model_config = ConfigDict(extra="forbid", strict=True)

    video: dict[str, Any] = Field(description=VIDEO_MEANS, examples=[VIDEO])
    history: list[dict[str, Any]] | None = Field(
        None, fail_fast=True, description=_HISTORY_MEANS, examples=[HISTORY]
    )
    explain: bool = Field(default=False, description="Whether to say what each input contributes.")
    what_if: list[Name] = Field(
        default_factory=list,
        max_length=20,
        description="Features along which to say how the score goes, such as duration_seconds.",
    )


def _written(at: object) -> object:
    """Refuse numbers, and texts that are numbers, for times."""
    if not isinstance(at, str) or at.strip("0123456789.-+ ") == "":
        raise ValueError("state a date and time with its zone, such as 2025-06-12T09:00:00Z")
    return at


class OutcomeTold(BaseModel):
    """What became of one video: its outcome, or a later record of it."""

    model_config = ConfigDict(extra="forbid")

    id: Named | None = Field(None, description="The prediction's, as its answer had it.")
    video_id: Named | None = Field(None, description="The video's own; of all its predictions.")
    outcome: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = Field(
        None, description="The outcome, in its unit, such as views."
    )
    record: dict[str, Any] | None = Field(
        None, description="A later record of the video, in its place.", examples=[HISTORY[0]]
    )
    at: Annotated[AwareDatetime, BeforeValidator(_written)] | None = Field(
        None, description="When it was counted; the record's time, or now, where left out."
    )

    @model_validator(mode="after")
    def _whole(self) -> OutcomeTold:
        if (self.outcome is None) == (self.record is None):
            raise ValueError("state an outcome, or a record, and not both")
        if self.id is None and self.video_id is None and self.record is None:
            raise ValueError("name the prediction by id, or the video by video_id")
        if self.at is not None and self.at > datetime.now(UTC) + _AHEAD:
            raise ValueError("at lies in the future")
        return self


class OutcomesRequest(BaseModel):
    """What became of videos."""

    model_config = ConfigDict(extra="forbid")

    outcomes: list[OutcomeTold] = Field(min_length=1, max_length=10_000)


class OutcomesAnswer(BaseModel):
    """What was done with each outcome, in order."""

    results: list[Literal["kept", "replaced", "already kept", "too early", "no prediction"]] = (
        Field(description="What was done with each, in order.")
    )
    kept: int = Field(ge=0, description="How many are kept that were not before.")


class Interval(BaseModel):
    """Where the outcome will fall with 80 % probability, in percentiles of training videos."""

    low: float = Field(ge=0, le=100)
    median: float = Field(ge=0, le=100)
    high: float = Field(ge=0, le=100)


class ModelNamed(BaseModel):
    """The model that answered."""

    fingerprint: str = Field(description="Of the model's file: the first 16 digits of its SHA-256.")
    trained_at: str = Field(description="ISO time, UTC.")
    synthetic: bool = Field(description="Whether it was trained on made-up videos.")


class Answer(BaseModel):
    """What the model says of one video."""

    score: float = Field(ge=0, le=100, description="Mean of the tiers' midpoints, not rounded.")
    tier: int = Field(ge=1, le=5, description="The likeliest tier.")
    tier_probabilities: list[float] = Field(description="Of tiers 1 to 5; they sum to 1.")
    percentile: float | None = Field(
        description="How many of 100 training videos have a lower score; null where not told."
    )
    interval: Interval | None
    unknown: list[str] = Field(description="Features that are not known.")
    ignored: list[str] = Field(
        description="What was given and is not known yet at this moment, or left out."
    )
    model: ModelNamed
    id: str | None = Field(None, description="By which to tell the outcome, where a log is kept.")


class ScoreAnswer(Answer):
    """What the model says of one video, and why where that is asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    narrows: str | None = Field(description="Whose value would narrow the interval most.")
    history: dict[str, int] | None = Field(
        None, description="What became of the earlier videos: read, rejected, duplicates, videos."
    )
    explanation: dict[str, Any] | None = Field(
        None, description="Points that add up to the score: base, reasons, unknown."
    )
    what_if: list[dict[str, Any]] | None = Field(
        None, description="Scores along features, with 95 % intervals of their changes."
    )


class Fault(BaseModel):
    """One thing that cannot be used."""

    pointer: str = Field(description="Where it lies in the body, as a JSON pointer (RFC 6901).")
    detail: str
    remedy: str


class Problem(BaseModel):
    """Why a request, or one video of a batch, was not carried out, as RFC 9457 says it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Fault]
    instance: str | None = Field(None, description="The request's id, which is in the log.")


class BatchAnswer(BaseModel):
    """An answer, or the problem, of each video, in their order."""

    answers: list[Answer | Problem]


class FileAnswer(BaseModel):
    """What became of the records of a file."""

    rows: dict[str, int] = Field(description="Records read, rejected, duplicates, scored.")
    rejections: list[dict[str, Any]] = Field(
        description="Row, field and reason, of the first hundred records that cannot be used."
    )
    ignored: list[str] = Field(description="Columns that are not known yet at this moment.")
    videos: list[dict[str, Any]] = Field(
        description="video_id, caption, score, tier, p1 to p5, percentile, low, median, high "
        "and unknown, the number of features that are not known."
    )
    model: ModelNamed
