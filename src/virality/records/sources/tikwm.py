"""tikwm and its siblings on RapidAPI: snake-case names, counts at the top of a record."""

from typing import Final

from virality.records.sources.source import Source

TIKWM: Final = Source(
    name="tikwm",
    signature=frozenset(
        {
            "author.unique_id",
            "aweme_id",
            "digg_count",
            "download_count",
            "hdplay",
            "music_info.id",
            "music_info.original",
            "music_info.title",
            "wmplay",
            "wm_size",
        }
    ),
    columns={
        "video_id": ("video_id", "id", "aweme_id"),
        "author_id": ("author.id", "author.unique_id"),
        "caption": ("title",),
        "sound_id": ("music_info.id",),
        "sound_title": ("music_info.title",),
        "sound_is_original": ("music_info.original",),
        "duration_seconds": ("duration",),
        "is_photo": ("images[]",),
        "views": ("play_count",),
        "likes": ("digg_count",),
        "comments": ("comment_count",),
        "shares": ("share_count",),
        "saves": ("collect_count",),
        "followers": ("author.follower_count",),
        "author_video_count": ("author.video_count",),
        "author_verified": ("author.verified",),
        "created_at": ("create_time",),
        "scraped_at": ("scraped_at",),
        "url": ("share_url", "url"),
    },
    marks_photos=True,
)
