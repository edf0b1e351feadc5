"""What every request passes before and after it is carried out.

It gets an id, is counted and logged, and is refused where it names no key, comes too often, is too
large, takes too long, or where another site's page sends it here by a name of its own for this
machine. Answers carry headers that keep browsers from anything but showing them.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect

from virality.interfaces.service.admitting import Admission
from virality.interfaces.service.logs import RequestLine, RequestLog
from virality.interfaces.service.problems import ProblemError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from virality.interfaces.service.metrics import Metrics
    from virality.interfaces.service.settings import ServiceSettings

    Headers = dict[bytes, bytes]

_LOG = logging.getLogger("virality.service")
_NAMED = re.compile(rb"[\w.-]{1,64}")
_GONE, _FAILED = 499, 500
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": POLICY.encode(),
    b"cache-control": b"no-store",
}


class Guard:
    """An ASGI application around another.

    Parameters
    ----------
    app
        What carries requests out.
    settings
        The limits.
    keys
        Any of which a caller has to name; none where none is needed.
    metrics
        Where requests are counted.
    """

    def __init__(
        self, app: ASGIApp, settings: ServiceSettings, keys: tuple[str, ...], metrics: Metrics
    ) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._admission = Admission(settings, keys)
        self._log = RequestLog()
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            self._log.flush()
        elif scope["type"] == "http":
            await self._request(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        if scope["method"] == "HEAD":  # as GET is answered; the server sends no body
            scope = {**scope, "method": "GET"}
        wanted = headers.get(b"x-request-id")
        name = wanted.decode() if wanted and _NAMED.fullmatch(wanted) else _new_name()
        scope["state"]["request"] = name
        answer, body = _Answer(send, name), _Body(receive, self._settings.body_bytes)
        begun = time.perf_counter()
        self._inside += 1
        try:
            self._admission.check(scope, headers, self._inside)
            await self._carry_out(scope, body, answer)
        except ProblemError as problem:
            await problem.response(name)(scope, receive, answer)
        finally:
            self._inside -= 1
            status = _GONE if body.gone else answer.status
            self._note(scope, answer.name, status, time.perf_counter() - begun)

    async def _carry_out(self, scope: Scope, body: _Body, answer: _Answer) -> None:
        """Carry out a request; what goes wrong once an answer has begun breaks the connection."""
        try:
            async with asyncio.timeout(self._settings.seconds):
                await self._app(scope, body, answer)
        except TimeoutError:
            if answer.status is not None:
                raise
            raise self._late(body) from None
        except ClientDisconnect:
            return
        except Exception:
            _LOG.exception("failed", extra={"request": answer.name})
            if not answer.whole:
                raise

    def _late(self, body: _Body) -> ProblemError:
        seconds = f"{self._settings.seconds:g} seconds"
        if body.whole:
            return ProblemError(503, f"no answer was found in {seconds}")
        return ProblemError(408, f"the body did not arrive in {seconds}")

    def _note(self, scope: Scope, name: str, status: int | None, seconds: float) -> None:
        """Count and log a request; one that broke off without an answer has failed."""
        route, status = scope.get("route"), status or _FAILED
        path: str = "other" if route is None else route.path
        self._metrics.request(path, scope["method"], status, seconds)
        self._log.add(
            RequestLine(
                time=datetime.now(UTC),
                request=name,
                method=scope["method"],
                path=path,
                status=status,
                duration_ms=round(1000 * seconds, 3),
            )
        )


def _new_name() -> str:
    return f"{random.getrandbits(64):016x}"


class _Answer:
    """Sends an answer on, with our headers, and remembers its status."""

    def __init__(self, send: Send, name: str) -> None:
        self._send = send
        self.name = name
        self.status: int | None = None
        self.whole = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = _HEADERS | dict(message["headers"])
            headers[b"x-request-id"] = self.name.encode()
            message["headers"] = [*headers.items()]
        else:
            self.whole = not message.get("more_body", False)
        await self._send(message)


class _Body:
    """Receives a body that is not too large, and knows whether the caller has gone before its end.

    Raises
    ------
    ProblemError
        With 413.
    """

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = 0
        self.whole = self.gone = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self.gone = message["type"] == "http.disconnect" and not self.whole
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            raise ProblemError(413, f"the body is larger than {self._most:,} bytes")
        self.whole = self.whole or not message.get("more_body", False)
        return message
