"""davidteather's TikTok-Api: TikTok's own ``itemStruct``, as its web pages hold it."""

from typing import Final

from virality.records.sources.source import Source

TIKTOK_API: Final = Source(
    name="tiktok_api",
    signature=frozenset(
        {
            "author.secUid",
            "author.uniqueId",
            "authorStats.followerCount",
            "authorStatsV2.followerCount",
            "desc",
            "itemCommentStatus",
            "music.authorName",
            "officalItem",
            "stats.collectCount",
            "stats.commentCount",
            "stats.diggCount",
            "stats.playCount",
            "stats.shareCount",
            "statsV2.diggCount",
            "statsV2.playCount",
            "video.duration",
        }
    ),
    columns={
        "video_id": ("id", "video.id"),
        "author_id": ("author.id", "author.uniqueId", "author"),
        "caption": ("desc",),
        "hashtags": ("challenges[]", "textExtra[]"),
        "sound_id": ("music.id",),
        "sound_title": ("music.title",),
        "sound_is_original": ("music.original",),
        "duration_seconds": ("video.duration",),
        "is_photo": ("imagePost.images[]",),
        "views": ("stats.playCount", "statsV2.playCount"),
        "likes": ("stats.diggCount", "statsV2.diggCount"),
        "comments": ("stats.commentCount", "statsV2.commentCount"),
        "shares": ("stats.shareCount", "statsV2.shareCount"),
        "saves": ("stats.collectCount", "statsV2.collectCount"),
        "followers": (
            "authorStats.followerCount",
            "authorStatsV2.followerCount",
            "author.stats.followerCount",
        ),
        "author_video_count": (
            "authorStats.videoCount",
            "authorStatsV2.videoCount",
            "author.stats.videoCount",
        ),
        "author_verified": ("author.verified",),
        "created_at": ("createTime",),
        "scraped_at": ("scrapedAt", "scraped_at"),
    },
    marks_photos=True,
)
