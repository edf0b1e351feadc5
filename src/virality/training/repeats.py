"""Videos that were scraped more than once: how each looked first, and how last."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

MOST = 20_000
"""Of so many videos."""


@dataclass(frozen=True)
class Repeats:
    """Two snapshots of each of v videos, in the same order.

    Attributes
    ----------
    first, last
        v records each, the earliest and the latest snapshot of a known time.
    """

    first: pl.DataFrame
    last: pl.DataFrame


def repeats_of(frame: pl.DataFrame) -> Repeats:
    """Find the videos with several snapshots, at most 20,000 of them.

    Parameters
    ----------
    frame
        Canonical columns; snapshots without a time of scraping are left out.
    """
    dated = frame.filter(pl.col("scraped_at").is_not_null())
    ends = dated.group_by("video_id", maintain_order=True).agg(
        pl.col("scraped_at").min().alias("_first"), pl.col("scraped_at").max().alias("_last")
    )
    again = ends.filter(pl.col("_first") < pl.col("_last")).head(MOST)
    return Repeats(_snapshots(dated, again, "_first"), _snapshots(dated, again, "_last"))


def _snapshots(dated: pl.DataFrame, again: pl.DataFrame, when: str) -> pl.DataFrame:
    """Look up the snapshot of each video at a time, in the order of the videos."""
    times = again.select("video_id", pl.col(when).alias("scraped_at"))
    unique = dated.unique(["video_id", "scraped_at"], keep="first", maintain_order=True)
    return times.join(unique, on=["video_id", "scraped_at"], how="left", maintain_order="left")
