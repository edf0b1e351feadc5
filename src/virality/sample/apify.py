"""The shape that Apify's clockworks TikTok scraper gives its records."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from virality.sample.scrapes import FAULTS, Scrape
from virality.sample.truth import shown
from virality.sample.words import LANGUAGES, Caption, handle, nickname, song

if TYPE_CHECKING:
    from collections.abc import Iterator

    from virality.sample.accounts import Accounts
    from virality.sample.counts import Counts
    from virality.sample.draws import Draws, FloatArray, IntArray
    from virality.sample.posts import Posts

Record = dict[str, Any]

_CDN = "https://synthetic.invalid"
_SONGS = 4000
_FIRST_SONG = 7_300_000_000_000_000_000
_UNNAMED_SHARE = 0.03
_UNSAVED_SHARE = 0.05
_LARGE = 13.0
_PATCHES: dict[str, Record] = {
    "negative_views": {"playCount": -412},
    "zero_views": {"playCount": 0},
    "null_views": {"playCount": None},
    "bad_date": {"createTime": "last Glibsday", "createTimeISO": "last Glibsday"},
    "text_count": {"playCount": "int"},
    "no_id": {"id": None, "webVideoUrl": None},
}
_SIZES = ((576, 1024, "540p"), (720, 1280, "720p"), (1080, 1920, "1080p"))


@dataclass(frozen=True)
class World:
    """All that the records are made from.

    Parameters
    ----------
    accounts, posts, counts, scrape
        As drawn.
    draws
        The streams of what only shows: words, songs, gaps in the fields.
    counted
        Whether the records carry counts.
    """

    accounts: Accounts
    posts: Posts
    counts: Counts
    scrape: Scrape
    draws: Draws
    counted: bool


class _Video(NamedTuple):
    """What of a post does not change from one scrape to the next."""

    owner: int
    number: int
    time: int
    iso: str
    duration: int
    photo: bool
    original: bool
    caption: Caption
    song: int
    look: int
    named: bool
    saved: bool


class _Row(NamedTuple):
    """What one scrape saw; `counts` is empty where none are to be shown."""

    video: int
    fault: int
    scraped: str
    followers: int
    unseen: bool
    counts: list[int]


def records(world: World) -> Iterator[Record]:
    """Yield the records in the scraper's order."""
    authors = _authors(world.accounts)
    videos = list(_videos(world))
    rows = list(_rows(world))
    for position in world.scrape.order.tolist():
        row = rows[position]
        video = videos[row.video]
        record = _record(authors[video.owner], video, row)
        if row.fault:
            record.update(_PATCHES[FAULTS[row.fault - 1]])
        yield record


def _videos(world: World) -> Iterator[_Video]:
    posts, draws = world.posts, world.draws
    size = len(posts.owner)
    columns = (
        posts.owner.tolist(),
        posts.video_id.tolist(),
        posts.time.tolist(),
        _iso(posts.time),
        posts.duration.tolist(),
        posts.photo.tolist(),
        posts.original.tolist(),
        _captions(world),
        (_SONGS * draws.uniform("song", size) ** 2).astype(np.int64).tolist(),
        draws.below("look", 1000, size).tolist(),
        (draws.uniform("named", size) >= _UNNAMED_SHARE).tolist(),
        (draws.uniform("saved", size) >= _UNSAVED_SHARE).tolist(),
    )
    return map(_Video._make, zip(*columns, strict=True))


def _captions(world: World) -> Iterator[Caption]:
    posts, draws = world.posts, world.draws
    words = _pieces(draws.uniform("words", int(posts.words.sum())), posts.words)
    hashtags = _pieces(draws.uniform("hashtags", int(posts.hashtags.sum())), posts.hashtags)
    language = [LANGUAGES[k] for k in world.accounts.language[posts.owner].tolist()]
    flags = (posts.emoji.tolist(), posts.question.tolist(), posts.call.tolist())
    return map(Caption, language, words, hashtags, *flags)


def _pieces(numbers: FloatArray, lengths: IntArray) -> Iterator[list[float]]:
    flat = numbers.tolist()
    ends = np.cumsum(lengths)
    edges = zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    return (flat[start:end] for start, end in edges)


def _rows(world: World) -> Iterator[_Row]:
    scrape, posts = world.scrape, world.posts
    followers = shown(world.accounts.followers_at(posts.owner[scrape.video], scrape.time))
    counts = world.counts.at(scrape.video, scrape.time - posts.time[scrape.video])
    columns = (
        scrape.video.tolist(),
        scrape.fault.tolist(),
        _iso(scrape.time),
        followers.astype(np.int64).tolist(),
        scrape.unseen.tolist(),
        (counts if world.counted else counts[:, :0]).tolist(),
    )
    return map(_Row._make, zip(*columns, strict=True))


def _iso(time: IntArray) -> list[str]:
    return [f"{text}.000Z" for text in np.datetime_as_string(time.astype("datetime64[s]"))]


def _authors(accounts: Accounts) -> list[Record]:
    """Return the resting part of each account's `authorMeta`."""
    columns = (
        accounts.account_id.tolist(),
        accounts.language.tolist(),
        (accounts.followers > _LARGE).tolist(),
        accounts.posts.tolist(),
    )
    rows = enumerate(zip(*columns, strict=True))
    return [_author(number, *row) for number, row in rows]


def _author(number: int, account_id: int, language: int, large: bool, posts: int) -> Record:  # noqa: FBT001 - a column's value
    name = handle(number)
    return {
        "id": str(account_id),
        "name": name,
        "profileUrl": f"https://www.tiktok.com/@{name}",
        "nickName": nickname(LANGUAGES[language], number),
        "verified": large and number % 2 == 0,
        "signature": "An invented account",
        "bioLink": None,
        "originalAvatarUrl": "",
        "avatar": f"{_CDN}/avatar/{account_id}.jpeg",
        "privateAccount": False,
        "following": 40 + number * 37 % 2900,
        "friends": number * 13 % 90,
        "fans": None,
        "heart": None,
        "video": posts + number * 29 % 700,
        "digg": number * 101 % 46000,
    }


def _record(author: Record, video: _Video, row: _Row) -> Record:
    seen = None if row.unseen else row.followers
    heart = None if seen is None else seen * (5 + video.owner % 40)
    name = author["name"]
    path = "photo" if video.photo else "video"
    counts = row.counts
    return {
        "id": str(video.number),
        "text": video.caption.text(),
        "textLanguage": video.caption.language.code,
        "createTime": video.time,
        "createTimeISO": video.iso,
        "isAd": video.look % 97 == 0,
        "authorMeta": {**author, "fans": seen, "heart": heart},
        "musicMeta": _music(author, video),
        "webVideoUrl": f"https://www.tiktok.com/@{name}/{path}/{video.number}",
        "mediaUrls": [],
        "videoMeta": _film(video),
        **(_counts(counts, saved=video.saved) if counts else {}),
        "mentions": [],
        "detailedMentions": [],
        "hashtags": [_hashtag(tag) for tag in video.caption.tags()],
        "effectStickers": [],
        "isSlideshow": video.photo,
        "isPinned": video.look % 89 == 0,
        "searchQuery": "synthetic",
        "scrapedAt": row.scraped,
        "synthetic": True,
    }


def _counts(counts: list[int], *, saved: bool) -> Record:
    views, likes, comments, shares, saves = counts
    return {
        "diggCount": likes,
        "shareCount": shares,
        "playCount": views,
        "collectCount": saves if saved else None,
        "commentCount": comments,
    }


def _music(author: Record, video: _Video) -> Record:
    own = video.original
    title = f"original sound - {author['nickName']}" if own else song(video.song)
    music_id = video.number + 1 if own else _FIRST_SONG + video.song
    return {
        "musicName": title if video.named else None,
        "musicAuthor": author["nickName"] if own else f"The {song(video.song * 3)} Band",
        "musicOriginal": own,
        "musicAlbum": "" if own else title,
        "playUrl": f"{_CDN}/music/{music_id}.mp3",
        "coverMediumUrl": f"{_CDN}/music/{music_id}/medium.jpeg",
        "originalCoverMediumUrl": "",
        "musicId": str(music_id),
    }


def _film(video: _Video) -> Record:
    width, height, definition = _SIZES[video.look % len(_SIZES)]
    return {
        "height": height,
        "width": width,
        "duration": video.duration,
        "coverUrl": f"{_CDN}/cover/{video.number}.jpeg",
        "originalCoverUrl": "",
        "definition": definition,
        "format": "" if video.photo else "mp4",
        "downloadAddr": "",
    }


def _hashtag(tag: str) -> Record:
    return {"id": str(zlib.crc32(tag.encode())), "name": tag, "title": "", "cover": ""}
