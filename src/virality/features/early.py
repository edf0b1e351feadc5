"""What was seen of a video at a stated age, found among its snapshots.

The early snapshot of a video is the one whose age is nearest to the stated one and between 0.75
and 1.25 times as much; of two as near, the earlier. Its views are known, and it was scraped before
the snapshot that gives the outcome. The pace of its views is that since the latest snapshot that is
at least a tenth of the stated age older: over less, rounded counts would say more than the video.

So a row depends on nothing that was counted after its early snapshot.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLERANCE: Final = 0.25
"""How far from the stated age a snapshot may be, as a share of it."""

APART: Final = 0.1
"""How far apart two snapshots that tell a pace must be at least, as a share of the stated age."""

EARLY_COLUMNS: Final = (
    "early_age_hours",
    "early_views",
    "early_like_rate",
    "early_comment_rate",
    "early_share_rate",
    "early_save_rate",
    "early_growth",
)
"""The columns that are added; null where there is no early snapshot."""

EARLY_KNOWN: Final = pl.col("early_views").is_not_null()
"""True where there is one."""

_RATES: Final[Sequence[str]] = ("likes", "comments", "shares", "saves")
_HOUR: Final = timedelta(hours=1)
_MICROSECONDS: Final = 3_600_000_000


def with_early(
    videos: pl.DataFrame, snapshots: pl.DataFrame, age: timedelta, *, settled: bool = True
) -> pl.DataFrame:
    """Add to each video what was seen of it early on.

    Parameters
    ----------
    videos
        One row for each video: the snapshot that gives its outcome, canonical columns.
    snapshots
        All snapshots of these videos, and perhaps of others.
    age
        How long after posting.
    settled
        Whether ``videos`` holds outcomes. If not, as when scoring, a row may itself be the early
        snapshot.

    Returns
    -------
    The videos in their order, with EARLY_COLUMNS in place of any such columns.
    """
    seen = _seen(videos, snapshots, settled=settled)
    chosen = _nearest(seen, age)
    early = _with_pace(chosen, seen, age).select("video_id", *_columns())
    kept = videos.drop(EARLY_COLUMNS, strict=False)
    return kept.join(early, on="video_id", how="left", maintain_order="left")


def _seen(videos: pl.DataFrame, snapshots: pl.DataFrame, *, settled: bool) -> pl.DataFrame:
    """List the snapshots that may be looked at, with their ages in hours."""
    usable = snapshots.select(
        "video_id", "scraped_at", "views", *_RATES, _age=_hours("scraped_at", "created_at")
    ).filter(pl.col("views").is_not_null() & (pl.col("_age") > 0))
    ends = videos.select("video_id", _end="scraped_at").unique("video_id", keep="first")
    looked = usable.join(ends, on="video_id", how="inner")
    return looked.filter(pl.col("scraped_at") < pl.col("_end")) if settled else looked


def _hours(later: str, earlier: str) -> pl.Expr:
    return (pl.col(later) - pl.col(earlier)).dt.total_microseconds() / _MICROSECONDS


def _nearest(seen: pl.DataFrame, age: timedelta) -> pl.DataFrame:
    """Choose the early snapshot of each video."""
    stated = age / _HOUR
    off = (pl.col("_age") - stated).abs()
    near = seen.filter(off <= TOLERANCE * stated).sort(off, "_age", maintain_order=True)
    return near.unique("video_id", keep="first", maintain_order=True)


def _with_pace(chosen: pl.DataFrame, seen: pl.DataFrame, age: timedelta) -> pl.DataFrame:
    """Add the pace since an earlier snapshot, relative to that since posting."""
    before = seen.select("video_id", _then="_age", _had="views")
    pairs = chosen.select("video_id", "_age").join(before, on="video_id", how="inner")
    apart = pl.col("_age") - pl.col("_then")
    earlier = pairs.filter(apart >= APART * (age / _HOUR)).sort("_then", maintain_order=True)
    latest = earlier.unique("video_id", keep="last").drop("_age")
    return chosen.join(latest, on="video_id", how="left")


def _columns() -> list[pl.Expr]:
    views, age = pl.col("views"), pl.col("_age")
    some = pl.when(views > 0).then(views)
    pace = (views - pl.col("_had")) / (age - pl.col("_then"))
    rates = [(pl.col(name) / some).alias(f"early_{name[:-1]}_rate") for name in _RATES]
    return [
        age.alias("early_age_hours"),
        views.alias("early_views"),
        *rates,
        (pace / (some / age)).alias("early_growth"),
    ]
