"""What the service counts, for Prometheus."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset(("GET", "POST", "HEAD", "OPTIONS"))
SEVERAL = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder where several processes leave their counts."""


class Metrics:
    """Counts of one process; of all processes of a service where there are several."""

    def __init__(self) -> None:
        self._registry = here = CollectorRegistry()
        self._requests = Counter(
            "virality_requests",
            "Requests carried out or refused.",
            ("path", "method", "status"),
            registry=here,
        )
        self._seconds = Histogram(
            "virality_request_seconds",
            "How long requests took.",
            ("path",),
            buckets=_SECONDS,
            registry=here,
        )
        self._counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._videos = Counter("virality_videos", "Videos scored.", registry=here)
        self._reloads = Counter(
            "virality_model_reloads", "New model files, taken or refused.", ("what",), registry=here
        )
        self._stale = Gauge(
            "virality_model_stale",
            "1 while a model file lies there that cannot be taken.",
            multiprocess_mode="max",
            registry=here,
        )

        self._log = {
            "waiting": Gauge(
                "virality_log_waiting",
                "Predictions that wait to be written to the log.",
                multiprocess_mode="livesum",
                registry=here,
            ),
            "dropped": Gauge(
                "virality_log_dropped",
                "Predictions for which there was no room to wait.",
                multiprocess_mode="sum",
                registry=here,
            ),
        }

    def logged(self, state: Mapping[str, int]) -> None:
        """Note how the log is doing: predictions ``waiting`` and ``dropped``."""
        for name, gauge in self._log.items():
            gauge.set(state[name])

    def request(self, path: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        named = (path, method if method in _METHODS else "other", status)
        counted = self._counted.get(named)
        if counted is None:
            counted = self._requests.labels(*named), self._seconds.labels(path)
            self._counted[named] = counted
        counted[0].inc()
        counted[1].observe(seconds)

    def scored(self, videos: int) -> None:
        """Count scored videos."""
        self._videos.inc(videos)

    def reloaded(self, what: str) -> None:
        """Count a new model file that was ``taken`` or ``refused``."""
        self._reloads.labels(what).inc()
        self._stale.set(what == "refused")

    def text(self) -> bytes:
        """Give all counts in Prometheus' text form."""
        if SEVERAL not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
