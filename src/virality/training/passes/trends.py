"""What all accounts together say, told to videos in the order of posting, a block at a time.

:mod:`virality.features.history.trends` finds it among all videos at once. Here the sums so far
are carried from block to block, and so are the videos that are too young to be seen; the additions,
and their order, are the same. Memory holds a few numbers for each hashtag and for each video of the
last days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.features.history.sequences import Sequences
from virality.features.history.trends import FURTHEST, MANY, SOME, mean_seen, sums_of
from virality.features.history.videos import tag_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from virality.arrays import Floats

    _Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    _Groups = np.ndarray[tuple[int, ...], np.dtype[np.uint64]]


@dataclass(frozen=True)
class _Told:
    """Entries of groups: (m,) group, day, and what is summed, (m, 2) of surprise and weight."""

    group: _Groups
    day: Floats
    sums: Floats

    @classmethod
    def of(cls, group: _Groups, day: Floats, surprise: Floats) -> _Told:
        value = np.clip(surprise, -FURTHEST, FURTHEST)
        return cls(group, day, np.column_stack([value, np.ones(len(value))]))

    @classmethod
    def nothing(cls) -> _Told:
        return cls(np.zeros(0, dtype=np.uint64), np.zeros(0), np.zeros((0, 2)))

    def __getitem__(self, rows: _Mask) -> _Told:
        return _Told(self.group[rows], self.day[rows], self.sums[rows])

    def __add__(self, other: _Told) -> _Told:
        return _Told(
            np.concatenate([self.group, other.group]),
            np.concatenate([self.day, other.day]),
            np.concatenate([self.sums, other.sums]),
        )


class Trail:
    """Means over each group's earlier entries, older ones fading.

    Parameters
    ----------
    few
        As if there were so many entries of nothing besides.
    lag
        Days before an entry is seen.
    """

    def __init__(self, few: float, lag: float) -> None:
        self._few, self._lag = few, lag
        self._settled, self._young = _Told.nothing(), _Told.nothing()

    def means(self, told: _Told) -> Floats:
        """Give what each of some entries (m,) sees, which come after all entries before."""
        recent = self._young + told
        known = np.isin(self._settled.group, recent.group)
        every = self._settled[known] + recent
        numbers = np.unique(every.group, return_inverse=True)[1].astype(np.intp)
        sequences = Sequences.of(numbers, every.day)
        sums = sums_of(sequences, every.sums[sequences.order])
        wanted = numbers[len(numbers) - len(told.day) :]
        seen = mean_seen(sequences, sums, (wanted, told.day), few=self._few, lag=self._lag)
        self._settle(every, sequences, sums, known)
        return seen

    def _settle(self, every: _Told, sequences: Sequences, sums: Floats, known: _Mask) -> None:
        """Keep each group's sums up to what all later entries will see, and what is younger."""
        old = every.day <= every.day.max(initial=-np.inf) - self._lag
        places = np.flatnonzero(old[sequences.order])
        order = sequences.order[places]
        groups = every.group[order]
        last = np.ones(len(groups), dtype=np.bool_)
        last[:-1] = groups[1:] != groups[:-1]
        kept = _Told(groups[last], every.day[order][last], sums[places[last]])
        self._settled = self._settled[~known] + kept
        self._young = every[~old]


@dataclass(frozen=True)
class Trends:
    """What all accounts say of videos: (n,) the drift, and the mean over a video's hashtags."""

    drift: Floats
    hashtags: Floats


def trends(blocks: Iterator[pl.DataFrame], lag: float) -> Iterator[tuple[pl.DataFrame, Trends]]:
    """Give the trends for blocks of videos that follow each other in the order of posting.

    Parameters
    ----------
    blocks
        Each with ``day``, ``surprise`` and ``hashtags``.
    lag
        Days that an earlier video must have before a later one to be seen by it.
    """
    drifting, tagged = Trail(MANY, lag), Trail(SOME, lag)
    for rows in blocks:
        day, surprise = (rows[name].to_numpy() for name in ("day", "surprise"))
        moved = drifting.means(_Told.of(np.zeros(len(day), dtype=np.uint64), day, surprise))
        pairs = tag_frame(rows["hashtags"])
        row = pairs["row"].to_numpy().astype(np.intp)
        tags = pairs["tag"].hash().to_numpy()
        effect = tagged.means(_Told.of(tags, day[row], (surprise - moved)[row]))
        total, count = np.bincount(row, effect, len(day)), np.bincount(row, minlength=len(day))
        yield rows, Trends(moved, total / np.maximum(count, 1))
