"""The canonical columns: what a record is once its scraper is forgotten."""

from typing import Final

import polars as pl

INSTANT: Final = pl.Datetime("us", "UTC")
TAGS: Final = pl.List(pl.String)

COUNTS: Final = (
    "views",
    "likes",
    "comments",
    "shares",
    "saves",
    "followers",
    "author_video_count",
)

CANONICAL: Final[dict[str, pl.DataType]] = {
    "video_id": pl.String(),
    "author_id": pl.String(),
    "caption": pl.String(),
    "hashtags": TAGS,
    "sound_id": pl.String(),
    "sound_title": pl.String(),
    "sound_is_original": pl.Boolean(),
    "duration_seconds": pl.Float64(),
    "is_photo": pl.Boolean(),
    **dict.fromkeys(COUNTS, pl.Float64()),
    "author_verified": pl.Boolean(),
    "created_at": INSTANT,
    "scraped_at": INSTANT,
}
"""Each canonical column and its type; null where a value is unknown."""
