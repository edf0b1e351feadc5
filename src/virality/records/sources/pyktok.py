"""pyktok's CSV, one line per video."""

from typing import Final

from virality.records.sources.source import Source

PYKTOK: Final = Source(
    name="pyktok",
    signature=frozenset(
        {
            "author_followercount",
            "author_heartcount",
            "author_videocount",
            "suggested_words",
            "video_commentcount",
            "video_diggcount",
            "video_locationcreated",
            "video_playcount",
            "video_sharecount",
            "video_stickers",
            "video_timestamp",
        }
    ),
    columns={
        "video_id": ("video_id",),
        "author_id": ("author_username",),
        "caption": ("video_description",),
        "duration_seconds": ("video_duration",),
        "views": ("video_playcount",),
        "likes": ("video_diggcount",),
        "comments": ("video_commentcount",),
        "shares": ("video_sharecount",),
        "saves": ("video_collectcount",),
        "followers": ("author_followercount",),
        "author_video_count": ("author_videocount",),
        "author_verified": ("author_verified",),
        "created_at": ("video_timestamp",),
        "scraped_at": ("scraped_at",),
        "url": ("video_url", "tiktok_url"),
    },
)
