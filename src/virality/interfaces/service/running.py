"""Running the service: one process that listens, or several that share a socket."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from virality.errors import OptionError
from virality.interfaces.service.metrics import SEVERAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from virality.interfaces.service.settings import ServiceSettings

_FACTORY = "virality.interfaces.service.app:from_environment"
_BACKLOG = 2048
_GRACE_SECONDS = 5


def run(settings: ServiceSettings, port: int, workers: int, say: Callable[[str], None]) -> None:
    """Serve until a signal ends it; what is in flight then is finished first.

    Parameters
    ----------
    settings
        What each process is told.
    port
        Where to listen; 0 takes one that is free.
    workers
        How many processes.
    say
        Told the address once it listens.

    Raises
    ------
    OptionError
        When nothing can listen there.
    """
    settings.to_environment()
    config = uvicorn.Config(
        _FACTORY,
        factory=True,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=round(settings.seconds) + _GRACE_SECONDS,
    )
    with closing(_listening(settings.host, port)) as listener, _counted(workers), _ending():
        say(_address(listener))
        if workers == 1:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            Multiprocess(config, sockets=[listener]).run()


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        made = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        raise OptionError(
            f"nothing can listen there: {getattr(error, 'strerror', None) or error}",
            where=f"{host}:{port}",
            remedy="choose another --port or --host",
        ) from error
    made.set_inheritable(True)
    return made


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def _ending() -> Iterator[None]:
    """Let a signal, which the server raises again once it has ended, end nothing more."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    with suppress(KeyboardInterrupt):
        yield


@contextmanager
def _counted(workers: int) -> Iterator[None]:
    """Give several processes a folder in which to leave what they count."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="virality-counts-") as folder:
        os.environ[SEVERAL] = folder
        try:
            yield
        finally:
            os.environ.pop(SEVERAL, None)
