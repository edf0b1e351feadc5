"""Routes whose bodies are JSON (RFC 8259) and nothing but JSON: no NaN, nothing after the value.

Half a character, as a text that was cut by UTF-16 ends with, is read as a ``?`` in bodies, or lines
of them, of up to a mebibyte.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, get_type_hints

import msgspec
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from virality.interfaces.service.admitting import JSON
from virality.interfaces.service.problems import ProblemError, fault

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    Endpoint = Callable[..., Awaitable[Response]]

    T = TypeVar("T")

_FAULTS = (msgspec.DecodeError, ValueError, RecursionError)
_HIGH, _LOW = rb"\\u[dD][89abAB][\da-fA-F]{2}", rb"\\u[dD][c-fC-F][\da-fA-F]{2}"
_HALF = re.compile(rb"(?<!\\)((?:\\\\)*+)(?:%s(?!%s)|(?<!%s)%s)" % (_HIGH, _LOW, _HIGH, _LOW))
_MENDED = 2**20
"""Bytes up to which halves of characters are looked for: it takes longer than reading."""


def decoded(body: bytes | msgspec.Raw) -> Any:  # noqa: ANN401  whatever it holds
    """Read a body.

    Raises
    ------
    ProblemError
        With 400 when it is no JSON.
    """
    try:
        return read_json(body, None)
    except _FAULTS as error:
        raise no_json(error) from None


def read_json(body: bytes | msgspec.Raw, kind: type[T] | None) -> T:
    """Read JSON as a type, or as whatever it holds.

    Raises
    ------
    msgspec.DecodeError, ValueError, RecursionError
        When it is no JSON.
    """
    wanted: Any = Any if kind is None else kind
    try:
        found: T = msgspec.json.decode(body, type=wanted)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        whole = bytes(body)
        if len(whole) > _MENDED:
            raise
        found = msgspec.json.decode(_HALF.sub(rb"\1?", whole), type=wanted)
    return found


def no_json(error: Exception) -> ProblemError:
    """Say that a body is no JSON."""
    why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    remedy = "send one JSON value in UTF-8; an unknown value is null or left out"
    return ProblemError(400, f"the body is no JSON: {why}", errors=[fault("", why, remedy)])


def kind_of(request: Request) -> str:
    """Tell what type of body a request states."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


class StrictRoute(APIRoute):
    """A route that FastAPI finds and describes, and that is carried out here.

    Its endpoint takes the request alone, or before it the body, as the Pydantic model that it
    names. FastAPI's own way is for forms, files, dependencies and streams, too; it takes longer
    than a score.
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:  # noqa: ANN401
        super().__init__(path, endpoint, **options)
        first = next(iter(get_type_hints(endpoint).values()))
        self._body: type[BaseModel] | None = first if issubclass(first, BaseModel) else None
        self.app = self._carried_out

    async def _carried_out(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        told = () if self._body is None else (await _read(request, self._body),)
        response: Response = await self.endpoint(*told, request)
        await response(scope, receive, send)


async def _read(request: Request, kind: type[BaseModel]) -> BaseModel:
    """Read and check a body."""
    if kind_of(request) != JSON:
        raise ProblemError(415, f"send {JSON}")
    told = decoded(await request.body())
    try:
        return kind.model_validate(told)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False, include_input=False)) from None
