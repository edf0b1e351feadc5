"""drawrowfly's tiktok-scraper: the elder of Apify's form, its array called ``collector``."""

from typing import Final

from virality.records.sources.source import Source

DRAWROWFLY: Final = Source(
    name="drawrowfly",
    signature=frozenset(
        {
            "authorMeta.name",
            "authorMeta.secUid",
            "commentCount",
            "covers",
            "covers.default",
            "covers.origin",
            "diggCount",
            "downloaded",
            "imageUrl",
            "musicMeta.musicName",
            "playCount",
            "secretID",
            "shareCount",
            "videoMeta.duration",
            "videoUrl",
            "videoUrlNoWaterMark",
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
        "views": ("playCount",),
        "likes": ("diggCount",),
        "comments": ("commentCount",),
        "shares": ("shareCount",),
        "saves": ("collectCount",),
        "followers": ("authorMeta.fans",),
        "author_video_count": ("authorMeta.video",),
        "author_verified": ("authorMeta.verified",),
        "created_at": ("createTime",),
        "scraped_at": ("scrapedAt",),
        "url": ("webVideoUrl",),
    },
)
