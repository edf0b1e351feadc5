"""How an exported program computes each feature of a record: an operation, and what it works on.

The formulas of the features are expressions of Polars, which no other language reads. Here each is
one of a dozen operations, and tests hold both against each other on hostile records. A feature
without a recipe, such as those of the account's history, is given to the program as a number.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.features.schema import Feature

    Recipe = tuple[str | float, ...]

GIVEN: Recipe = ("given",)
"""The recipe of a feature that a program does not compute."""

_CREATOR: Mapping[str, Recipe] = MappingProxyType(
    {
        "caption_length": ("length", "caption", 1),
        "hashtag_count": ("count", 1),
        "mention_count": ("matches", "mention"),
        "emoji_count": ("matches", "emoji"),
        "asks_question": ("contains", "caption", "question"),
        "call_to_action": ("calls",),
        "weekday_posted": ("weekday", 1),
        "hour_posted": ("hour",),
        "early_multiple": ("per", "early_views", "history_level", 1),
        "like_rate": ("per", "likes", "views", 1),
        "comment_rate": ("per", "comments", "views", 1),
        "share_rate": ("per", "shares", "views", 1),
        "save_rate": ("per", "saves", "views", 1),
        "views_per_follower": ("per", "views", "followers", 1),
    }
)
_REFERENCE: Mapping[str, Recipe] = MappingProxyType(
    {
        "shareRate": ("per", "shares", "views", 1),
        "commentRate": ("per", "comments", "views", 1),
        "likeRate": ("per", "likes", "views", 1),
        "saveRate": ("per", "saves", "views", 1),
        "shareToLikeRatio": ("per_like", "shares"),
        "commentToLikeRatio": ("per_like", "comments"),
        "durationSeconds": ("column", "duration_seconds", 180),
        "hashtagCount": ("count", 30),
        "hasTrendingSound": ("contains", "sound_title", "visible"),
        "captionLength": ("length", "caption", 2000),
        "hasFollowerData": ("positive", "followers"),
        "followerTier": ("size", "followers"),
        "viewsPerFollower": ("per", "views", "followers", 50),
        "weekdayPosted": ("weekday", 6),
        "hourPosted": ("clock", 23),
    }
)
_RECIPES: Mapping[str, Mapping[str, Recipe]] = MappingProxyType(
    {"creator-1": _CREATOR, "reference-15": _REFERENCE}
)


def recipe(feature: Feature, schema: str) -> Recipe:
    """Say how a feature of a schema is computed.

    Examples
    --------
    >>> from virality.features.creator import CREATOR_1
    >>> recipe(CREATOR_1.feature("caption_length"), "creator-1")
    ('length', 'caption', 1)
    """
    known = _RECIPES.get(schema, {}).get(feature.name)
    if known is not None:
        return known
    return ("column", feature.name, 1) if feature.plain else GIVEN
