"""A look at what a log holds: where the log and the monitor meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from virality.monitor.watching import BEFORE, LONG, watch
from virality.promise import Promise

if TYPE_CHECKING:
    from virality.log import OutcomeLog
    from virality.monitor.monitoring import Monitoring

WEEKS = 26
"""How many weeks are shown."""

_LATE = 8


def looked(
    log: OutcomeLog, *, model: str | None = None, weeks: int = WEEKS, now: datetime | None = None
) -> Monitoring:
    """Look at the predictions of some weeks, and of those before with which they are compared.

    Parameters
    ----------
    log
        Where predictions and outcomes are kept.
    model
        Fingerprint of the model to judge; None is the one that predicted last.
    weeks
        How many of the latest weeks to show, at least 1.
    now
        When this is asked; None is now.

    Raises
    ------
    LogError
        When the log cannot be read.
    """
    at = now or datetime.now(UTC)
    promises = {name: Promise.from_dict(stated) for name, stated in log.models().items()}
    first = at - timedelta(weeks=weeks + LONG + max(BEFORE, _LATE))
    return watch(log.frame(since=first), promises, now=at, model=model, weeks=weeks)
