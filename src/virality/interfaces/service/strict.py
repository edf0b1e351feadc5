"""Bodies as JSON (RFC 8259) and nothing but JSON: no NaN, no half characters, nothing after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import Request
from fastapi.routing import APIRoute

from virality.interfaces.service.problems import ProblemError, fault

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from starlette.responses import Response

    Handler = Callable[[Request], Coroutine[Any, Any, Response]]

_FAULTS = (msgspec.DecodeError, ValueError, RecursionError)


def decoded(body: bytes | msgspec.Raw) -> Any:  # noqa: ANN401  whatever it holds
    """Read a body.

    Raises
    ------
    ProblemError
        With 400 when it is no JSON.
    """
    try:
        return msgspec.json.decode(body)
    except _FAULTS as error:
        raise no_json(error) from None


def no_json(error: Exception) -> ProblemError:
    """Say that a body is no JSON."""
    why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    remedy = "send one JSON value in UTF-8; an unknown value is null or left out"
    return ProblemError(400, f"the body is no JSON: {why}", errors=[fault("", why, remedy)])


class _StrictRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401  whatever it holds
        return decoded(await self.body())


class StrictRoute(APIRoute):
    """A route whose body is read by :func:`decoded`."""

    def get_route_handler(self) -> Handler:
        """Wrap what FastAPI makes of the route."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strictly
