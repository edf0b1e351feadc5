"""Each account's earlier videos in the order of posting, walked for all accounts at once.

Rows are sorted by group and time, the longest groups first. Step k then works on the k-th row of
every group that has one: always the groups 0..m-1 for some m, so a step is a slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from virality.arrays import Floats, Ints

_ROUND_OFF = 1e-7  # days: far less than a second


@dataclass(frozen=True)
class Sequences:
    """n rows in groups.

    Attributes
    ----------
    order
        (n,) row numbers, by group and then by time.
    starts, lengths
        (G,) where each group begins in ``order``, and its size, largest first.
    time
        (n,) times in days, in the order of ``order``.
    place
        Where each group's own number stands among them; -1 for a number that no row has.
    """

    order: Ints
    starts: Ints
    lengths: Ints
    time: Floats
    place: Ints

    @classmethod
    def of(cls, groups: Ints, time: Floats) -> Sequences:
        """Sort rows by group (n,) of numbers from 0 and time (n,) in days."""
        sizes = np.bincount(groups) if len(groups) else np.zeros(0, dtype=np.intp)
        ranked = np.argsort(-sizes, kind="stable")
        place = np.full(len(sizes), -1, dtype=np.intp)
        place[ranked] = np.arange(len(sizes))
        order = np.lexsort((time, place[groups]))
        lengths = sizes[ranked]
        lengths = lengths[lengths > 0]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.intp)
        place[sizes == 0] = -1
        return cls(order.astype(np.intp), starts[: len(lengths)], lengths, time[order], place)

    def steps(self) -> Iterator[tuple[int, Ints]]:
        """Give each step's number and the sorted places of the rows that take it."""
        active = len(self.lengths)
        for number in range(int(self.lengths.max(initial=0))):
            while active and self.lengths[active - 1] <= number:
                active -= 1
            yield number, self.starts[:active] + number

    def seen(self, groups: Ints, time: Floats) -> tuple[Ints, Ints]:
        """Count the rows of a group that are no later than a time.

        Parameters
        ----------
        groups
            (t,) numbers of groups; -1, or one that no row has, has seen nothing.
        time
            (t,) in days.

        Returns
        -------
        (t,) counts, and (t,) sorted places of the last of these rows; -1 where there is none.
        """
        counts, last = np.zeros(len(groups), dtype=np.intp), np.full(len(groups), -1, dtype=np.intp)
        inside = (groups >= 0) & (groups < len(self.place))
        inside[inside] = self.place[groups[inside]] >= 0
        if not inside.any():
            return counts, last
        group = self.place[groups[inside]]
        low, span = float(self.time.min()), float(np.ptp(self.time)) + 3.0
        keys = np.repeat(np.arange(len(self.lengths)), self.lengths) * span + (self.time - low)
        wanted = group * span + np.clip(time[inside] - low, -1.0, span - 2.0)
        found = np.searchsorted(keys, wanted + _ROUND_OFF, side="right") - self.starts[group]
        counts[inside] = found
        last[inside] = np.where(found > 0, self.starts[group] + found - 1, -1)
        return counts, last

    def since(self, last: Ints, time: Floats) -> Floats:
        """Days (t,) from a sorted place to a time; 0 where there is no place."""
        if len(self.time) == 0:
            return np.zeros(len(last))
        return np.where(last >= 0, time - self.time[np.maximum(last, 0)], 0.0)


def decayed(sequences: Sequences, values: Floats, half_life: float, *, days: bool) -> Floats:
    """Sum values along each group, older ones fading.

    Parameters
    ----------
    sequences
        The rows.
    values
        (n, d) in the sequences' order; NaN counts nothing.
    half_life
        In days, or in rows.
    days
        Which of the two.

    Returns
    -------
    (n, d) sums up to and including each row.
    """
    sums = np.nan_to_num(values).copy()
    keep = 0.5 ** (1.0 / half_life)
    for number, rows in sequences.steps():
        if number:
            fade = keep
            if days:
                gap = sequences.time[rows] - sequences.time[rows - 1]
                fade = (0.5 ** (gap / half_life))[:, None]
            sums[rows] += fade * sums[rows - 1]
    return sums
