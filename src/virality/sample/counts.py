"""Likes, comments, shares and saves, and how all counts grow with age."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.sample.accounts import DAY, Accounts
from virality.sample.truth import Outcomes, shown

if TYPE_CHECKING:
    from virality.sample.draws import Draws, FloatArray, IntArray
    from virality.sample.posts import Posts

MATURE_AGE = 7 * DAY
"""From this age on, in seconds, counts are final."""

_NORMAL_P90 = 1.2816
_HIGHEST_RATE = 0.6


@dataclass(frozen=True)
class _Kind:
    """One kind of count: its rates, and how it leans on what moves them.

    Parameters
    ----------
    low, middle, high
        The 10, 50 and 90 % quantiles of count over views.
    reach, warmth, mood
        Loadings on the video's log views, the account's warmth and the video's mood; what is
        left to a sum of squares of 1 is the kind's own.
    lag
        How much later than views it comes: its growth is theirs to this power.
    """

    low: float
    middle: float
    high: float
    reach: float
    warmth: float
    mood: float
    lag: float


KINDS = {
    "likes": _Kind(0.0122, 0.071, 0.171, 0.20, 0.45, 0.55, 1.05),
    "comments": _Kind(0.00012, 0.00082, 0.0150, -0.40, 0.30, 0.45, 1.15),
    "shares": _Kind(0.000125, 0.0028, 0.0180, -0.10, 0.35, 0.60, 1.30),
    "saves": _Kind(0.00052, 0.0061, 0.0270, 0.05, 0.40, 0.70, 1.20),
}


@dataclass(frozen=True)
class Counts:
    """Final counts before they are shown, and how they are reached.

    Parameters
    ----------
    views
        Final views, shape (n,).
    other
        Final likes, comments, shares and saves, in the order of `KINDS`, shape (n, 4).
    pace, bend
        Days, and power, of the saturating growth, shape (n,).
    """

    views: FloatArray
    other: FloatArray
    pace: FloatArray
    bend: FloatArray

    def at(self, video: IntArray, age: IntArray) -> IntArray:
        """Return shown views, likes, comments, shares, saves at ages in seconds, shape (m, 5)."""
        grown = self._growth(video, age)
        lags = np.array([kind.lag for kind in KINDS.values()])
        views = np.maximum(shown(self.views[video] * grown), 1.0)
        other = shown(self.other[video] * grown[:, None] ** lags)
        other = np.minimum(other, views[:, None])
        return np.column_stack([views, other]).astype(np.int64)

    def _growth(self, video: IntArray, age: IntArray) -> FloatArray:
        """Return the share of the final views reached, 1 from `MATURE_AGE` on."""
        pace, bend = self.pace[video], self.bend[video]
        days = np.minimum(age, MATURE_AGE) / DAY
        done = -np.expm1(-((days / pace) ** bend))
        return np.asarray(done / -np.expm1(-((MATURE_AGE / DAY / pace) ** bend)))


def draw_counts(draws: Draws, accounts: Accounts, posts: Posts, outcomes: Outcomes) -> Counts:
    """Return the final counts of each post and its growth."""
    size = len(posts.owner)
    views = outcomes.views
    reach = (np.log(views) - 11.3) / 2.3
    factors = np.stack([reach, accounts.warmth[posts.owner], draws.normal("mood", size)])
    other = []
    for name, kind in KINDS.items():
        rate = _rates(kind, factors, draws.normal(name, size))
        other.append(np.floor(rate * views + draws.uniform(f"{name}.part", size)))
    return Counts(
        views=views,
        other=np.stack(other, axis=1),
        pace=1.2 * np.exp(0.5 * draws.normal("pace", size)),
        bend=0.7 + 0.4 * draws.uniform("bend", size),
    )


def _rates(kind: _Kind, factors: FloatArray, own: FloatArray) -> FloatArray:
    """Rates whose log is normal on either side of the median, with the spread of that side."""
    loadings = np.array([kind.reach, kind.warmth, kind.mood])
    score = loadings @ factors + np.sqrt(1.0 - float(loadings @ loadings)) * own
    below = np.log(kind.middle / kind.low) / _NORMAL_P90
    above = np.log(kind.high / kind.middle) / _NORMAL_P90
    slope = np.where(score < 0.0, below, above)
    return np.asarray(np.minimum(kind.middle * np.exp(score * slope), _HIGHEST_RATE))
