"""What viewers did: by a stated age, and in the end.

The early features are columns that :func:`virality.features.early.with_early` adds.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from virality.features.schema import Feature

if TYPE_CHECKING:
    import polars as pl

_MOST_VIEWS = 1e12


def _per(column: str, whole: str, polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    """Divide one count by another; unknown where there is nothing to divide by."""
    total = polars.col(whole)
    share: pl.Expr = polars.col(column) / polars.when(total > 0).then(total)
    return share


def _column(name: str, polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    column: pl.Expr = polars.col(name)
    return column


EARLY = (
    Feature(
        "early_age_hours", "early", "hours", 0, 24 * 365, ("early_age_hours",),
        partial(_column, "early_age_hours"), "age of the early counts", curve="log",
        says="has early counts from {value} after posting",
    ),
    Feature(
        "early_views", "early", "views", 0, _MOST_VIEWS, ("early_views",),
        partial(_column, "early_views"), "early views", curve="log",
        says="had {value} by then",
    ),
    Feature(
        "early_like_rate", "early", "likes per view", 0, 1, ("early_like_rate",),
        partial(_column, "early_like_rate"), "early like rate",
        says="had {value} by then",
    ),
    Feature(
        "early_comment_rate", "early", "comments per view", 0, 1, ("early_comment_rate",),
        partial(_column, "early_comment_rate"), "early comment rate",
        says="had {value} by then",
    ),
    Feature(
        "early_share_rate", "early", "shares per view", 0, 1, ("early_share_rate",),
        partial(_column, "early_share_rate"), "early share rate",
        says="had {value} by then",
    ),
    Feature(
        "early_save_rate", "early", "saves per view", 0, 1, ("early_save_rate",),
        partial(_column, "early_save_rate"), "early save rate",
        says="had {value} by then",
    ),
    Feature(
        "early_growth", "early", "times the average pace so far", 0, 100, ("early_growth",),
        partial(_column, "early_growth"), "latest pace of the views", curve="log",
        says="lately ran at {value}",
    ),
    Feature(
        "early_multiple", "early", "early views per usual outcome", 0, 1e6,
        ("early_views", "history_level"), partial(_per, "early_views", "history_level"),
        "early views beside the account's usual", curve="log",
        says="had {value} by then",
    ),
)  # fmt: skip

ENGAGEMENT = (
    Feature(
        "views", "engagement", "views", 0, _MOST_VIEWS, ("views",),
        partial(_column, "views"), "views", curve="log",
        says="got {value}",
    ),
    Feature(
        "like_rate", "engagement", "likes per view", 0, 1, ("likes", "views"),
        partial(_per, "likes", "views"), "like rate", says="got {value}",
    ),
    Feature(
        "comment_rate", "engagement", "comments per view", 0, 1, ("comments", "views"),
        partial(_per, "comments", "views"), "comment rate", says="got {value}",
    ),
    Feature(
        "share_rate", "engagement", "shares per view", 0, 1, ("shares", "views"),
        partial(_per, "shares", "views"), "share rate", says="got {value}",
    ),
    Feature(
        "save_rate", "engagement", "saves per view", 0, 1, ("saves", "views"),
        partial(_per, "saves", "views"), "save rate", says="got {value}",
    ),
    Feature(
        "views_per_follower", "engagement", "views per follower", 0, 1e6,
        ("views", "followers"), partial(_per, "views", "followers"), "views per follower",
        curve="log", says="got {value}",
    ),
)  # fmt: skip
