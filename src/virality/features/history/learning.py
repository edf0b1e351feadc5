"""What history has to learn from the training rows before it can say what is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError
from virality.features.history.learned import QUANTILES, HistoryModel
from virality.features.history.level import Dynamics, filtered, forecast
from virality.features.history.prior import fit_prior
from virality.features.history.search import minimum
from virality.features.history.sequences import Sequences
from virality.features.history.videos import numbered
from virality.features.history.working import Working

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.history.videos import Videos

LAG = 7.0
"""Days that an earlier video must have before this one to count, unless others are asked for."""

_START = np.log([0.3, 0.2, 0.1, 1.5, 0.7, 0.4])
_DAYS = (100.0, 10.0)
_FURTHEST = 9.0
_FREEDOM = 6.0
_EVALUATIONS = 160
_MOST_ROWS = 20_000
_MOST_EACH = 400
_TINY = 1e-9


def fit_history(past: pl.DataFrame, lag: float = LAG) -> HistoryModel:
    """Learn what is usual from training rows.

    Parameters
    ----------
    past
        Canonical columns and ``outcome`` (natural units), one row for each video. Rows without an
        outcome, a date or an account are left out.
    lag
        Days that an earlier video must have before a later one to be seen by it: as many as its
        outcome takes to be final.

    Raises
    ------
    DataError
        When no row is left.
    """
    rows = past.filter(usable()).sort("created_at", "video_id", maintain_order=True)
    if rows.height == 0:
        raise DataError(
            "no video has an account, a date and an outcome, so there is no history",
            remedy="map author_id and created_at, or use the schema reference-15",
        )
    (videos,) = numbered(rows)
    outcome = rows["outcome"].cast(pl.Float64).to_numpy()
    working = Working.fit(outcome)
    value = working.forward(outcome)
    prior = fit_prior(videos.followers, value, videos.account)
    residual = value - prior.expect(videos.followers)
    rule = _fit_rule(videos.account, videos.day, residual, lag)
    surprises = residual - _forecasts(videos, residual, rule, lag)
    return HistoryModel(
        working,
        prior,
        rule,
        np.quantile(value, QUANTILES),
        max(float((surprises**2).mean()), _TINY),
        max(float(residual.std()), _TINY),
        lag,
    )


def usable() -> pl.Expr:
    """Tell which rows of a past can be used."""
    known = pl.col("author_id").is_not_null() & pl.col("created_at").is_not_null()
    return known & pl.col("outcome").is_not_null() & pl.col("outcome").is_finite()


def _forecasts(videos: Videos, residual: Floats, rule: Dynamics, lag: float) -> Floats:
    """Forecast each row from what it may see."""
    account, day = videos.account, videos.day
    sequences = Sequences.of(account, day)
    states = filtered(sequences, residual[sequences.order], rule)
    last = sequences.seen(account, day - lag)[1]
    return forecast(states, last, sequences.since(last, day), rule)[0]


def _fit_rule(account: Ints, day: Floats, residual: Floats, lag: float) -> Dynamics:
    """Find the rule under which rows are least surprising, with Student's t for the tails."""
    chosen = _thinned(account, day)
    sequences = Sequences.of(account[chosen], day[chosen])
    value = residual[chosen][sequences.order]
    group = account[chosen][sequences.order]
    last = sequences.seen(group, sequences.time - lag)[1]
    gap = sequences.since(last, sequences.time)
    variance = max(float(value.var()), _TINY)

    def surprise(point: Floats) -> float:
        rule = _rule(point, variance)
        mean, spread = forecast(filtered(sequences, value, rule), last, gap, rule)
        total = spread + rule.noise
        distance = (value - mean) ** 2 / total / (_FREEDOM - 2)
        losses = 0.5 * np.log(total) + (_FREEDOM + 1) / 2 * np.log1p(distance)
        return float(losses.mean()) + 1e-3 * float(np.maximum(np.abs(point) - 5, 0.0) @ point**2)

    found = minimum(surprise, _START, step=0.7, most=_EVALUATIONS, width=0.03)
    return _rule(found, variance)


def _rule(point: Floats, variance: float) -> Dynamics:
    size = np.exp(np.clip(point, -_FURTHEST, _FURTHEST)).tolist()
    return Dynamics(
        constant=variance * size[0],
        slow=variance * size[1],
        quick=variance * size[2],
        slow_days=_DAYS[0] * size[3],
        quick_days=_DAYS[1] * size[4],
        noise=variance * size[5],
    )


def _thinned(account: Ints, day: Floats) -> Ints:
    """Choose the latest videos of as many accounts as make enough rows."""
    sequences = Sequences.of(account, day)
    rank = np.concatenate([np.arange(length)[::-1] for length in sequences.lengths])
    group = np.repeat(np.arange(len(sequences.lengths)), sequences.lengths)
    drawn = np.random.default_rng(0).permutation(len(sequences.lengths))
    sizes = np.minimum(sequences.lengths, _MOST_EACH)[drawn]
    enough = drawn[: int(np.searchsorted(np.cumsum(sizes), _MOST_ROWS)) + 1]
    kept = np.isin(group, enough) & (rank < _MOST_EACH)
    return sequences.order[kept]
