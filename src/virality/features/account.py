"""What is known of an account, whatever it has posted.

Scrapers give these figures as of the scrape. They move slowly, and no earlier ones are to be had.
"""

from __future__ import annotations

from virality.features.schema import Feature

ACCOUNT = (
    Feature(
        "followers", "account", "followers", 0, 1e9, ("followers",),
        lambda pl: pl.col("followers"), "followers of the account", curve="log",
        says="is by an account with {value}",
    ),
    Feature(
        "author_video_count", "account", "videos", 0, 1e6, ("author_video_count",),
        lambda pl: pl.col("author_video_count"), "videos of the account", curve="log",
        says="is by an account with {value}",
    ),
    Feature(
        "author_verified", "account", "yes or no", 0, 1, ("author_verified",),
        lambda pl: pl.col("author_verified"), "verified account", curve="flag",
        says="is by an account without a tick|is by a verified account",
    ),
)  # fmt: skip
