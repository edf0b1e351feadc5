"""The schema ``reference-15``: the fifteen features of the reference contract.

All lie in [0, 1]. The contract's own treatment of unknown inputs (0, 0.5 or 1 in their place) is
kept beside each formula as ``default`` and ``fills``, for the reference recipe alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virality.features.schema import Feature, Schema

if TYPE_CHECKING:
    import polars as pl

_FOLLOWER_TIERS = ((10_000, 0.1), (100_000, 0.3), (500_000, 0.5), (1_000_000, 0.7))


def _per_view(polars: Any, column: str) -> pl.Expr:  # noqa: ANN401  the Polars module
    views = polars.col("views")
    rate: pl.Expr = polars.col(column) / polars.when(views > 0).then(views)
    return rate


def _per_like(polars: Any, column: str) -> pl.Expr:  # noqa: ANN401  the Polars module
    likes, count = polars.col("likes"), polars.col(column)
    known = likes.is_not_null() & count.is_not_null()
    ratio: pl.Expr = (
        polars.when(likes > 0).then(count / likes).otherwise(polars.when(known).then(0.0))
    )
    return ratio


def _follower_tier(polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    followers = polars.col("followers")
    chain = polars.when(followers <= 0).then(None)
    for limit, value in _FOLLOWER_TIERS:
        chain = chain.when(followers < limit).then(value)
    tier: pl.Expr = chain.when(followers.is_not_null()).then(0.9)
    return tier


def _hour(polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    """Hour of posting; unknown at exactly midnight, which a date without a time turns into."""
    posted = polars.col("created_at")
    dated = posted != posted.dt.truncate("1d")
    hour: pl.Expr = polars.when(dated).then(posted.dt.hour().cast(polars.Float64) / 23)
    return hour


def _views_per_follower(polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    followers = polars.col("followers")
    ratio: pl.Expr = polars.col("views") / polars.when(followers > 0).then(followers) / 50
    return ratio


REFERENCE_15 = Schema(
    name="reference-15",
    version=1,
    fills={
        "views": 1.0,
        "likes": 0.0,
        "comments": 0.0,
        "shares": 0.0,
        "saves": 0.0,
        "followers": 0.0,
        "duration_seconds": 0.0,
        "hashtags": [],
        "sound_title": "",
        "caption": "",
    },
    features=(
        Feature(
            "shareRate", "engagement", "shares per view", 0, 1, ("shares", "views"),
            lambda pl: _per_view(pl, "shares"), "share rate", 0.0,
            says="got {value}",
        ),
        Feature(
            "commentRate", "engagement", "comments per view", 0, 1, ("comments", "views"),
            lambda pl: _per_view(pl, "comments"), "comment rate", 0.0,
            says="got {value}",
        ),
        Feature(
            "likeRate", "engagement", "likes per view", 0, 1, ("likes", "views"),
            lambda pl: _per_view(pl, "likes"), "like rate", 0.0,
            says="got {value}",
        ),
        Feature(
            "saveRate", "engagement", "saves per view", 0, 1, ("saves", "views"),
            lambda pl: _per_view(pl, "saves"), "save rate", 0.0,
            says="got {value}",
        ),
        Feature(
            "shareToLikeRatio", "engagement", "shares per like", 0, 1, ("shares", "likes"),
            lambda pl: _per_like(pl, "shares"), "shares per like", 0.0,
            says="got {value}",
        ),
        Feature(
            "commentToLikeRatio", "engagement", "comments per like", 0, 1, ("comments", "likes"),
            lambda pl: _per_like(pl, "comments"), "comments per like", 0.0,
            says="got {value}",
        ),
        Feature(
            "durationSeconds", "content", "180 seconds", 0, 1, ("duration_seconds",),
            lambda pl: pl.col("duration_seconds") / 180, "duration", 0.0,
            says="lasts {value}",
        ),
        Feature(
            "hashtagCount", "content", "30 hashtags", 0, 1, ("hashtags",),
            lambda pl: pl.col("hashtags").list.len().cast(pl.Float64) / 30,
            "number of hashtags", 0.0,
            says="has {value}",
        ),
        Feature(
            "hasTrendingSound", "content", "yes or no", 0, 1, ("sound_title",),
            lambda pl: (pl.col("sound_title").str.strip_chars() != "").cast(pl.Float64),
            "has a named sound", 0.0,
            says="has a sound without a name|has a named sound",
        ),
        Feature(
            "captionLength", "content", "2,000 characters", 0, 1, ("caption",),
            lambda pl: pl.col("caption").str.len_chars().cast(pl.Float64) / 2000,
            "caption length", 0.0,
            says="has a caption of {value}",
        ),
        Feature(
            "hasFollowerData", "account", "yes or no", 0, 1, ("followers",),
            lambda pl: (pl.col("followers") > 0).cast(pl.Float64), "followers are known", 0.0,
            says="is by an account of unknown size|is by an account of known size",
        ),
        Feature(
            "followerTier", "account", "size class", 0, 1, ("followers",),
            _follower_tier, "size of the account", 0.5,
            says="is by an account of size class {value}",
        ),
        Feature(
            "viewsPerFollower", "engagement", "50 views per follower", 0, 1,
            ("views", "followers"), _views_per_follower, "views per follower", 0.0,
            says="got {value}",
        ),
        Feature(
            "weekdayPosted", "content", "6 days after Sunday", 0, 1, ("created_at",),
            lambda pl: pl.col("created_at").dt.weekday().cast(pl.Float64) % 7 / 6,
            "weekday of posting (UTC)", 0.5,
            says="is posted on a {value}",
        ),
        Feature(
            "hourPosted", "content", "23 hours", 0, 1, ("created_at",),
            _hour, "hour of posting (UTC)", 0.5,
            says="is posted {value} after midnight UTC",
        ),
    ),
)  # fmt: skip
