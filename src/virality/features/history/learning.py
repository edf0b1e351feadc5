"""What history has to learn from the training rows before it can say what is usual."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from virality.errors import DataError
from virality.features.history.level import Dynamics, filtered, forecast
from virality.features.history.prior import Prior, fit_prior
from virality.features.history.search import minimum
from virality.features.history.sequences import Sequences
from virality.features.history.videos import numbered
from virality.features.history.working import Working

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.storage.checked import Field

LAG = 7.0
"""Days that an earlier video must have before this one to count."""

QUANTILES = (0.25, 0.5, 0.75, 0.9)
_START = np.log([0.3, 0.2, 0.1, 1.5, 0.7, 0.4])
_DAYS = (100.0, 10.0)
_FURTHEST = 9.0
_FREEDOM = 6.0
_EVALUATIONS = 160
_MOST_ROWS = 20_000
_MOST_EACH = 400
_TINY = 1e-9


@dataclass(frozen=True)
class HistoryModel:
    """What is known of accounts in general.

    Attributes
    ----------
    working
        The scale on which outcomes are compared.
    prior
        What is expected of an account by its size.
    rule
        How an account's level moves.
    thresholds
        (4,) quantiles of the training outcomes, on the working scale.
    surprise
        Mean squared distance of an outcome from the level forecast for it.
    width
        Spread of outcomes around the prior.
    """

    working: Working
    prior: Prior
    rule: Dynamics
    thresholds: Floats
    surprise: float
    width: float

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object."""
        return {
            "working": self.working.encode(),
            "prior": {
                "centre": self.prior.centre,
                "spread": self.prior.spread,
                "coef": self.prior.coef.tolist(),
                "unknown": self.prior.unknown,
            },
            "rule": asdict(self.rule),
            "thresholds": self.thresholds.tolist(),
            "surprise": self.surprise,
            "width": self.width,
        }

    @classmethod
    def decode(cls, stated: Field) -> HistoryModel:
        """Read from a checked JSON object.

        Raises
        ------
        ArtefactError
            When a field is missing, or holds something else than it should.
        """
        prior, rule, scale = stated["prior"], stated["rule"], stated["working"]
        kind = scale["kind"].text()
        if kind not in {"log", "asinh"}:
            scale["kind"].fail("neither log nor asinh")
        names = [each.name for each in fields(Dynamics)]
        return cls(
            working=Working("asinh" if kind == "asinh" else "log", _number(scale["offset"])),
            prior=Prior(
                centre=_number(prior["centre"]),
                spread=_positive(prior["spread"]),
                coef=prior["coef"].array(4),
                unknown=_number(prior["unknown"]),
            ),
            rule=Dynamics(**{name: _positive(rule[name]) for name in names}),
            thresholds=stated["thresholds"].array(len(QUANTILES)),
            surprise=_positive(stated["surprise"]),
            width=_positive(stated["width"]),
        )


def _number(stated: Field) -> float:
    return float(stated.array())


def _positive(stated: Field) -> float:
    number = _number(stated)
    if not number > 0:
        stated.fail("not above 0")
    return number


def fit_history(past: pl.DataFrame) -> HistoryModel:
    """Learn what is usual from training rows.

    Parameters
    ----------
    past
        Canonical columns and ``outcome`` (natural units), one row for each video. Rows without an
        outcome, a date or an account are left out.

    Raises
    ------
    DataError
        When no row is left.
    """
    rows = past.filter(usable())
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
    rule = _fit_rule(videos.account, videos.day, residual)
    surprises = residual - _forecasts(videos.account, videos.day, residual, rule)
    return HistoryModel(
        working,
        prior,
        rule,
        np.quantile(value, QUANTILES),
        max(float((surprises**2).mean()), _TINY),
        max(float(residual.std()), _TINY),
    )


def usable() -> pl.Expr:
    """Tell which rows of a past can be used."""
    known = pl.col("author_id").is_not_null() & pl.col("created_at").is_not_null()
    return known & pl.col("outcome").is_not_null() & pl.col("outcome").is_finite()


def _forecasts(account: Ints, day: Floats, residual: Floats, rule: Dynamics) -> Floats:
    """Forecast each row from what it may see."""
    sequences = Sequences.of(account, day)
    states = filtered(sequences, residual[sequences.order], rule)
    last = sequences.seen(account, day - LAG)[1]
    return forecast(states, last, sequences.since(last, day), rule)[0]


def _fit_rule(account: Ints, day: Floats, residual: Floats) -> Dynamics:
    """Find the rule under which rows are least surprising, with Student's t for the tails."""
    chosen = _thinned(account, day)
    sequences = Sequences.of(account[chosen], day[chosen])
    value = residual[chosen][sequences.order]
    group = account[chosen][sequences.order]
    last = sequences.seen(group, sequences.time - LAG)[1]
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
