"""What every request passes before and after it is carried out.

It gets an id, is counted and logged, and is refused where it names no key, comes too often, is too
large, takes too long to arrive, or where another site's page sends it here by a name of its own for
this machine. Answers carry headers that keep browsers from anything but showing them.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from hmac import compare_digest
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders

from virality.interfaces.service.problems import ProblemError, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from virality.interfaces.service.metrics import Metrics
    from virality.interfaces.service.settings import ServiceSettings

_LOG = logging.getLogger("virality.service")
_NAMED = re.compile(r"[\w.-]{1,64}", re.ASCII)
_OPEN = ("/healthz", "/readyz")
_GUARDED = ("/v1/", "/metrics", "/openapi.json")
_HERE = {"localhost", "127.0.0.1", "[::1]"}
_BODIES = ("application/json", "application/x-ndjson")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": POLICY,
    "cache-control": "no-store",
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
        self._keys = tuple(key.encode() for key in keys)
        self._metrics = metrics
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(max(settings.per_minute, 1))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry out one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        wanted = headers.get("x-request-id", "")
        name = wanted if _NAMED.fullmatch(wanted) else token_hex(8)
        scope.setdefault("state", {})["request"] = name
        seen = _Seen(send, name)
        begun = time.perf_counter()
        try:
            self._admit(scope, headers)
            await self._app(scope, _Body(receive, headers, self._settings), seen)
        except ProblemError as found:
            await self._refuse(seen, found, scope, receive)
        except Exception:
            _LOG.exception("failed", extra={"request": name})
            await self._refuse(seen, ProblemError(500, "something failed here"), scope, receive)
        finally:
            self._note(scope, seen, time.perf_counter() - begun)

    def _admit(self, scope: Scope, headers: Headers) -> None:
        """Refuse what is not to be carried out.

        Raises
        ------
        ProblemError
            With 400, 401, 415 or 429.
        """
        path = scope["path"]
        if path in _OPEN:
            return
        caller = _caller(scope)
        if self._keys:
            if path.startswith(_GUARDED):
                caller = self._known(headers)
        elif self._settings.loopback and _host(headers) not in _HERE:
            raise ProblemError(400, "the Host header names another machine than this")
        if self._settings.per_minute and not self._limiter.hit(self._limit, caller):
            wait = max(
                1, round(self._limiter.get_window_stats(self._limit, caller)[0] - time.time())
            )
            raise ProblemError(
                429,
                f"more than {self._settings.per_minute} requests in a minute",
                headers={"retry-after": str(wait)},
            )
        if (
            scope["method"] == "POST"
            and headers.get("content-type", "").partition(";")[0].strip().lower() not in _BODIES
        ):
            raise ProblemError(415, f"the body has to be {' or '.join(_BODIES)}")

    def _known(self, headers: Headers) -> str:
        """Name the caller by the key that is named, compared in constant time.

        Raises
        ------
        ProblemError
            With 401 when there is none.
        """
        kind, _, given = headers.get("authorization", "").partition(" ")
        key = given.strip() if kind.lower() == "bearer" else headers.get("x-api-key", "")
        matches = [compare_digest(key.encode(), each) for each in self._keys]
        if not any(matches):
            raise ProblemError(
                401,
                "name an API key in the header Authorization: Bearer, or X-API-Key",
                headers={"www-authenticate": "Bearer"},
            )
        return f"key {matches.index(True)}"

    async def _refuse(
        self, seen: _Seen, found: ProblemError, scope: Scope, receive: Receive
    ) -> None:
        """Answer with a problem, unless an answer has begun."""
        if seen.status is None:
            await problem(found, seen.name)(scope, receive, seen)

    def _note(self, scope: Scope, seen: _Seen, seconds: float) -> None:
        """Count and log a request; what it held is not written."""
        route: Any = scope.get("route")
        path = getattr(route, "path", "other")
        self._metrics.request(path, scope["method"], seen.status or 499, seconds)
        _LOG.info(
            "request",
            extra={
                "request": seen.name,
                "method": scope["method"],
                "path": path,
                "status": seen.status or 499,
                "duration_ms": round(1000 * seconds, 3),
                **scope["state"].get("stages", {}),
            },
        )


class _Seen:
    """Sends an answer on, with our headers, and remembers its status."""

    def __init__(self, send: Send, name: str) -> None:
        self._send = send
        self.name = name
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers["x-request-id"] = self.name
        await self._send(message)


class _Body:
    """Receives a body that is neither too large nor too slow.

    Raises
    ------
    ProblemError
        With 408 or 413.
    """

    def __init__(self, receive: Receive, headers: Headers, settings: ServiceSettings) -> None:
        self._receive = receive
        self._most = settings.body_bytes
        self._seconds = settings.seconds
        self._until: float | None = None
        self._size = 0
        self._done = False
        stated = headers.get("content-length", "0")
        if stated.isdigit() and int(stated[:20]) > self._most:
            raise self._too_large()

    def _too_large(self) -> ProblemError:
        return ProblemError(413, f"the body is larger than {self._most:,} bytes")

    async def __call__(self) -> Message:
        if self._done:
            return await self._receive()
        now = time.monotonic()
        self._until = self._until or now + self._seconds
        try:
            message = await asyncio.wait_for(self._receive(), max(self._until - now, 0.001))
        except TimeoutError:
            raise ProblemError(
                408, f"the body did not arrive in {self._seconds:g} seconds"
            ) from None
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            raise self._too_large()
        self._done = not message.get("more_body", False)
        return message


def _caller(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else "unknown"


def _host(headers: Headers) -> str:
    """Take the name that a caller has for this machine, without the port."""
    host = headers.get("host", "")
    return (
        host[: host.index("]") + 1]
        if host.startswith("[") and "]" in host
        else host.partition(":")[0]
    )
