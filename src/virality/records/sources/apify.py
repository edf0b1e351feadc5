"""Apify's TikTok scrapers (clockworks): JSON, or CSV with ``/`` or ``.`` in its headers."""

from typing import Final

from virality.records.sources.source import Source

APIFY: Final = Source(
    name="apify",
    signature=frozenset(
        {
            "authorMeta.fans",
            "authorMeta.name",
            "collectCount",
            "commentCount",
            "createTimeISO",
            "diggCount",
            "isSlideshow",
            "musicMeta.musicName",
            "playCount",
            "shareCount",
            "textLanguage",
            "videoMeta.duration",
            "webVideoUrl",
        }
    ),
    columns={
        "video_id": ("id",),
        "author_id": ("authorMeta.id", "authorMeta.name"),
        "caption": ("text",),
        "hashtags": ("hashtags[]", "hashtags"),
        "sound_id": ("musicMeta.musicId",),
        "sound_title": ("musicMeta.musicName",),
        "sound_is_original": ("musicMeta.musicOriginal",),
        "duration_seconds": ("videoMeta.duration",),
        "is_photo": ("isSlideshow",),
        "views": ("playCount",),
        "likes": ("diggCount",),
        "comments": ("commentCount",),
        "shares": ("shareCount",),
        "saves": ("collectCount",),
        "followers": ("authorMeta.fans",),
        "author_video_count": ("authorMeta.video",),
        "author_verified": ("authorMeta.verified",),
        "created_at": ("createTime", "createTimeISO"),
        "scraped_at": ("scrapedAt",),
        "url": ("webVideoUrl", "submittedVideoUrl"),
    },
)
