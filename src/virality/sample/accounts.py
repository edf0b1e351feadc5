"""The invented accounts: how large, how busy, how loyal, with what habits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from virality.sample.draws import BoolArray, Draws, FloatArray, IntArray
from virality.sample.words import LANGUAGES

HOUR = 3600
DAY = 24 * HOUR
YEAR = 365 * DAY
END = 1_764_547_200
"""The scraper's last day, as Unix time: 1 December 2025."""
SPAN = 425 * DAY
"""How far back posts go: about 14 months."""

_MOST_POSTS = 250
_HIDDEN_SHARE = 0.41
_HIGHEST_LEVEL = 15.5
_SCRAMBLE = 2_654_435_761
_LOW_BITS = 2**32


@dataclass(frozen=True)
class Habits:
    """What an account's posts tend to be; every field has shape (accounts,).

    Parameters
    ----------
    photo, original, question, call
        Chances that a post is a photo, has its own sound, asks, calls to action.
    hashtags
        Mean number of hashtags.
    length
        Mean log duration, of seconds.
    hour
        Preferred hour of posting, in the audience's time.
    """

    photo: FloatArray
    original: FloatArray
    question: FloatArray
    call: FloatArray
    hashtags: FloatArray
    length: FloatArray
    hour: FloatArray


@dataclass(frozen=True)
class Accounts:
    """The accounts of one world; every field has shape (accounts,).

    Parameters
    ----------
    account_id
        A number whose upper half is the Unix time of registration.
    language
        Position in `LANGUAGES`, which also gives the audience's time.
    posts
        Number of posts, heavy-tailed.
    first, last
        Unix times: start of activity, and last visit of the scraper.
    followers, growth
        Log followers at `END`, and their change per year.
    level, slope, swing, phase
        Usual log views at `END`, and their slow drift.
    scale
        Spread of the noise of log views.
    warmth
        How readily the audience likes, comments, shares; standard normal.
    hidden
        Whether the scraper never sees the followers.
    habits
        What the posts tend to be.
    """

    account_id: IntArray
    language: IntArray
    posts: IntArray
    first: IntArray
    last: IntArray
    followers: FloatArray
    growth: FloatArray
    level: FloatArray
    slope: FloatArray
    swing: FloatArray
    phase: FloatArray
    scale: FloatArray
    warmth: FloatArray
    hidden: BoolArray
    habits: Habits

    def owners(self, videos: int) -> IntArray:
        """Return the account of each of `videos` posts, shape (videos,), in account order."""
        return np.repeat(np.arange(len(self.posts)), self.posts)[:videos]

    def level_at(self, owner: IntArray, time: IntArray) -> FloatArray:
        """Return the usual log views of accounts `owner` at Unix times `time`, shape (n,)."""
        years = (time - END) / YEAR
        wave = np.sin(2.0 * np.pi * (years + self.phase[owner]))
        drift = self.slope[owner] * years + self.swing[owner] * wave
        return np.asarray(self.level[owner] + drift)

    def followers_at(self, owner: IntArray, time: IntArray) -> FloatArray:
        """Return the followers of accounts `owner` at Unix times `time`, shape (n,)."""
        years = (time - END) / YEAR
        return np.asarray(np.exp(self.followers[owner] + self.growth[owner] * years))


def draw_accounts(seed: int, videos: int) -> Accounts:
    """Return the accounts that hold `videos` posts.

    A world of more videos begins with the accounts of a world of fewer.

    Raises
    ------
    OptionError
        When the seed is no whole number of at least 0.
    """
    draws = Draws(seed, "accounts")
    posts = _post_numbers(draws, videos)
    size = len(posts)
    followers = np.clip(10.3 + 2.2 * draws.normal("followers", size), 3.0, 16.8)
    level = 9.7 + 0.6 * (followers - 10.3) + 1.3 * draws.normal("level", size)
    last = END - draws.below("last", 2 * DAY, size)
    return Accounts(
        account_id=_identifiers(draws, size),
        language=draws.pick("language", [language.weight for language in LANGUAGES], size),
        posts=posts,
        first=last - SPAN + _late_start(draws, size),
        last=last,
        followers=followers,
        growth=0.15 + 0.25 * draws.normal("growth", size),
        level=np.minimum(level, _HIGHEST_LEVEL),
        slope=0.35 * draws.normal("slope", size),
        swing=0.25 * draws.normal("swing", size),
        phase=draws.uniform("phase", size),
        scale=0.52 * np.exp(np.clip(0.2 * draws.normal("scale", size), -0.4, 0.4)),
        warmth=draws.normal("warmth", size),
        hidden=_hidden(posts),
        habits=_habits(draws, size),
    )


def numbered(time: IntArray, index: IntArray) -> IntArray:
    """Return unique ids whose upper 32 bits are Unix times, shape (n,).

    The lower bits are a one-to-one scramble of the index, so different indices below 2³²
    never meet.
    """
    return np.asarray(time * _LOW_BITS + (index * _SCRAMBLE) % _LOW_BITS)


def _identifiers(draws: Draws, size: int) -> IntArray:
    registered = END - SPAN - draws.below("registered", 5 * YEAR, size)
    return numbered(registered, np.arange(size) + 1)


def _post_numbers(draws: Draws, videos: int) -> IntArray:
    """Return each account's number; all have one, so `videos` are enough, and the rest go."""
    draw = 1.0 + np.floor(np.exp(2.3 + 1.1 * draws.normal("posts", videos)))
    posts = np.minimum(draw, _MOST_POSTS).astype(np.int64)
    used = int(np.searchsorted(np.cumsum(posts), videos)) + 1
    return posts[:used]


def _late_start(draws: Draws, size: int) -> IntArray:
    """Return seconds: most accounts are old, some join late."""
    part = np.maximum(draws.uniform("late", size) - 0.75, 0.0) / 0.25
    return (0.9 * SPAN * part).astype(np.int64)


def _hidden(posts: IntArray) -> BoolArray:
    """Hide accounts so that the share of hidden posts keeps to its goal (error diffusion)."""
    owed = 0.0
    hidden = np.zeros(len(posts), dtype=np.bool_)
    for account, number in enumerate(posts.tolist()):
        owed += _HIDDEN_SHARE * number
        if owed >= number / 2:
            hidden[account] = True
            owed -= number
    return hidden


def _habits(draws: Draws, size: int) -> Habits:
    def chance(name: str, centre: float, spread: float) -> FloatArray:
        return np.asarray(1.0 / (1.0 + np.exp(-centre - spread * draws.normal(name, size))))

    return Habits(
        photo=chance("photo", -2.6, 1.3),
        original=chance("original", 0.2, 1.2),
        question=chance("question", -1.2, 0.7),
        call=chance("call", -1.3, 0.8),
        hashtags=4.5 * np.exp(0.45 * draws.normal("hashtags", size)),
        length=3.1 + 0.55 * draws.normal("length", size),
        hour=15.0 + 4.0 * draws.normal("hour", size),
    )
