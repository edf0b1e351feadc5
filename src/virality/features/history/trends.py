"""What all accounts together say: how videos have lately done, and those with the same hashtags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.features.history.sequences import Sequences, decayed

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.history.videos import Videos

_LIFE = 60.0
FURTHEST = 3.0
"""A surprise counts for no more."""

MANY, SOME, _FEW = 20.0, 8.0, 4.0
"""As if so many videos that surprise nobody were there besides: of all accounts; of a hashtag."""


def drift(past: Videos, surprise: Floats, day: Floats, lag: float) -> Floats:
    """Mean surprise (t,) of all accounts' videos before a day, older ones fading.

    Parameters
    ----------
    past
        n earlier videos.
    surprise
        (n,) how far each was from its account's level.
    day
        (t,) of posting.
    lag
        Videos posted fewer days before are not seen.
    """
    group = np.zeros(len(surprise), dtype=np.intp)
    wanted = np.zeros(len(day), dtype=np.intp), day
    return _trailing(group, past.day, surprise, wanted, few=MANY, lag=lag)


def hashtag_trends(
    past: Videos, surprise: Floats, videos: Videos, day: Floats, lag: float, *, own: bool
) -> Floats:
    """Mean over a video's hashtags of how videos with them have done, (t,); 0 without any.

    Parameters
    ----------
    past
        n earlier videos.
    surprise
        (n,) how far each was from its account's level, and from the drift of its time.
    videos, day
        t videos and their days of posting.
    lag
        Videos posted fewer days before are not seen.
    own
        Whether only videos of the same account count.
    """
    before, now = past.tag, videos.tag
    if own:
        width = 1 + max(past.account.max(initial=0), videos.account.max(initial=0))
        pairs = np.concatenate(
            [
                before * width + past.account[past.tagged],
                now * width + videos.account[videos.tagged],
            ]
        )
        numbers = np.unique(pairs, return_inverse=True)[1].astype(np.intp)
        before, now = numbers[: len(before)], numbers[len(before) :]
    effect = _trailing(
        before,
        past.day[past.tagged],
        surprise[past.tagged],
        (now, day[videos.tagged]),
        few=_FEW if own else SOME,
        lag=lag,
    )
    total = np.bincount(videos.tagged, effect, len(day))
    mean: Floats = total / np.maximum(np.bincount(videos.tagged, minlength=len(day)), 1)
    return mean


def _trailing(
    group: Ints,
    day: Floats,
    surprise: Floats,
    wanted: tuple[Ints, Floats],
    *,
    few: float,
    lag: float,
) -> Floats:
    """Decayed mean of a group's surprises before a day, shrunk as if ``few`` zeros were there."""
    sequences = Sequences.of(group, day)
    value = np.clip(surprise, -FURTHEST, FURTHEST)
    sums = sums_of(sequences, np.column_stack([value, np.ones(len(value))])[sequences.order])
    return mean_seen(sequences, sums, wanted, few=few, lag=lag)


def mean_seen(
    sequences: Sequences, sums: Floats, wanted: tuple[Ints, Floats], *, few: float, lag: float
) -> Floats:
    """Mean (t,) of what is seen of a group by a day, shrunk as if ``few`` zeros were there.

    Parameters
    ----------
    sequences
        n entries of groups.
    sums
        (n, 2) of :func:`sums_of`.
    wanted
        (t,) groups and days.
    few, lag
        Zeros, and days that an entry must have before it is seen.
    """
    last = sequences.seen(wanted[0], wanted[1] - lag)[1]
    fade = 0.5 ** (sequences.since(last, wanted[1]) / _LIFE)
    known = np.maximum(last, 0)
    if len(sums) == 0:
        return np.zeros(len(last))
    mean = fade * sums[known, 0] / (fade * sums[known, 1] + few)
    return np.where(last >= 0, mean, 0.0)


def sums_of(sequences: Sequences, columns: Floats) -> Floats:
    """Sum surprises and weights (n, 2) along each group, older ones fading."""
    return decayed(sequences, columns, _LIFE, days=True)
