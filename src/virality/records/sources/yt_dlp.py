"""yt-dlp's info files, for TikTok, Shorts and Reels alike, and archives in their shape."""

from typing import Final

from virality.records.sources.source import Source

YT_DLP: Final = Source(
    name="yt_dlp",
    signature=frozenset(
        {
            "artist",
            "channel_follower_count",
            "channel_id",
            "channel_url",
            "extractor",
            "extractor_key",
            "live_status",
            "repost_count",
            "track",
            "upload_date",
            "uploader",
            "uploader_id",
            "uploader_url",
            "webpage_url",
        }
    ),
    columns={
        "video_id": ("id", "display_id"),
        "author_id": ("uploader_id", "channel_id", "uploader"),
        "caption": ("description", "title"),
        "hashtags": ("tags[]", "hashtags[]"),
        "sound_title": ("track",),
        "duration_seconds": ("duration",),
        "views": ("view_count",),
        "likes": ("like_count",),
        "comments": ("comment_count",),
        "shares": ("repost_count", "share_count"),
        "saves": ("save_count",),
        "followers": ("channel_follower_count",),
        "author_verified": ("channel_is_verified",),
        "created_at": ("timestamp", "upload_date"),
        "scraped_at": ("epoch",),
        "url": ("webpage_url", "original_url"),
    },
)
