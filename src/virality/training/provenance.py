"""What a model file states of where the model comes from."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model.ranks import Ranks

if TYPE_CHECKING:
    from virality.training.examples import Examples
    from virality.training.labelled import Labelled
    from virality.training.ready import Training
    from virality.training.settings import Settings

_PRIVATE = {"mapping", "where"}


def now() -> str:
    """ISO time, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def choices(settings: Settings, examples: Examples) -> dict[str, Any]:
    """State the settings, with what was left open filled in."""
    stated = {name: value for name, value in asdict(settings).items() if name not in _PRIVATE}
    inputs = examples.inputs
    stated |= {"features": list(settings.features), "without": list(settings.without)}
    stated["schema"] = inputs and inputs.schema.name
    stated["moment"] = inputs and inputs.moment
    return stated


def fingerprint(training: Training, *, synthetic: bool) -> dict[str, Any]:
    """Tell this training data from any other, without holding any of it."""
    content, rows, ends = hashlib.sha256(), 0, []
    for part in training():
        content.update(np.ascontiguousarray(part.features).tobytes())
        rows += len(part.tiers)
        dated = part.seconds[np.isfinite(part.seconds)]
        ends += [dated.min(), dated.max()] if len(dated) else []
    for part in training():
        content.update(part.tiers.astype(np.int8).tobytes())
    return {
        "rows": rows,
        "sha256": content.hexdigest(),
        "first_posted": _date(min(ends)) if ends else None,
        "last_posted": _date(max(ends)) if ends else None,
        "synthetic": synthetic,
    }


def spread(population: Labelled) -> list[float]:
    """Give the outcomes (201,) below which every half per cent of the training videos lies.

    By these an outcome that comes to be known later is placed among them.
    """
    return list(Ranks.fit(population.outcome, population.weight).quantiles.tolist())


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(float(seconds), UTC).date().isoformat()
