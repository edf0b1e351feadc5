"""What the generator knows: how views come about, and the chances that follow.

With n videos, the log of the final views is

    location + scale · noise,    location = account level at the time + sum of content parts,

where the noise is standard logistic with probability 1 - `LIFT_SHARE`, and otherwise, for a
video that the feed carries, the same moved by `LIFT` and stretched by `LIFT_STRETCH`. A site
shows only the leading digits of a count, cut off, and never less than one view.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import OptionError
from virality.sample.posts import Posts, local_time

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.sample.accounts import Accounts
    from virality.sample.draws import Draws, FloatArray, IntArray

EFFECTS: Mapping[str, float] = MappingProxyType(
    {
        "duration": 1.0,
        "hashtags": 0.6,
        "original_sound": 0.5,
        "photo": -0.6,
        "question": 0.55,
        "call_to_action": -0.45,
        "hour": 0.4,
        "weekday": 0.2,
        "emoji": 0.0,
    }
)
"""Size of each effect in log views; `emoji` has none, so that none should be found."""

LIFT_SHARE = 0.12
LIFT = 1.8
LIFT_STRETCH = 1.1

BEST_SECONDS = 25.0
_SPREAD_SECONDS = 0.75
_PEAK_HOUR = 19.0
_PEAK_DAY = 2.5
_MOST_VIEWS = 2e9
_STEPS = ((1e4, 1.0), (1e6, 1e2), (1e9, 1e5), (np.inf, 1e8))
_TIERS = 5


def shown(count: FloatArray) -> FloatArray:
    """Return counts as the site shows them: 12345 as 12300, shape kept."""
    return np.asarray(np.floor(count / _step(count)) * _step(count))


def content_parts(accounts: Accounts, posts: Posts) -> FloatArray:
    """Return the parts of log views that content adds, shape (n, effects)."""
    clock = local_time(accounts, posts)
    shapes = {
        "duration": _hump(posts.duration),
        "hashtags": 1.0 - np.exp(-posts.hashtags / 3.0),
        "original_sound": posts.original,
        "photo": posts.photo,
        "question": posts.question,
        "call_to_action": posts.call,
        "hour": np.cos(2.0 * np.pi * (clock - _PEAK_HOUR / 24.0)),
        "weekday": np.cos(2.0 * np.pi * (clock - _PEAK_DAY) / 7.0),
        "emoji": posts.emoji,
    }
    return np.stack([size * shapes[name] for name, size in EFFECTS.items()], axis=1)


def _hump(seconds: IntArray) -> FloatArray:
    """Return one at the best length, falling off on both sides; nothing for a photo."""
    distance = np.log(np.maximum(seconds, 1) / BEST_SECONDS) / _SPREAD_SECONDS
    return np.asarray(np.where(seconds > 0, np.exp(-0.5 * distance**2), 0.0))


def _step(count: FloatArray) -> FloatArray:
    limits = [limit for limit, _ in _STEPS]
    return np.asarray([step for _, step in _STEPS])[np.searchsorted(limits, count, side="right")]


@dataclass(frozen=True)
class Truth:
    """What the generator knew of each video, before the noise and after.

    Parameters
    ----------
    video_id, author_id
        The ids as in the records, shape (n,).
    created_at
        Unix time of posting, shape (n,).
    level
        The account's usual log views at that time, shape (n,).
    parts
        What content adds, one column per entry of `effects`, shape (n, effects).
    scale
        The account's spread of the noise, shape (n,).
    views
        The final views as shown, noise included, shape (n,).
    effects
        Name and size of each effect, in log views.
    """

    video_id: IntArray
    author_id: IntArray
    created_at: IntArray
    level: FloatArray
    parts: FloatArray
    scale: FloatArray
    views: IntArray
    effects: Mapping[str, float]

    @property
    def location(self) -> FloatArray:
        """Centre of the log of the final views, the lift aside, shape (n,)."""
        return np.asarray(self.level + self.parts.sum(axis=1))

    def of(self, video_ids: Sequence[str]) -> Truth:
        """Return the truth of these videos, in this order.

        Raises
        ------
        OptionError
            When one of them is not in the sample.
        """
        place = {str(number): k for k, number in enumerate(self.video_id.tolist())}
        strange = [video_id for video_id in video_ids if video_id not in place]
        if strange:
            raise OptionError(f"{strange[0]!r} is not in the sample", where="video_ids")
        rows = np.array([place[video_id] for video_id in video_ids], dtype=np.int64)
        chosen = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name != "effects"
        }
        return replace(self, **chosen)

    def at_least(self, views: float) -> FloatArray:
        """Return each video's exact probability of at least so many final views, shape (n,)."""
        needed = float(np.ceil(views / _ceil_step(views)) * _ceil_step(views))
        if needed <= 1.0:
            return np.ones(len(self.scale))
        if needed > _MOST_VIEWS:
            return np.zeros(len(self.scale))
        return _survival((np.log(needed) - self.location) / self.scale)

    def tier_probabilities(self, thresholds: Sequence[float]) -> FloatArray:
        """Return each video's exact probabilities of the five tiers of views, shape (n, 5).

        Raises
        ------
        OptionError
            When the thresholds are not four finite numbers in ascending order.
        """
        cuts = np.asarray(thresholds, dtype=np.float64)
        if cuts.shape != (_TIERS - 1,) or not np.all(np.diff(cuts) > 0):
            raise OptionError("there must be four, each above the last", where="thresholds")
        if not np.all(np.isfinite(cuts)):
            raise OptionError("each must be finite", where="thresholds")
        size = len(self.scale)
        above = [np.ones(size), *(self.at_least(float(cut)) for cut in cuts), np.zeros(size)]
        return np.asarray(-np.diff(np.stack(above, axis=1), axis=1))

    def quantiles(self, levels: Sequence[float]) -> FloatArray:
        """Return quantiles of each video's final views, shape (n, levels).

        Raises
        ------
        OptionError
            When a level is not strictly between 0 and 1.
        """
        if not all(0.0 < level < 1.0 for level in levels):
            raise OptionError("each must lie strictly between 0 and 1", where="levels")
        noise = np.asarray([_noise_quantile(level) for level in levels])
        log_views = self.location[:, None] + self.scale[:, None] * noise[None, :]
        return shown(_bounded(log_views))


@dataclass(frozen=True)
class Outcomes:
    """How the posts do in the end.

    Parameters
    ----------
    views
        Final views before they are shown, shape (n,).
    level, parts, scale
        As in `Truth`.
    """

    views: FloatArray
    level: FloatArray
    parts: FloatArray
    scale: FloatArray


def draw_outcomes(draws: Draws, accounts: Accounts, posts: Posts) -> Outcomes:
    """Return the final views of each post, with what led to them, shape (n,)."""
    size = len(posts.owner)
    level = accounts.level_at(posts.owner, posts.time)
    parts = content_parts(accounts, posts)
    scale = accounts.scale[posts.owner]
    noise = draws.logistic("noise", size)
    lifted = draws.uniform("lift", size) < LIFT_SHARE
    noise = np.where(lifted, LIFT + LIFT_STRETCH * noise, noise)
    log_views = level + parts.sum(axis=1) + scale * noise
    return Outcomes(views=_bounded(log_views), level=level, parts=parts, scale=scale)


def truth_of(accounts: Accounts, posts: Posts, outcomes: Outcomes, size: int) -> Truth:
    """Return the truth of the first `size` posts."""
    return Truth(
        video_id=posts.video_id[:size],
        author_id=accounts.account_id[posts.owner[:size]],
        created_at=posts.time[:size],
        level=outcomes.level[:size],
        parts=outcomes.parts[:size],
        scale=outcomes.scale[:size],
        views=shown(outcomes.views[:size]).astype(np.int64),
        effects=EFFECTS,
    )


def _bounded(log_views: FloatArray) -> FloatArray:
    """Return the views, at least 1 and no more than the largest site could show."""
    return np.clip(np.exp(np.minimum(log_views, 50.0)), 1.0, _MOST_VIEWS)


def _ceil_step(views: float) -> float:
    """Return the step of shown numbers on the way up to `views`."""
    return next(step for limit, step in _STEPS if views <= limit)


def _survival(noise: FloatArray) -> FloatArray:
    """Return the probability that the noise is at least so large."""
    plain = _upper_logistic(noise)
    lifted = _upper_logistic((noise - LIFT) / LIFT_STRETCH)
    return np.asarray((1.0 - LIFT_SHARE) * plain + LIFT_SHARE * lifted)


def _upper_logistic(x: FloatArray) -> FloatArray:
    return np.asarray(0.5 - 0.5 * np.tanh(0.5 * x))


def _noise_quantile(level: float) -> float:
    """Return the noise below which a share `level` lies, by bisection."""
    low, high = -60.0, 60.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if 1.0 - float(_survival(np.asarray(middle))) < level:
            low = middle
        else:
            high = middle
    return high
