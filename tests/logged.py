"""Entries of a log, made up, for tests that write one."""

from datetime import UTC, datetime, timedelta

import numpy as np

from virality.log import Known, Noted
from virality.log.entries import Statement

BEGIN = datetime(2025, 6, 1, 12, tzinfo=UTC)
STATEMENT = Statement(
    {
        "names": ["a", "b"],
        "outcome": "views",
        "moment": "before",
        "thresholds": [10.0, 100.0, 1000.0, 10000.0],
        "outcome_quantiles": np.geomspace(1, 1e6, 201).tolist(),
        "mature_days": 7.0,
        "promised": {},
    }
)


def noted(log, number, **changes):
    chosen = {
        "id": f"p{number}",
        "at": BEGIN + timedelta(hours=number),
        "model": "m1",
        "account": log.names.account("ann"),
        "video": log.names.video(f"v{number}"),
        "posted_at": BEGIN,
        "features": (1.5, None),
        "probabilities": (0.1, 0.2, 0.3, 0.2, 0.2),
        "score": 50.25,
        "percentile": 61.0,
        "interval": (10.0, 50.0, 90.0),
    }
    return Noted(**(chosen | changes))


LATE = BEGIN + timedelta(days=9)


def known(number, value=50.0):
    return Known(value, LATE, prediction=f"p{number}")


def counts(log):
    """How many predictions and outcomes there are."""
    frame = log.frame()
    return frame.height, frame["outcome"].count()
