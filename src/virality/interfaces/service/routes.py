"""What can be asked of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST

from virality.errors import LogError, ViralityError
from virality.interfaces.service.admitting import FILE, JSON, LINES
from virality.interfaces.service.batches import parted, streamed
from virality.interfaces.service.bodies import (
    VIDEO_MEANS,
    BatchAnswer,
    FileAnswer,
    OutcomesAnswer,
    OutcomesRequest,
    ScoreAnswer,
    ScoreRequest,
)
from virality.interfaces.service.card import model_card
from virality.interfaces.service.examples import HISTORY, VIDEO
from virality.interfaces.service.files import scored_file
from virality.interfaces.service.journal import UnfitError
from virality.interfaces.service.problems import FORM, ProblemError, encoded, of_error
from virality.interfaces.service.service import journal_of, service_of
from virality.interfaces.service.statement import statement
from virality.interfaces.service.strict import StrictRoute, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.interfaces.service.journal import Journal


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {FORM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "A problem.", "content": content} for status in statuses}


_TEXT = {"schema": {"type": "string"}}
_HEAD = _problems(400, 401, 429, 503)
_BODY = _problems(408, 413, 415, 422)
_VIDEO = {"type": "object", "additionalProperties": True, "description": VIDEO_MEANS}
_VIDEOS = {"type": "array", "items": _VIDEO}
_BATCH = {
    "anyOf": [
        _VIDEOS,
        {
            "type": "object",
            "properties": {"videos": _VIDEOS, "history": {"type": "array", "items": _VIDEO}},
            "required": ["videos"],
            "additionalProperties": False,
        },
    ]
}

scores = APIRouter(route_class=StrictRoute, tags=["scores"], responses={**_HEAD, **_BODY})
outcomes = APIRouter(route_class=StrictRoute, tags=["outcomes"], responses={**_HEAD, **_BODY})
model = APIRouter(tags=["model"], responses=_HEAD)
health = APIRouter(tags=["health"])


@scores.post("/v1/score", response_model=ScoreAnswer, summary="Score one video")
async def score(asked: ScoreRequest, request: Request) -> Response:
    """Score one video from whatever is known of it."""
    service = service_of(request)
    answering = service.answering
    told = answering.at_once(asked) or await service.aside(answering.one, asked)
    service.metrics.scored(1)
    return Response(told, media_type=JSON)


@scores.post(
    "/v1/score/batch",
    response_model=BatchAnswer,
    summary="Score many videos",
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}, "model": BatchAnswer}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": _BATCH, "example": {"videos": [VIDEO], "history": HISTORY}},
                LINES: {"schema": {"type": "string"}, "example": encoded(VIDEO).decode()},
            },
        }
    },
)
async def batch(request: Request) -> Response:
    """Score many videos, each by itself: its answer or its problem stands in its place.

    JSON lines are answered by lines, the first before the last is scored.
    """
    service, kind = service_of(request), kind_of(request)
    raws, history = parted(await request.body(), kind, service.settings.videos)
    told = await streamed(service, raws, history, lines=kind == LINES)
    return StreamingResponse(told, media_type=kind)


@scores.post(
    "/v1/score/file",
    response_model=FileAnswer,
    summary="Score a file of records",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {FILE: {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def file(request: Request) -> Response:
    """Score the records of a JSON, JSON lines or CSV file, as the command line reads it."""
    service, body = service_of(request), await request.body()
    most = service.settings.videos
    return Response(
        await service.aside(scored_file, service.model.serving, body, most), media_type=JSON
    )


@outcomes.post(
    "/v1/outcomes",
    response_model=OutcomesAnswer,
    summary="Tell what became of videos",
    responses=_problems(501),
)
async def became(told: OutcomesRequest, request: Request) -> Response:
    """Keep what became of videos. The answer comes once all of it is on the disk, or none is."""
    service = service_of(request)
    given = [each.model_dump() for each in told.outcomes]
    done = await service.aside(_kept, journal_of(service), given)
    return Response(encoded(done), media_type=JSON)


def _kept(journal: Journal, told: list[dict[str, Any]]) -> Mapping[str, Any]:
    try:
        return journal.outcomes(told)
    except LogError as error:
        raise _unreachable(error) from error
    except UnfitError as unfit:
        one, place = told[unfit.number], f"/outcomes/{unfit.number}"
        if one["record"] is not None:
            one, place = one["record"], f"{place}/record"
        raise of_error(unfit.error, one, place) from unfit
    except ViralityError as error:
        raise of_error(error, None, "/outcomes") from error


def _unreachable(error: LogError) -> ProblemError:
    return ProblemError(503, str(error), headers={"retry-after": "5"})


@model.get("/v1/monitor", summary="Are scores still right?", responses=_problems(501))
async def monitor(request: Request) -> Response:
    """Say whether predictions are still right, by week and cohort, and whether an alarm is due."""
    service = service_of(request)
    try:
        told = await service.aside(journal_of(service).monitor)
    except LogError as error:
        raise _unreachable(error) from error
    return Response(encoded(told), media_type=JSON)


@model.get("/v1/model", summary="What is served")
async def served(request: Request) -> Response:
    """Say which model is served, what it takes in, and within which limits."""
    service = service_of(request)
    return Response(encoded(await service.aside(statement, service)), media_type=JSON)


@model.get(
    "/v1/model/card",
    summary="The model card",
    response_class=Response,
    responses={200: {"content": {"text/markdown": _TEXT, "text/html": _TEXT}}, **_problems(501)},
)
async def card(request: Request) -> Response:
    """Report on the model for people: as a page to browsers, else in Markdown."""
    service = service_of(request)
    html = "text/html" in request.headers.get("accept", "")
    return await service.aside(model_card, service.model.serving, html)


@health.get("/healthz", summary="Is it alive?")
async def alive() -> Response:
    """Answer while the process does."""
    return Response(encoded({"status": "alive"}), media_type=JSON)


@health.get("/readyz", summary="Can it score?")
async def ready(request: Request) -> Response:
    """Answer once a model is loaded; ``stale`` tells that a newer file could not be."""
    found = service_of(request).model
    told = {"status": "ready", "model": found.serving.fingerprint, "stale": bool(found.trouble)}
    journal = service_of(request).journal
    if journal is not None:
        told["log"] = dict(journal.state)
    return Response(encoded(told), media_type=JSON)


@health.get(
    "/metrics",
    summary="Counts, for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": _TEXT}}, **_HEAD},
)
async def metrics(request: Request) -> Response:
    """Give what the service counts."""
    return Response(service_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)
