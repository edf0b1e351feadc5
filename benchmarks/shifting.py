"""A made-up year of videos in which, from some day on, audiences want something else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from virality import read_records
from virality.sample import make_sample
from virality.sample.accounts import END as _END

END = datetime.fromtimestamp(_END, UTC)
"""The Monday after the last week."""

SCRAPED = timedelta(days=7)
"""How long after posting a video is scraped, once."""

COUNTS = ("views", "likes", "comments", "shares", "saves")


@dataclass(frozen=True)
class Shift:
    """What changes.

    Attributes
    ----------
    at
        From which time of posting on.
    fall
        By how much log views fall.
    turned
        The share of what a video's length does for its views that is gone from then on.
    """

    at: datetime
    fall: float
    turned: float


def made_world(videos: int, seed: int, shift: Shift | None) -> pl.DataFrame:
    """Make videos whose counts are those of a week later, in the order of posting.

    Parameters
    ----------
    videos
        How many there are in about 14 months before :data:`END`.
    seed
        Of every draw.
    shift
        What changes; None where nothing does.

    Returns
    -------
    Records in canonical columns, one for each video, scraped at the age of :data:`SCRAPED`.
    """
    sample = make_sample(videos, seed)
    sound = set(map(str, sample.truth.video_id.tolist()))
    told = read_records([one for one in sample.records if one.get("id") in sound])
    frame = told.sort("scraped_at").unique("video_id", keep="last", maintain_order=True)
    truth = sample.truth.of(frame["video_id"].to_list())
    logs = np.log(np.maximum(truth.views, 1))
    if shift is not None:
        length = truth.parts[:, list(truth.effects).index("duration")]
        later = truth.created_at >= shift.at.timestamp()
        logs = logs - later * (shift.fall + shift.turned * length)
    factor = pl.Series(np.exp(logs) / np.maximum(frame["views"].to_numpy(), 1))
    grown = [(pl.col(name) * factor).round() for name in COUNTS]
    scraped = (pl.col("created_at") + SCRAPED).alias("scraped_at")
    return frame.with_columns(*grown, scraped).sort("created_at", "video_id")
