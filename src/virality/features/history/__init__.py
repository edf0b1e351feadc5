"""What an account's earlier videos say of its next one.

A video sees only videos of its account that were posted seven days or more before it, each by its
first mature snapshot. That snapshot may have been taken after this video was posted: counts that
have settled stand in for what they were on the day.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from virality.features.history.table import HISTORY

if TYPE_CHECKING:
    from virality.features.history.columns import with_history
    from virality.features.history.learned import HistoryModel
    from virality.features.history.learning import fit_history, usable

__all__ = ["HISTORY", "HistoryModel", "fit_history", "usable", "with_history"]

_HOMES = {
    "HistoryModel": "virality.features.history.learned",
    "fit_history": "virality.features.history.learning",
    "usable": "virality.features.history.learning",
    "with_history": "virality.features.history.columns",
}


def __getattr__(name: str) -> object:
    """Load what needs Polars on first use, so that the table of features does not."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
