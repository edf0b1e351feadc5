"""The service as one ASGI application."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from virality._version import __version__
from virality.interfaces.service.guarding import Guard
from virality.interfaces.service.logs import log_lines
from virality.interfaces.service.metrics import Metrics
from virality.interfaces.service.pages import pages
from virality.interfaces.service.problems import ProblemError, fault, pointer
from virality.interfaces.service.routes import health, model, outcomes, scores
from virality.interfaces.service.service import Service
from virality.interfaces.service.serving import ModelFile
from virality.interfaces.service.settings import ServiceSettings, api_keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.responses import Response
    from starlette.types import ASGIApp

    from virality.interfaces.service.journal import Journal

_LOG = logging.getLogger("virality.service")
_WATCH_SECONDS = 1.0
_SWITCH_SECONDS = 0.0005
"""How long a thread that writes the log may keep those waiting who answer requests."""
_OLD_SEARCHES = 100
"""How many searches of young objects go before one of all: what waits to be logged is many."""

_ABOUT = (
    "Scores short videos from 0 to 100, from whatever is known of them. A request that is not "
    "carried out is answered with a problem (RFC 9457) whose pointers name the fields at fault."
)


def from_environment() -> ASGIApp:
    """Make the application that one process serves, as the process that started it was told."""
    log_lines()
    settings = ServiceSettings.from_environment()
    service = Service(settings, ModelFile(settings.model), Metrics(), _journal(settings.log))
    made = application(service, api_keys(settings.host))
    _answer_at_once()
    return made


def _answer_at_once() -> None:
    """Keep short what stops all threads: turns of another thread, and searches for garbage."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.collect()
    gc.freeze()  # what there is now stays, and need not be searched again
    gc.set_threshold(*gc.get_threshold()[:2], _OLD_SEARCHES)


def _journal(log: str | None) -> Journal | None:
    if log is None:
        return None
    from virality.interfaces.service.remembering import LogJournal  # noqa: PLC0415  an extra

    return LogJournal(log)


def application(service: Service, keys: tuple[str, ...] = ()) -> ASGIApp:
    """Make the application of a service; callers have to name one of the keys, if there are any."""
    app = FastAPI(
        title="virality",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.service = service
    for router in (scores, outcomes, model, health, pages):
        app.router.routes += router.routes  # included, each would be matched a second time
    app.add_exception_handler(HTTPException, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)
    guarded = Guard(app, service.settings, keys, service.metrics)
    if not service.settings.origins:
        return guarded
    return CORSMiddleware(
        guarded,
        allow_origins=service.settings.origins,
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "x-api-key", "x-request-id"],
        expose_headers=["x-request-id", "retry-after"],
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Watch the model's file for as long as the service runs."""
    service: Service = app.state.service
    watch = asyncio.create_task(_watch(service))
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        if service.journal is not None:
            await service.aside(service.journal.close)


async def _watch(service: Service) -> None:
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if service.journal is not None:
            service.metrics.logged(service.journal.state)
        try:
            found = await service.aside(service.model.refresh)
        except Exception:  # noqa: BLE001  watching goes on, whatever a file holds
            _LOG.exception("the model's file could not be looked at")
        else:
            if found != "same":
                service.metrics.reloaded(found)


async def _problem(request: Request, error: Exception) -> Response:
    found = error if isinstance(error, ProblemError) else _of_http(error)
    return found.response(request.state.request)


def _of_http(error: Exception) -> ProblemError:
    if not isinstance(error, HTTPException):
        return ProblemError(500, "something failed here; the log says what, by this request")
    return ProblemError(error.status_code, error.detail, headers=error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [fault(pointer(each["loc"]), _said(each)) for each in found]
    first = f"{errors[0]['pointer'] or 'the body'}: {errors[0]['detail']}" if errors else "invalid"
    return ProblemError(422, first, errors=errors).response(request.state.request)


def _said(error: Mapping[str, Any]) -> str:
    """Say what a validation found, without naming our classes."""
    if error["type"] == "model_type":
        return "it is no object"
    said: str = error["msg"]
    return said.removeprefix("Value error, ")


async def _failed(request: Request, error: Exception) -> Response:
    return _of_http(error).response(request.state.request)
