"""A table by hand: the canonical names and what people call them instead."""

from typing import Final

from virality.records.canonical import CANONICAL
from virality.records.sources.source import Source, fold

_ALIASES: Final = {
    "video_id": "vid_id aweme_id item_id post_id media_id tiktok_id id",
    "author_id": (
        "author_hash account_id user_id creator_id author_unique_id unique_id author_username "
        "author_handle handle account_name user_name author account user creator author_name "
        "channel_id uploader_id channel uploader"
    ),
    "caption": "description video_description vid_caption video_caption text desc title",
    "hashtags": "hashtag hashtag_names vid_hashtags tags challenges",
    "sound_id": "music_id audio_id song_id",
    "sound_title": (
        "sound_name sound music_title music_name music music_info audio_title audio_name audio "
        "song_title song track"
    ),
    "sound_is_original": "sound_original music_original music_originality is_original_sound",
    "duration_seconds": (
        "duration duration_s duration_sec video_duration vid_duration length_seconds length"
    ),
    "is_photo": "is_slideshow is_image photo content_type media_type post_type",
    "views": (
        "view_count views_count plays play_count plays_count video_views vid_nview n_views "
        "num_views total_views"
    ),
    "likes": "like_count likes_count digg_count diggs hearts heart_count vid_nlike n_likes",
    "comments": "comment_count comments_count vid_ncomment n_comments num_comments",
    "shares": "share_count shares_count reposts repost_count vid_nshare n_shares num_shares",
    "saves": (
        "save_count saves_count collect_count collects bookmarks bookmark_count favorites "
        "favorite_count favorites_count favourites vid_nsave n_saves"
    ),
    "followers": (
        "follower_count followers_count user_nfollower n_followers fans author_followers "
        "author_follower_count author_fans subscribers subscriber_count"
    ),
    "author_video_count": "video_count author_videos user_video_count user_nvideo n_videos",
    "author_verified": "verified is_verified user_verified",
    "created_at": (
        "create_time create_time_iso created posted_time posted_at post_time vid_post_time "
        "published_at publish_time publish_date posted_date post_date upload_date timestamp date"
    ),
    "scraped_at": (
        "scrape_time vid_scrape_time fetch_time fetched_at collected_at crawled_at crawl_time "
        "retrieved_at snapshot_at"
    ),
    "url": "video_url vid_url web_video_url webpage_url share_url post_url permalink link",
}


def _names(column: str) -> tuple[str, ...]:
    """Give a column's own name and its aliases, folded."""
    names = tuple(fold(name) for name in (column, *_ALIASES[column].split()))
    return names if column != "hashtags" else tuple(f"{n}[]" for n in names) + names


TABLE: Final = Source(
    name="table",
    signature=frozenset(CANONICAL),
    columns={column: _names(column) for column in _ALIASES},
    loose=True,
)
