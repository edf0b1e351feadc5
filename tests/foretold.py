"""Predictions of a made-up model with what became of them, as a log keeps them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from virality.labels import expected_score
from virality.promise import Promise

BEGIN = datetime(2025, 1, 6, tzinfo=UTC)
"""A Monday."""

NAMES = ("size", "followers", "flag", "history_count")
CUTS = (-0.8, 0.0, 0.8, 1.6)
LEVELS = tuple(np.linspace(0.01, 0.99, 65).tolist())


def after(weeks):
    """So many weeks after the beginning."""
    return BEGIN + timedelta(weeks=weeks)


def promised(**changes):
    """What that model promised, whose inputs are even on 0-1, log-even, a flag and counts."""
    even = np.array(LEVELS)
    stated = {
        "outcome": "views",
        "moment": "before",
        "names": NAMES,
        "thresholds": CUTS,
        "rows": 2000,
        "metrics": {"log_loss": 1.35, "rps": 0.13, "ece": 0.01, "spearman": 0.5, "coverage": 0.8},
        "intervals": {"log_loss": (1.32, 1.38), "spearman": (0.46, 0.54), "coverage": (0.78, 0.82)},
        "levels": LEVELS,
        "quantiles": {
            "size": tuple(even),
            "followers": tuple(1e3 * 1e3**even),
            "flag": tuple((even > 0.7).astype(float)),
            "history_count": tuple(np.floor(30 * even)),
        },
        "absent": {"size": 0.0, "followers": 0.2, "flag": 0.0, "history_count": 0.0},
        "scores": (),
        "trained_at": "2025-01-01T00:00:00Z",
        "synthetic": False,
    }
    return Promise(**{**stated, **changes})


def log_frame(weeks=6, per_week=300, accounts=100, seed=0, *, model="m", shifted=None):
    """Predictions that mean what they say; of weeks from ``shifted`` on the outcomes are lower.

    Outcomes are counted eight days after the prediction.
    """
    generator = np.random.default_rng(seed)
    size = weeks * per_week
    week = np.repeat(np.arange(weeks), per_week)
    seconds = week * 7 * 86400 + generator.uniform(0, 7 * 86400, size)
    made = [BEGIN + timedelta(seconds=float(one)) for one in np.sort(seconds)]
    centre = generator.normal(0, 1, size)
    cuts = np.array(CUTS)
    noise = generator.logistic(0, 0.6, size)
    if shifted is not None:
        noise -= 1.5 * (week >= shifted)
    below = 1 / (1 + np.exp(-(cuts - centre[:, None]) / 0.6))
    probabilities = np.diff(below, axis=1, prepend=0.0, append=1.0)
    true = centre + noise
    place = 100 / (1 + np.exp(-true))
    features = np.column_stack(
        [
            generator.uniform(0, 1, size),
            np.where(
                generator.uniform(0, 1, size) < 0.2,
                np.nan,
                1e3 * 1e3 ** generator.uniform(0, 1, size),
            ),
            generator.uniform(0, 1, size) > 0.7,
            np.floor(30 * generator.uniform(0, 1, size)),
        ]
    )
    ends = [100 / (1 + np.exp(-(centre + 0.6 * np.log(p / (1 - p))))) for p in (0.1, 0.5, 0.9)]
    return pl.DataFrame(
        {
            "prediction": [f"{seed}-{number}" for number in range(size)],
            "predicted_at": pl.Series(made, dtype=pl.Datetime("us", "UTC")),
            "model": model,
            "account": [f"a{one}" for one in generator.integers(accounts, size=size)],
            "video": [f"v{number}" for number in range(size)],
            "probabilities": probabilities.tolist(),
            "score": expected_score(probabilities),
            "percentile": np.full(size, 50.0),
            "low": ends[0],
            "median": ends[1],
            "high": ends[2],
            "features": pl.Series(features.tolist()).list.eval(pl.element().fill_nan(None)),
            "outcome": true,
            "outcome_at": pl.Series(
                [one + timedelta(days=8) for one in made], dtype=pl.Datetime("us", "UTC")
            ),
            "tier": 1 + np.searchsorted(cuts, true, side="right"),
            "outcome_percentile": place,
        }
    )


def as_known(frame, now):
    """What was known of it by some time."""
    told = pl.col("outcome_at") <= now
    later = ("outcome", "outcome_at", "tier", "outcome_percentile")
    return frame.filter(pl.col("predicted_at") <= now).with_columns(
        pl.when(told).then(pl.col(name)).alias(name) for name in later
    )
