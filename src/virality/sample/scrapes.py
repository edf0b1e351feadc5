"""What the scraper brings home: each post once or more, some rows twice, some broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.sample.accounts import DAY, HOUR, Accounts
from virality.sample.counts import MATURE_AGE

if TYPE_CHECKING:
    from virality.sample.draws import BoolArray, Draws, FloatArray, IntArray
    from virality.sample.posts import Posts

FAULTS = ("negative_views", "zero_views", "null_views", "bad_date", "text_count", "no_id")
"""The kinds of broken rows, in turn; position k is code k + 1, and 0 is a sound row."""

_BROKEN_SHARE = 0.004
_DUPLICATE_SHARE = 0.01
_SNAPSHOT_SHARE = 0.12
_EXTRA_WEIGHTS = (0.6, 0.25, 0.15)
_VISIT = 30 * DAY
_YOUNGEST = 6 * HOUR
_OLDEST = 6 * DAY
_UNSEEN_FOLLOWERS = 0.07


@dataclass(frozen=True)
class Scrape:
    """The rows, and the order in which they come.

    Parameters
    ----------
    video
        Position of the row's post, shape (rows,).
    time
        Unix time of the scrape, shape (rows,).
    fault
        0, or what is broken, shape (rows,).
    unseen
        Whether this row lacks the followers, shape (rows,).
    order
        Positions of rows; a duplicate's row comes twice, shape (rows + duplicates,).
    tally
        How many there are of each kind.
    """

    video: IntArray
    time: IntArray
    fault: IntArray
    unseen: BoolArray
    order: IntArray
    tally: dict[str, int]


def broken_number(videos: int) -> int:
    """Return how many broken rows come with so many videos."""
    return round(_BROKEN_SHARE * videos)


def draw_scrape(draws: Draws, accounts: Accounts, posts: Posts, videos: int) -> Scrape:
    """Return the rows of all posts; those from position `videos` on are broken."""
    every = np.arange(len(posts.owner))
    main = _main_visit(accounts, posts)
    immature = main[:videos] - posts.time[:videos] < MATURE_AGE
    video, time = _snapshots(draws, posts, np.flatnonzero(~immature))
    fault = np.where(every < videos, 0, 1 + (every - videos) % len(FAULTS))
    rows = np.concatenate([every[:videos], video, every[videos:]])
    times = np.concatenate([main[:videos], time, main[videos:]])
    twice = _twice(draws, videos + len(video), round(_DUPLICATE_SHARE * videos))
    unseen = draws.uniform("unseen", len(rows)) < _UNSEEN_FOLLOWERS
    return Scrape(
        video=rows,
        time=times,
        fault=fault[rows],
        unseen=unseen | accounts.hidden[posts.owner[rows]],
        order=_order(posts, rows, times, twice),
        tally={
            "videos": videos,
            "mature": int(np.sum(~immature)),
            "immature": int(np.sum(immature)),
            "snapshots": len(video),
            "duplicates": len(twice),
            "broken": len(every) - videos,
            **{name: int(np.sum(fault == k + 1)) for k, name in enumerate(FAULTS)},
            "rows": len(rows) + len(twice),
        },
    )


def first_sight(accounts: Accounts, posts: Posts) -> Scrape:
    """Return one row per post, scraped as it goes up."""
    every = np.arange(len(posts.owner))
    return Scrape(
        video=every,
        time=posts.time,
        fault=np.zeros(len(every), dtype=np.int64),
        unseen=accounts.hidden[posts.owner],
        order=_order(posts, every, posts.time, every[:0]),
        tally={"videos": len(every), "rows": len(every)},
    )


def _main_visit(accounts: Accounts, posts: Posts) -> IntArray:
    """Return the first monthly visit at which a post is mature, or else the last."""
    last = accounts.last[posts.owner]
    spare = last - posts.time - MATURE_AGE
    return np.asarray(last - _VISIT * (np.maximum(spare, 0) // _VISIT))


def _snapshots(draws: Draws, posts: Posts, mature: IntArray) -> tuple[IntArray, IntArray]:
    """Return posts and times of the additional earlier scrapes, at ages even on a log scale."""
    chosen = mature[draws.uniform("watched", len(posts.owner))[mature] < _SNAPSHOT_SHARE]
    number = 1 + draws.pick("extra", _EXTRA_WEIGHTS, len(posts.owner))[chosen]
    video = np.repeat(chosen, number)
    turn = np.arange(len(video)) - np.repeat(np.cumsum(number) - number, number)
    part = (turn + draws.uniform("age", len(video))) / np.repeat(number, number)
    return video, posts.time[video] + _age(part)


def _age(part: FloatArray) -> IntArray:
    return np.rint(_YOUNGEST * (_OLDEST / _YOUNGEST) ** part).astype(np.int64)


def _twice(draws: Draws, sound: int, number: int) -> IntArray:
    return np.argsort(draws.uniform("twice", sound), kind="stable")[:number]


def _order(posts: Posts, rows: IntArray, time: IntArray, twice: IntArray) -> IntArray:
    """Sort by visit, newest post first; a duplicate's copy comes an hour later."""
    position = np.concatenate([np.arange(len(rows)), twice])
    seen = time[position]
    seen[len(rows) :] += HOUR
    return position[np.lexsort((-posts.time[rows[position]], posts.owner[rows[position]], seen))]
