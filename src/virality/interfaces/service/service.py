"""All that the requests of one process share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import CapacityLimiter, to_thread

from virality.interfaces.service.answering import Answering
from virality.interfaces.service.problems import ProblemError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from virality.interfaces.service.journal import Journal
    from virality.interfaces.service.metrics import Metrics
    from virality.interfaces.service.serving import ModelFile
    from virality.interfaces.service.settings import ServiceSettings

    T = TypeVar("T")


_THREADS = 3
"""How many requests are carried out aside at once: more keep each other from Python."""


@dataclass(frozen=True)
class Service:
    """All that the requests of one process share.

    Attributes
    ----------
    settings
        The limits.
    model
        The file that is served.
    metrics
        Where requests are counted.
    journal
        Remembers predictions; None where no log is kept.
    """

    settings: ServiceSettings
    model: ModelFile
    metrics: Metrics
    journal: Journal | None = None
    _limiter: CapacityLimiter = field(default_factory=partial(CapacityLimiter, _THREADS))

    @property
    def answering(self) -> Answering:
        """Answers with the model that is served now."""
        return Answering(self.model.serving, self.journal)

    async def aside(self, work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401
        """Do what takes its time in a thread."""
        task = partial(work, *arguments)
        return await to_thread.run_sync(task, limiter=self._limiter, abandon_on_cancel=True)


def service_of(request: Request) -> Service:
    """Find the service that a request came to."""
    found: Service = request.app.state.service
    return found


def journal_of(service: Service) -> Journal:
    """Find what remembers for a service.

    Raises
    ------
    ProblemError
        With 501 where nothing does.
    """
    if service.journal is None:
        raise ProblemError(501, "no log is kept here; start the service with --log")
    return service.journal
