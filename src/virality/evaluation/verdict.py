"""How a model did, as one value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Evaluation:
    """How a model did on rows that are named with it.

    Attributes
    ----------
    n
        Rows judged.
    split
        ``kind``: which rows these are; ``resampled_by``: what a bootstrap resample draws.
    metrics
        As in :class:`virality.evaluation.metrics.Metrics`, and ``percentile_distance``: how far the
        scores' percentiles are from evenly spread, 0 to 1; large where these videos are unlike
        those that trained.
    intervals
        Central 95 % intervals of the metrics that have one, as ``[low, high]``.
    baselines
        By name the metrics of predictions that need no model, on the same rows; ``difference`` is
        the model's log-loss less theirs, with its interval.
    notes
        What a reader of the numbers has to know.
    synthetic
        Whether the rows are made up.
    """

    n: int
    split: Mapping[str, str]
    metrics: Mapping[str, Any]
    intervals: Mapping[str, list[float]]
    baselines: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...]
    synthetic: bool

    @property
    def log_loss(self) -> float:
        """Mean negative logarithm of the probability of what happened, in nats."""
        return float(self.metrics["log_loss"])

    def _repr_html_(self) -> str:
        """Show itself in a notebook."""
        from virality.notebook import evaluation_markup  # noqa: PLC0415  few are in one

        return evaluation_markup(self.to_dict())

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values."""
        return {**asdict(self), "notes": list(self.notes)}
