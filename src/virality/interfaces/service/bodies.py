"""What callers send and are sent back, as the documentation of the interface shows it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from virality.interfaces.service.examples import ANSWER, HISTORY, VIDEO

_VIDEO = (
    "A record as a scraper gave it, canonical columns, feature names with their values, or a "
    "mixture. What is absent or null is unknown."
)
_HISTORY = (
    "Records of the account's earlier videos, scraped a week or more after posting. An empty list "
    "is an account that has posted nothing; null, one of which nothing is known."
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ScoreRequest(_Body):
    """One video."""

    video: dict[str, Any] = Field(description=_VIDEO, examples=[VIDEO])
    history: list[dict[str, Any]] | None = Field(None, description=_HISTORY, examples=[HISTORY])
    explain: bool = Field(default=False, description="Whether to say what each input contributes.")
    what_if: list[str] = Field(
        default_factory=list,
        max_length=20,
        description="Features along which to say how the score goes, such as duration_seconds.",
    )


class BatchRequest(_Body):
    """Many videos."""

    videos: list[dict[str, Any]] = Field(description="Each as the video of /v1/score.")
    history: list[dict[str, Any]] | None = Field(None, description=_HISTORY)


class Interval(BaseModel):
    """Where the outcome will fall with 80 % probability, in percentiles of training videos."""

    low: float = Field(ge=0, le=100)
    median: float = Field(ge=0, le=100)
    high: float = Field(ge=0, le=100)


class Served(BaseModel):
    """The model that answered."""

    fingerprint: str = Field(description="Of the model's file: the first 16 digits of its SHA-256.")
    trained_at: str = Field(description="ISO time, UTC.")
    synthetic: bool = Field(description="Whether it was trained on made-up videos.")


class ScoreAnswer(BaseModel):
    """What the model says of one video."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER]})

    score: float = Field(ge=0, le=100, description="Mean of the tiers' midpoints, not rounded.")
    tier: int = Field(ge=1, le=5, description="The likeliest tier.")
    tier_probabilities: list[float] = Field(description="Of tiers 1 to 5; they sum to 1.")
    percentile: float | None = Field(
        description="How many of 100 training videos have a lower score; null where not told."
    )
    interval: Interval | None
    unknown: list[str] = Field(description="Features that are not known.")
    ignored: list[str] = Field(description="What was given and is not known yet at this moment.")
    narrows: str | None = Field(description="Whose value would narrow the interval most.")
    model: Served
    explanation: dict[str, Any] | None = Field(
        None, description="Points that add up to the score: base, reasons, unknown."
    )
    what_if: list[dict[str, Any]] | None = Field(
        None, description="Scores along features, with intervals of their changes."
    )


class Fault(BaseModel):
    """One thing that cannot be used."""

    pointer: str | None = Field(description="Where it lies in the body, as a JSON pointer.")
    detail: str
    remedy: str = ""


class Problem(BaseModel):
    """Why a request was not carried out, as RFC 9457 says it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The request's id, which is in the log.")
    errors: list[Fault] = Field(default_factory=list)
