"""The history columns of videos: everything that :data:`HISTORY` names."""

from __future__ import annotations

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
from virality.features.history.videos import Videos, numbered

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.history.learned import HistoryModel

_LOGISTIC = 1.7
_FURTHEST = 13.0
_SURE = 30.0
_FEWEST_ACCOUNTS = 20
_ACROSS = ("history_hashtags",)


def with_history(
    videos: pl.DataFrame,
    past: pl.DataFrame | None,
    model: HistoryModel | None,
    *,
    undated: Literal["next", "unknown"] = "next",
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
    columns = _columns(now, before, model.working.forward(outcome), model)
    unknown = now.account < 0
    if undated == "unknown":
        unknown |= ~np.isfinite(now.day)
    lone = _accounts_seen(before, _days(now, before, model) - model.lag) < _FEWEST_ACCOUNTS
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


def _accounts_seen(past: Videos, until: Floats) -> Ints:
    """Count the accounts (t,) that had posted by some days (t,)."""
    first = np.full(past.account.max(initial=-1) + 1, np.inf)
    np.minimum.at(first, past.account, past.day)
    return np.searchsorted(np.sort(first), until, side="right").astype(np.intp)


def _columns(videos: Videos, past: Videos, value: Floats, model: HistoryModel) -> dict[str, Floats]:
    """All columns, from outcomes (n,) of the past on the working scale."""
    day = _days(videos, past, model)
    expected, known = (model.prior.expect(one.followers) for one in (videos, past))
    sequences = Sequences.of(past.account, past.day)
    states = filtered(sequences, (value - known)[sequences.order], model.rule)

    def level(one: Videos, when: Floats, prior: Floats) -> tuple[Floats, Floats, Seen]:
        count, last = sequences.seen(one.account, when - model.lag)
        gap = sequences.since(last, when)
        mean, variance = forecast(states, last, gap, model.rule)
        return prior + mean, variance, Seen(sequences, np.zeros(0), last, count, gap)

    surprise = value - level(past, past.day, known)[0]
    usual, variance, bare = level(videos, day, expected)
    seen = Seen(sequences, surprise[sequences.order], bare.last, bare.count, bare.gap)
    order = sequences.order
    above = (value[order, None] >= model.thresholds).astype(float)
    share = shares(seen, above - _chance(known, model)[order], _chance(expected, model))
    logs = {
        "history_doubt": np.sqrt(variance),
        **_surprises(seen, past, videos, model),
        **_latest(seen, value[order], usual),
        **_across(past, surprise, videos, day, model.lag),
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


def _across(
    past: Videos, surprise: Floats, videos: Videos, day: Floats, lag: float
) -> dict[str, Floats]:
    centred = surprise - drift(past, surprise, past.day, lag)
    return {
        "history_hashtags": hashtag_trends(past, centred, videos, day, lag, own=False),
        "history_own_hashtags": hashtag_trends(past, centred, videos, day, lag, own=True),
    }
