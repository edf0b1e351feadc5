"""Measures of an account's earlier videos beyond its level, each shrunk towards «nothing special».

All start from *surprises*: how far each earlier video was from the level forecast for it, on the
working scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.features.history.sequences import decayed

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.history.sequences import Sequences
    from virality.features.history.videos import Videos

WINDOW = 200
_CHUNK = 2048
_FADE = 60.0
_KIND_LIFE = 20.0
_LARGEST = 9.0
_TREND_DAYS = 45.0
_SHARES_LIFE = 8.0
_RECENT_LIFE = 6.0


@dataclass(frozen=True)
class Seen:
    """What each of t videos may see of n earlier ones.

    Attributes
    ----------
    sequences
        The n earlier videos by account.
    surprise
        (n,) in the sequences' order.
    last
        (t,) sorted place of the newest video that may be seen; -1 for none.
    count
        (t,) how many may be seen.
    gap
        (t,) days since the newest.
    """

    sequences: Sequences
    surprise: Floats
    last: Ints
    count: Ints
    gap: Floats

    def of(self, sums: Floats) -> Floats:
        """Give sums (n, d) as they stood at the newest video seen, (t, d); 0 without any."""
        nothing = np.zeros((1, sums.shape[1]))
        return np.vstack([sums, nothing])[self.last]

    def window(self, width: int, rows: slice) -> tuple[Ints, Floats]:
        """Give sorted places (r, width) of the newest videos seen, and 1 where there is one."""
        steps = np.arange(width)
        places = self.last[rows, None] - steps
        inside = (steps < self.count[rows, None]).astype(float)
        return np.maximum(places, 0), inside


def spreads(seen: Seen, usual: float) -> tuple[Floats, Floats]:
    """Root mean square (t,) of surprises over all videos seen, and over the latest."""
    square = np.minimum(seen.surprise**2, _LARGEST * usual)
    columns = np.column_stack([square, np.ones(len(square))])
    whole = seen.of(decayed(seen.sequences, columns, np.inf, days=False))
    late = seen.of(decayed(seen.sequences, columns, _RECENT_LIFE, days=False))
    wide = np.sqrt((whole[:, 0] + 6 * usual) / (whole[:, 1] + 6))
    narrow = np.sqrt((late[:, 0] + 3 * usual) / (late[:, 1] + 3))
    return wide, narrow


def trend(seen: Seen) -> Floats:
    """Mean surprise (t,) of late, by days."""
    columns = np.column_stack([seen.surprise, np.ones(len(seen.surprise))])
    sums = seen.of(decayed(seen.sequences, columns, _TREND_DAYS, days=True))
    fade = 0.5 ** (seen.gap / _TREND_DAYS)
    mean: Floats = fade * sums[:, 0] / (fade * sums[:, 1] + 3)
    return mean


def shares(seen: Seen, excess: Floats, expected: Floats) -> Floats:
    """Shares (t, 4) of videos above each threshold, shrunk to what the account's size expects.

    Parameters
    ----------
    seen
        What may be seen.
    excess
        (n, 4) whether each earlier video was above, less what was expected of it.
    expected
        (t, 4) what is expected of each video.
    """
    columns = np.column_stack([excess, np.ones(len(excess))])
    sums = seen.of(decayed(seen.sequences, columns, _SHARES_LIFE, days=False))
    share: Floats = np.clip(expected + sums[:, :-1] / (sums[:, -1:] + 2), 0.0, 1.0)
    return share


def recent(seen: Seen, value: Floats, level: Floats) -> tuple[Floats, Floats]:
    """Median and least (t,) of the last ten values, less the level; 0 and NaN where none is."""
    places, inside = seen.window(10, slice(None))
    values = np.where(inside > 0, np.append(value, np.inf)[places], np.inf)
    ordered = np.sort(values, axis=1)
    size = inside.sum(axis=1).astype(np.intp)
    rows = np.arange(len(size))
    lower, upper = np.maximum((size - 1) // 2, 0), np.maximum(size // 2, 0)
    upper = np.minimum(upper, ordered.shape[1] - 1)
    has = size > 0
    ordered[~has] = 0.0
    median = (ordered[rows, lower] + ordered[rows, upper]) / 2
    return np.where(has, median - level, 0.0), np.where(has, ordered[:, 0] - level, np.nan)


def alike(seen: Seen, past: Videos, videos: Videos) -> tuple[Floats, Floats]:
    """Mean surprise (t,) of the account's videos of similar duration, and of similar hour."""
    order = seen.sequences.order
    length, hour = past.length[order], past.hour[order]
    fade = 0.5 ** (np.arange(WINDOW) / _FADE)
    means = np.zeros((2, len(seen.last)))
    for begin in range(0, len(seen.last), _CHUNK):
        rows = slice(begin, begin + _CHUNK)
        width = int(min(WINDOW, seen.count[rows].max(initial=0)))
        if width == 0:
            continue
        places, inside = seen.window(width, rows)
        weight = inside * fade[:width]
        near = np.exp(-0.5 * ((length[places] - videos.length[rows, None]) / 0.25) ** 2)
        away = np.abs(hour[places] - videos.hour[rows, None])
        close = np.exp(-0.5 * (np.minimum(away, 24 - away) / 1.5) ** 2)
        for number, (kernel, few) in enumerate(((near, 3.0), (close, 6.0))):
            share = np.nan_to_num(kernel) * weight
            means[number, rows] = (share * seen.surprise[places]).sum(axis=1) / (
                share.sum(axis=1) + few
            )
    return means[0], means[1]


def same_kind(seen: Seen, past: Floats, flag: Floats) -> Floats:
    """Mean surprise (t,) of the account's videos that share a flag with this one.

    Parameters
    ----------
    seen
        What may be seen.
    past
        (n,) the flag of earlier videos, in the sequences' order; NaN is unknown.
    flag
        (t,) the flag of each video.
    """
    yes, no = (past == 1).astype(float), (past == 0).astype(float)
    columns = np.column_stack([yes * seen.surprise, yes, no * seen.surprise, no])
    sums = seen.of(decayed(seen.sequences, columns, _KIND_LIFE, days=False))
    with_it = sums[:, 0] / (sums[:, 1] + 4)
    without = sums[:, 2] / (sums[:, 3] + 4)
    return np.where(flag == 1, with_it, np.where(flag == 0, without, 0.0))
