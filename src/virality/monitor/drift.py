"""How far inputs and scores have moved away from the training population.

The training population is known by its quantiles. What comes in is counted between ten of them,
and beside them what is unknown; the distance is that of Jensen and Shannon, the root of the
divergence in bits. It is a metric, finite even where a bin is empty, and about .2 where the
population stability index is .25.

References
----------
Endres, D. and Schindelin, J. (2003). A new metric for probability distributions. *IEEE Transactions
on Information Theory* 49, 1858-1860.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.monitor.monitoring import Figure
from virality.monitor.noise import enough, resampled, sums_by, upper_tail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from virality.arrays import Bools, Floats, Ints
    from virality.monitor.monitoring import Measure
    from virality.promise import Promise

LIMIT = 0.2
"""The distance that is tolerated."""

SCORE = "score"
"""What the score is called among the inputs."""

_PARTS = 10
_ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Bins:
    """Where a number is counted, and how often the training population's was.

    Attributes
    ----------
    edges
        (B - 1,) ascending; a number on an edge belongs below it.
    shares
        (B + 1,) of the training population, the last one of what is unknown.
    """

    edges: Floats
    shares: Floats

    @classmethod
    def of(cls, quantiles: Sequence[float], levels: Sequence[float], absent: float) -> Bins:
        """Cut a population known by its quantiles (Q,) at levels (Q,) into parts of equal size."""
        values, heights = np.asarray(quantiles), np.asarray(levels)
        wanted = np.arange(1, _PARTS) / _PARTS
        chosen = np.abs(heights[None, :] - wanted[:, None]).argmin(axis=1)
        edges = np.unique(values[chosen])
        edges = edges[edges < values[-1]]
        below = np.concatenate([[0.0], _share_upto(edges, values, heights), [1.0]])
        return cls(edges, np.append(np.diff(below) * (1.0 - absent), absent))

    def counted(self, values: Floats) -> Floats:
        """Say in which bin each number (n,) falls, (n, B + 1) of 0 and 1; NaN is unknown."""
        place = np.searchsorted(self.edges, values, side="left")
        place[np.isnan(values)] = len(self.shares) - 1
        return np.eye(len(self.shares))[place]


def _share_upto(edges: Floats, values: Floats, heights: Floats) -> Floats:
    """Estimate the share of a population up to each edge.

    Where several quantiles are equal, the value's share ends somewhere between the last of them and
    the next: in the middle.
    """
    after = np.searchsorted(values, edges, side="right")
    tied = after - np.searchsorted(values, edges, side="left") > 1
    here, following = heights[after - 1], heights[np.minimum(after, len(heights) - 1)]
    shares: Floats = np.where(tied, (here + following) / 2.0, here)
    return shares


@dataclass(frozen=True)
class Counted:
    """n predictions, counted in the bins of each number that is watched.

    Attributes
    ----------
    names
        ``"score"`` and the inputs that varied in training.
    shares
        By name those of the training population, (B,).
    bins
        (n, sum of all B) of 0 and 1, name beside name.
    groups
        (n,) numbers of the accounts, from 0.
    """

    names: tuple[str, ...]
    shares: tuple[Floats, ...]
    bins: Floats
    groups: Ints

    @classmethod
    def of(cls, features: Floats, scores: Floats, groups: Ints, promise: Promise) -> Counted:
        """Count scores (n,) and features (n, p), NaN where unknown."""
        found = list(_watched(features, scores, promise))
        counted = [bins.counted(values) for _, bins, values in found]
        return cls(
            tuple(name for name, *_ in found),
            tuple(bins.shares for _, bins, _ in found),
            np.hstack(counted) if counted else np.empty((len(scores), 0)),
            groups,
        )

    def part(self, rows: Bools) -> Counted:
        """Take some of them, and number their accounts from 0."""
        groups = np.unique(self.groups[rows], return_inverse=True)[1].astype(np.intp)
        return Counted(self.names, self.shares, self.bins[rows], groups)

    @property
    def enough(self) -> bool:
        """Whether they are enough to say something."""
        return enough(self.groups)

    def drift(self) -> tuple[Figure, ...]:
        """Measure how far each has moved from the training population."""
        seen, drawn = self._seen()
        found = []
        for name, expected, here, others in zip(self.names, self.shares, seen, drawn, strict=True):
            noise = distance(others, here[0])
            ends = np.quantile(distance(others, expected), _ENDS)
            value = float(distance(here, expected)[0])
            found.append(_figure("drift", name, value, ends, noise))
        return tuple(found)

    def change(self, before: Counted) -> tuple[Figure, ...]:
        """Measure how far each has moved from what it was before."""
        (seen, drawn), (was, others) = self._seen(), before._seen()
        found = []
        for place, name in enumerate(self.names):
            here, there = seen[place], was[place]
            noise = distance(drawn[place], here[0]) + distance(others[place], there[0])
            ends = np.quantile(_paired(drawn[place], others[place]), _ENDS)
            value = float(distance(here, there[0])[0])
            found.append(_figure("change", name, value, ends, noise))
        return tuple(found)

    def _seen(self) -> tuple[list[Floats], list[Floats]]:
        """Give the shares of each, (1, B), and those of resamples, (R, B)."""
        sums = sums_by(self.groups, self.bins)
        ends = np.cumsum([len(one) for one in self.shares])[:-1]
        seen = np.split(sums.sum(axis=0)[None], ends, axis=1)
        drawn = np.split(resampled(sums), ends, axis=1)
        return [_shares(one) for one in seen], [_shares(one) for one in drawn]


def _watched(
    features: Floats, scores: Floats, promise: Promise
) -> Iterator[tuple[str, Bins, Floats]]:
    if promise.scores:
        levels = np.linspace(0.0, 1.0, len(promise.scores)).tolist()
        yield SCORE, Bins.of(promise.scores, levels, 0.0), scores
    for name, column in zip(promise.names, features.T, strict=True):
        quantiles = promise.quantiles.get(name)
        if quantiles and quantiles[0] < quantiles[-1]:
            yield name, Bins.of(quantiles, promise.levels, promise.absent[name]), column


def _figure(measure: Measure, name: str, value: float, ends: Floats, noise: Floats) -> Figure:
    return Figure(
        measure=measure,
        of=name,
        value=value,
        low=float(ends[0]),
        high=float(ends[1]),
        noise=float(noise.mean()),
        promised=None,
        limit=LIMIT,
        p=upper_tail(noise, value - LIMIT),
    )


def _shares(counts: Floats) -> Floats:
    shares: Floats = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _paired(first: Floats, second: Floats) -> Floats:
    """Distances of drawings (R, B) from others (R, B), drawing by drawing."""
    middle = (first + second) / 2.0
    return _root(_relative(first, middle) + _relative(second, middle))


def distance(first: Floats, second: Floats) -> Floats:
    """Give the Jensen-Shannon distance of shares (n, B) from shares (B,), (n,) of 0 to 1.

    Examples
    --------
    >>> distance(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([0.5, 0.5])).round(3).tolist()
    [0.558, 0.0]
    """
    return _paired(first, np.broadcast_to(second, first.shape))


def _root(divergence: Floats) -> Floats:
    root: Floats = np.sqrt(np.clip(divergence / 2.0, 0.0, 1.0))
    return root


def _relative(shares: Floats, middle: Floats) -> Floats:
    """Relative entropy in bits, (n,); a share of 0 adds nothing."""
    ratio = np.divide(shares, middle, out=np.ones_like(middle), where=shares > 0)
    total: Floats = (shares * np.log2(ratio)).sum(axis=1)
    return total
