"""The history columns of videos: everything that :data:`HISTORY` names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from virality.features.history.learning import usable
from virality.features.history.level import filtered, forecast
from virality.features.history.residuals import (
    Seen,
    alike,
    recent,
    same_kind,
    shares,
    spreads,
    trend,
)
from virality.features.history.sequences import Sequences
from virality.features.history.table import HISTORY
from virality.features.history.trends import drift, hashtag_trends
from virality.features.history.videos import numbered

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.features.history.learned import HistoryModel
    from virality.features.history.level import Filtered
    from virality.features.history.videos import Videos

_LOGISTIC = 1.7
_FURTHEST = 13.0
_SURE = 30.0
_FEWEST_ACCOUNTS = 20
_ACROSS = ("history_hashtags",)


@dataclass(frozen=True)
class Across:
    """What all accounts together say, where those of the past are not all at hand.

    Attributes
    ----------
    drift
        (n,) what :func:`~virality.features.history.trends.drift` says of each usable video of the
        past, in the order of posting.
    hashtags
        (t,) what :func:`~virality.features.history.trends.hashtag_trends` says of each video.
    since
        Day on which the twentieth account first posted.
    """

    drift: Floats
    hashtags: Floats
    since: float


def with_history(
    videos: pl.DataFrame,
    past: pl.DataFrame | None,
    model: HistoryModel | None,
    *,
    undated: Literal["next", "unknown"] = "next",
    across: Across | None = None,
) -> pl.DataFrame:
    """Add the history columns to videos.

    Parameters
    ----------
    videos
        t videos, with canonical columns.
    past
        n earlier videos, with canonical columns and ``outcome`` in natural units, one row each; it
        may hold the videos themselves. None when no history is known.
    model
        What is known of accounts in general; None when nothing is.
    undated
        A video without a date is its account's ``"next"`` one, to which all of the past is known;
        or, where the past may hold later videos, its history is ``"unknown"``.
    across
        What all accounts together say, where ``past`` holds only some; None finds it in ``past``.

    Returns
    -------
    The videos with the columns of :data:`HISTORY`; null where the account is unknown or no past
    was given. What rests on all accounts together is null where fewer than 20 were to be seen.
    """
    if past is None or model is None:
        nulls = [pl.lit(None, dtype=pl.Float64).alias(feature.name) for feature in HISTORY]
        return videos.with_columns(nulls)
    rows = past.filter(usable()).sort("created_at", "video_id", maintain_order=True)
    now, before = numbered(videos, rows)
    outcome = rows["outcome"].cast(pl.Float64).to_numpy()
    columns = _columns(now, before, model.working.forward(outcome), model, across)
    unknown = now.account < 0
    if undated == "unknown":
        unknown |= ~np.isfinite(now.day)
    since = _since(before) if across is None else across.since
    lone = _days(now, before, model) - model.lag < since
    series = []
    for feature in HISTORY:
        hidden = unknown | lone if feature.name in _ACROSS else unknown
        values = np.where(hidden, np.nan, columns[feature.name])
        series.append(pl.Series(feature.name, values).fill_nan(None))
    return videos.with_columns(series)


def _days(videos: Videos, past: Videos, model: HistoryModel) -> Floats:
    """Days (t,) of posting; where unknown, when all of the past is known."""
    latest = past.day.max(initial=0.0) + model.lag
    return np.where(np.isfinite(videos.day), videos.day, latest)


def first_days(past: Videos) -> Floats:
    """Days on which the first twenty accounts posted first, ascending."""
    first = np.full(past.account.max(initial=-1) + 1, np.inf)
    np.minimum.at(first, past.account, past.day)
    return np.sort(first)[:_FEWEST_ACCOUNTS]


def since_day(first: Floats) -> float:
    """Day from which on twenty accounts are there, of their first days; endless for fewer."""
    return float(first[_FEWEST_ACCOUNTS - 1]) if len(first) >= _FEWEST_ACCOUNTS else np.inf


def _since(past: Videos) -> float:
    return since_day(first_days(past))


@dataclass(frozen=True)
class _Levels:
    """What accounts reach by themselves: of n earlier videos, and how far each surprised."""

    past: Videos
    model: HistoryModel
    known: Floats
    sequences: Sequences
    states: Filtered

    @classmethod
    def of(cls, past: Videos, value: Floats, model: HistoryModel) -> _Levels:
        """Filter outcomes (n,) on the working scale."""
        known = model.prior.expect(past.followers)
        sequences = Sequences.of(past.account, past.day)
        states = filtered(sequences, (value - known)[sequences.order], model.rule)
        return cls(past, model, known, sequences, states)

    def at(self, one: Videos, when: Floats, prior: Floats) -> tuple[Floats, Floats, Seen]:
        """Level (t,), its variance, and what is seen, of videos at some days (t,)."""
        count, last = self.sequences.seen(one.account, when - self.model.lag)
        gap = self.sequences.since(last, when)
        mean, variance = forecast(self.states, last, gap, self.model.rule)
        return prior + mean, variance, Seen(self.sequences, np.zeros(0), last, count, gap)

    def surprise(self, value: Floats) -> Floats:
        """Say how far each outcome (n,) was from the level forecast for it."""
        return value - self.at(self.past, self.past.day, self.known)[0]


def surprises(past: Videos, outcome: Floats, model: HistoryModel) -> Floats:
    """Say how far each video was from its account's level, (n,) on the working scale.

    Parameters
    ----------
    past
        n usable videos of whole accounts, in the order of posting.
    outcome
        (n,) in natural units.
    model
        What is known of accounts in general.
    """
    value = model.working.forward(outcome)
    return _Levels.of(past, value, model).surprise(value)


def _columns(
    videos: Videos, past: Videos, value: Floats, model: HistoryModel, across: Across | None
) -> dict[str, Floats]:
    """All columns, from outcomes (n,) of the past on the working scale."""
    day = _days(videos, past, model)
    expected = model.prior.expect(videos.followers)
    levels = _Levels.of(past, value, model)
    surprise = levels.surprise(value)
    usual, variance, bare = levels.at(videos, day, expected)
    order = levels.sequences.order
    seen = Seen(levels.sequences, surprise[order], bare.last, bare.count, bare.gap)
    above = (value[order, None] >= model.thresholds).astype(float)
    share = shares(seen, above - _chance(levels.known, model)[order], _chance(expected, model))
    found = _across(past, surprise, videos, day, model.lag) if across is None else across
    own = (past, surprise - found.drift, videos, day, model.lag)
    logs = {
        "history_doubt": np.sqrt(variance),
        **_surprises(seen, past, videos, model),
        **_latest(seen, value[order], usual),
        "history_hashtags": found.hashtags,
        "history_own_hashtags": hashtag_trends(*own, own=True),
    }
    return {
        "history_count": seen.count.astype(float),
        "history_level": model.working.back(usual),
        "history_pause": np.where(seen.last >= 0, seen.gap, np.nan),
        **dict(zip(_SHARES, share.T, strict=True)),
        **{name: np.exp(np.clip(one, -_FURTHEST, _FURTHEST)) for name, one in logs.items()},
    }


_SHARES = tuple(f"history_share_above_{level}" for level in (25, 50, 75, 90))


def _chance(expected: Floats, model: HistoryModel) -> Floats:
    """Chance (n, 4) of being above each threshold by the account's size alone."""
    distance = (expected[:, None] - model.thresholds) / model.width
    chance: Floats = 1.0 / (1.0 + np.exp(-np.clip(_LOGISTIC * distance, -_SURE, _SURE)))
    return chance


def _surprises(seen: Seen, past: Videos, videos: Videos, model: HistoryModel) -> dict[str, Floats]:
    order = seen.sequences.order
    wide, narrow = spreads(seen, model.surprise)
    length, hour = alike(seen, past, videos)
    return {
        "history_spread": wide,
        "history_recent_spread": narrow,
        "history_trend": trend(seen),
        "history_similar_length": length,
        "history_same_hour": hour,
        "history_same_kind": same_kind(seen, past.photo[order], videos.photo),
        "history_same_sound_kind": same_kind(seen, past.own_sound[order], videos.own_sound),
    }


def _latest(seen: Seen, value: Floats, usual: Floats) -> dict[str, Floats]:
    median, least = recent(seen, value, usual)
    return {"history_recent_median": median, "history_recent_worst": least}


def _across(past: Videos, surprise: Floats, videos: Videos, day: Floats, lag: float) -> Across:
    moved = drift(past, surprise, past.day, lag)
    hashtags = hashtag_trends(past, surprise - moved, videos, day, lag, own=False)
    return Across(moved, hashtags, _since(past))
