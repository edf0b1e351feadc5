"""What the service counts, for Prometheus."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

if TYPE_CHECKING:
    from virality.interfaces.service.serving import ModelFile

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SEVERAL = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """Counts of one process; of all processes of a service where there are several."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "virality_requests", "Requests carried out or refused.", ("path", "method", "status"),
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "virality_request_seconds", "How long requests took.", ("path",),
            buckets=_SECONDS, registry=registry,
        )  # fmt: skip
        self._videos = Counter("virality_videos", "Videos scored.", registry=registry)
        self._reloads = Counter(
            "virality_model_reloads", "New model files, taken or not.", ("taken",),
            registry=registry,
        )  # fmt: skip
        self._stale = Gauge(
            "virality_model_stale", "1 while a model file lies there that cannot be taken.",
            multiprocess_mode="max", registry=registry,
        )  # fmt: skip

    def request(self, path: str, method: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(path, method, status).inc()
        self._seconds.labels(path).observe(seconds)

    def scored(self, videos: int) -> None:
        """Count scored videos."""
        self._videos.inc(videos)

    def reloaded(self, model: ModelFile, *, taken: bool) -> None:
        """Count a new model file."""
        self._reloads.labels("yes" if taken else "no").inc()
        self._stale.set(1 if model.trouble else 0)

    def text(self) -> bytes:
        """Give all counts in Prometheus' text form."""
        if _SEVERAL not in os.environ:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)
