"""What remembers predictions, and what became of them, as the service sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.answers import Prediction
    from virality.arrays import Floats
    from virality.errors import ViralityError
    from virality.interfaces.service.serving import Serving


class UnfitError(Exception):
    """One of the outcomes that were told cannot be used.

    Parameters
    ----------
    number
        Which, from 0.
    error
        Why.
    """

    def __init__(self, number: int, error: ViralityError) -> None:
        super().__init__(str(error))
        self.number, self.error = number, error


class Journal(Protocol):
    """Remembers predictions and outcomes. Threads may call it at once."""

    @property
    def state(self) -> Mapping[str, int]:
        """How many predictions are ``waiting`` to be written, and how many were ``dropped``."""

    def predicted(
        self,
        serving: Serving,
        videos: Sequence[Mapping[str, Any]],
        features: Floats,
        found: Sequence[Prediction],
    ) -> Sequence[str]:
        """Take note of n predictions, later and without ever failing; give each an id.

        Parameters
        ----------
        serving
            The model that made them.
        videos
            What was sent of each.
        features
            (n, p) what it was scored by, NaN where unknown.
        found
            The predictions.
        """

    def outcomes(self, told: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        """Keep what became of videos, for good before this returns; say what was done with each.

        Each has ``id`` of a prediction or ``video_id``, and ``outcome`` or a later ``record``; and
        ``at``, when it was counted, unless the record says or it is now.

        Raises
        ------
        UnfitError
            When an outcome cannot be used.
        ViralityError
            When they cannot be kept.
        """

    def monitor(self) -> Mapping[str, Any]:
        """Say whether predictions are still right, as plain values.

        Raises
        ------
        ViralityError
            When what is remembered cannot be read.
        """

    def close(self) -> None:
        """Write what has not been written."""
