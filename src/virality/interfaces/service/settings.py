"""What one service is told when it starts."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from ipaddress import ip_address

import msgspec

from virality.errors import OptionError

KEYS = "VIRALITY_API_KEYS"
TOLD = "VIRALITY_SERVICE"
MIB = 2**20
RATE_ABROAD = 6000
_SHORTEST = 16


@dataclass(frozen=True)
class ServiceSettings:
    """What one service is told when it starts.

    Attributes
    ----------
    model
        The model's file.
    host
        Where it listens; tells whether other machines reach it.
    origins
        Web origins whose pages may call it, such as ``https://app.example``; none by default.
    body_bytes
        The largest body of a request.
    videos
        How many videos one request may hold.
    per_minute
        How many requests one caller may send a minute to one worker; 0 is without end.
    seconds
        How long a request may take, its body's arrival and its answer's departure included.
    waiting
        How many requests may be in flight at once in one worker.
    log
        The database that remembers predictions and outcomes; None where none does. As it may hold
        a password, it travels by the environment alone.
    """

    model: str
    host: str = "127.0.0.1"
    origins: tuple[str, ...] = ()
    body_bytes: int = 32 * MIB
    videos: int = 100_000
    per_minute: int = 0
    seconds: float = 30.0
    waiting: int = 1000
    log: str | None = None

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.host)

    def to_environment(self) -> None:
        """Leave them to the processes that this one starts."""
        os.environ[TOLD] = msgspec.json.encode(asdict(self)).decode()

    @classmethod
    def from_environment(cls) -> ServiceSettings:
        """Take what :meth:`to_environment` left."""
        return msgspec.json.decode(os.environ[TOLD], type=cls)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, as it calls itself.

    Examples
    --------
    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def api_keys(host: str) -> tuple[str, ...]:
    """Take the keys that callers have to name, from the environment; none are needed on loopback.

    Raises
    ------
    OptionError
        When a key is too short to be one, or the host is reached from other machines and there is
        no key.
    """
    keys = tuple(key.strip() for key in os.environ.get(KEYS, "").split(",") if key.strip())
    if any(len(key) < _SHORTEST for key in keys):
        raise OptionError(
            f"a key has fewer than {_SHORTEST} characters",
            where=KEYS,
            remedy="make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    if not keys and not is_loopback(host):
        raise OptionError(
            f"{host} is reached from other machines, and there is no API key",
            where="--host",
            remedy=f"put one or several, with commas between, in the environment as {KEYS}",
        )
    return keys
