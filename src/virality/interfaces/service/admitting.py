"""Which requests are let in, by their head alone."""

from __future__ import annotations

import time
from hmac import compare_digest
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from virality.interfaces.service.problems import ProblemError

if TYPE_CHECKING:
    from starlette.types import Scope

    from virality.interfaces.service.settings import ServiceSettings

_OPEN = ("/healthz", "/readyz")
_GUARDED = ("/v1/", "/metrics", "/openapi.json")
_HERE = (b"localhost", b"127.0.0.1", b"[::1]")
JSON, LINES, FILE = "application/json", "application/x-ndjson", "application/octet-stream"
_BODIES = {kind.encode() for kind in (JSON, LINES, FILE)}


class Admission:
    """Refuses what is not to be carried out.

    Parameters
    ----------
    settings
        The limits.
    keys
        Any of which a caller has to name; none where none is needed.
    """

    def __init__(self, settings: ServiceSettings, keys: tuple[str, ...]) -> None:
        self._settings = settings
        self._keys = tuple(key.encode() for key in keys)
        self._local = not keys and settings.loopback
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(max(settings.per_minute, 1))

    def check(self, scope: Scope, headers: dict[bytes, bytes], inside: int) -> None:
        """Refuse a request, or let it in.

        Raises
        ------
        ProblemError
            With 400, 401, 413, 415, 429 or 503.
        """
        path: str = scope["path"]
        if path in _OPEN:
            return
        caller = scope["client"][0] if scope.get("client") else "unknown"
        if self._keys and path.startswith(_GUARDED):
            caller = self._known(headers)
        elif self._local:
            self._check_host(headers.get(b"host", b""))
        if inside > self._settings.waiting:
            raise ProblemError(503, "too many requests are waiting", headers={"retry-after": "1"})
        if self._settings.per_minute:
            self._check_rate(caller)
        if scope["method"] == "POST":
            self._check_body(headers)

    def _check_host(self, host: bytes) -> None:
        """Refuse what another site's page sends here by a name of its own for this machine."""
        end = host.find(b"]") + 1 or host.find(b":") if b":" in host else len(host)
        if host[:end].lower() not in _HERE:
            raise ProblemError(400, "the header Host names another machine than this")

    def _known(self, headers: dict[bytes, bytes]) -> str:
        """Name the caller by its key, which is compared in constant time."""
        kind, _, given = headers.get(b"authorization", b"").partition(b" ")
        key = given.strip() if kind.lower() == b"bearer" else headers.get(b"x-api-key", b"")
        matches = [compare_digest(key, each) for each in self._keys]
        if not any(matches):
            raise ProblemError(
                401,
                "name an API key in the header Authorization: Bearer, or X-API-Key",
                headers={"www-authenticate": "Bearer"},
            )
        return f"key {matches.index(True)}"

    def _check_rate(self, caller: str) -> None:
        if not self._limiter.hit(self._limit, caller):
            reset = self._limiter.get_window_stats(self._limit, caller).reset_time
            raise ProblemError(
                429,
                f"more than {self._settings.per_minute:,} requests in a minute",
                headers={"retry-after": str(max(1, round(reset - time.time())))},
            )

    def _check_body(self, headers: dict[bytes, bytes]) -> None:
        kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        if kind not in _BODIES:
            raise ProblemError(415, f"state the body's type: {JSON}, {LINES} or {FILE}")
        stated, most = headers.get(b"content-length", b"0"), self._settings.body_bytes
        if stated.isdigit() and int(stated[:20]) > most:
            raise ProblemError(413, f"the body is larger than {most:,} bytes")
