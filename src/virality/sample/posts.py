"""The invented posts: when, and with what content; not yet how they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.sample.accounts import DAY, END, HOUR, Accounts, numbered
from virality.sample.words import LANGUAGES

if TYPE_CHECKING:
    from virality.sample.draws import BoolArray, Draws, FloatArray, IntArray

_BLANK_SHARE = 0.03
_EMOJI_WEIGHTS = (0.45, 0.25, 0.16, 0.09, 0.05)
_MOST_HASHTAGS = 25
_MOST_WORDS = 90
_OFFSETS = np.array([language.offset for language in LANGUAGES], dtype=np.int64)


@dataclass(frozen=True)
class Posts:
    """What is fixed when a video goes up; every field has shape (n,).

    Parameters
    ----------
    owner
        Position of the account.
    video_id
        A number whose upper half is `time`.
    time
        Unix time of posting.
    duration
        Seconds; 0 for a photo.
    photo, original, question, call
        Whether it is a photo, has its own sound, asks, calls to action.
    hashtags, emoji, words
        Numbers of each in the caption; all 0 when it is blank.
    """

    owner: IntArray
    video_id: IntArray
    time: IntArray
    duration: IntArray
    photo: BoolArray
    original: BoolArray
    question: BoolArray
    call: BoolArray
    hashtags: IntArray
    emoji: IntArray
    words: IntArray


def draw_posts(draws: Draws, accounts: Accounts, owner: IntArray, time: IntArray) -> Posts:
    """Return one post per entry of `owner`, put up at the Unix times `time`, shape (n,) both.

    Two draws of one world must differ in their times, or else their ids would meet.
    """
    size = len(owner)
    habits = accounts.habits
    written = draws.uniform("blank", size) >= _BLANK_SHARE
    photo = draws.uniform("photo", size) < habits.photo[owner]
    return Posts(
        owner=owner,
        video_id=numbered(time, np.arange(size)),
        time=time,
        duration=np.where(photo, 0, _durations(draws, habits.length[owner])),
        photo=photo,
        original=draws.uniform("original", size) < habits.original[owner],
        question=written & (draws.uniform("question", size) < habits.question[owner]),
        call=written & (draws.uniform("call", size) < habits.call[owner]),
        hashtags=written * _hashtags(draws, habits.hashtags[owner]),
        emoji=written * draws.pick("emoji", _EMOJI_WEIGHTS, size),
        words=written * _words(draws, size),
    )


def past_times(draws: Draws, accounts: Accounts, owner: IntArray) -> IntArray:
    """Return Unix times of posting before each account's last visit, shape (n,)."""
    size = len(owner)
    first, last = accounts.first[owner], accounts.last[owner]
    day = (first + draws.uniform("day", size) * (last - first)).astype(np.int64) // DAY
    time = _at_hour(draws, accounts, owner, day)
    late = np.maximum(time - (last - HOUR), 0)
    return np.asarray(time - DAY * -(-late // DAY))


def coming_times(draws: Draws, accounts: Accounts, owner: IntArray) -> IntArray:
    """Return Unix times of posting in the week after `END`, shape (n,)."""
    day = END // DAY + 1 + draws.below("day", 7, len(owner))
    return _at_hour(draws, accounts, owner, day)


def local_time(accounts: Accounts, posts: Posts) -> FloatArray:
    """Return the audience's own clock, in days since Thursday 1 January 1970, shape (n,)."""
    offset = _OFFSETS[accounts.language[posts.owner]]
    return np.asarray((posts.time + HOUR * offset) / DAY)


def _at_hour(draws: Draws, accounts: Accounts, owner: IntArray, day: IntArray) -> IntArray:
    size = len(owner)
    local = (accounts.habits.hour[owner] + 4.0 * draws.normal("hour", size)) % 24.0
    hour = (local - _OFFSETS[accounts.language[owner]]) % 24.0
    return day * DAY + (hour * HOUR).astype(np.int64)


def _durations(draws: Draws, centre: FloatArray) -> IntArray:
    seconds = np.exp(centre + 0.6 * draws.normal("duration", len(centre)))
    return np.clip(np.rint(seconds), 4, 600).astype(np.int64)


def _hashtags(draws: Draws, mean: FloatArray) -> IntArray:
    number = mean * np.exp(0.5 * draws.normal("hashtags", len(mean))) - 0.7
    return np.clip(np.rint(number), 0, _MOST_HASHTAGS).astype(np.int64)


def _words(draws: Draws, size: int) -> IntArray:
    number = np.exp(1.9 + 0.8 * draws.normal("words", size))
    return np.clip(np.rint(number), 1, _MOST_WORDS).astype(np.int64)
