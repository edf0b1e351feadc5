"""TikTok's Research API: a list of videos, or videos by their id."""

from typing import Final

from virality.records.sources.source import Source

RESEARCH_API: Final = Source(
    name="research_api",
    signature=frozenset(
        {
            "effect_ids[]",
            "favorites_count",
            "hashtag_info_list[]",
            "hashtag_names[]",
            "is_stem_verified",
            "is_stitchee",
            "is_stitcher",
            "playlist_id",
            "region_code",
            "stitches",
            "video_description",
            "voice_to_text",
        }
    ),
    columns={
        "video_id": ("id",),
        "author_id": ("username",),
        "caption": ("video_description",),
        "hashtags": ("hashtag_names[]", "hashtag_names", "hashtag_info_list[]"),
        "sound_id": ("music_id",),
        "duration_seconds": ("video_duration",),
        "views": ("view_count",),
        "likes": ("like_count",),
        "comments": ("comment_count",),
        "shares": ("share_count",),
        "saves": ("favorites_count", "favourites_count"),
        "created_at": ("create_time",),
        "scraped_at": ("scraped_at", "collection_time"),
    },
)
