"""What a report says of the data, and of where the model comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.records import commonest
from virality.report.view import Count, Fact, Known
from virality.report.words import facts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.artefact import Artefact
    from virality.training.examples import Examples
    from virality.training.unseen import Unseen

_ROWS = {
    "read": "records read",
    "rejected": "rejected, as they cannot be used",
    "duplicates": "copies of a record already read",
    "filtered": "left out by a condition or a limit",
    "immature": "counted too soon after posting",
    "snapshots": "further records of a video already used",
    "unseen": "without counts at the early age",
    "used": "videos used",
    "train": "of these, trained the model",
    "test": "of these, judged it",
}
_MOST_REASONS = 12


def rows_of(artefact: Artefact) -> tuple[Count, ...]:
    """Account for the records of the training."""
    stated = artefact.evaluation.get("rows", {})
    always = {"read", "rejected", "used", "train", "test"}
    return tuple(
        Count(words, stated[name])
        for name, words in _ROWS.items()
        if name in stated and (stated[name] or name in always)
    )


def rejections_of(examples: Examples | None) -> tuple[Count, ...]:
    """Count the reasons for which the records given were rejected, without what they held."""
    if examples is None:
        return ()
    counts: dict[str, int] = {}
    for field, reason, count in commonest(examples.rejections, None):
        named = f"{field}: {reason.partition(':')[0]}"  # what follows a colon is the value itself
        counts[named] = counts.get(named, 0) + count
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Count(name, count) for name, count in ordered[:_MOST_REASONS])


def inputs_of(artefact: Artefact, unseen: Unseen | None) -> tuple[Known, ...]:
    """List the inputs, with the share of the unseen videos of which each is known."""
    shares = {}
    if unseen is not None and len(unseen):
        known = 1.0 - np.isnan(unseen.features).mean(axis=0)
        shares = dict(zip(unseen.names, known.tolist(), strict=True))
    return tuple(_known(artefact, name, shares.get(name)) for name in artefact.names)


def _known(artefact: Artefact, name: str, share: float | None) -> Known:
    if artefact.inputs is None:
        return Known(name, name, "", "", share)
    one = artefact.inputs.feature(name)
    return Known(name, one.phrase, one.phase, one.unit, share)


def dates_of(artefact: Artefact) -> tuple[Fact, ...]:
    """Say from when the training videos are, and how old outcomes were."""
    data = artefact.data
    named = {
        "first training video posted": data.get("first_posted"),
        "last training video posted": data.get("last_posted"),
    }
    return _facts(named)


def provenance_of(artefact: Artefact) -> tuple[Fact, ...]:
    """Say where the model comes from."""
    schema = artefact.schema
    named = {
        "trained": artefact.trained_at,
        "videos that trained the saved model": artefact.data.get("rows"),
        "hash of these rows (SHA-256)": artefact.data.get("sha256"),
        "made-up videos among them": artefact.data.get("synthetic"),
        "features": schema and f"{schema.name}, version {schema.version}",
        "fingerprint of the features": schema and schema.fingerprint,
    }
    chosen = {
        f"choice: {name.replace('_', ' ')}": value
        for name, value in artefact.training.items()
        if name != "schema"
    }
    return _facts({**named, **chosen})


_CERTIFICATE = {
    "converged": "the fit came to its end",
    "iterations": "steps",
    "gradient_norm": "steepness left at the end (gradient norm)",
    "tolerance": "steepness allowed",
    "objective": "objective",
    "l2": "penalty (L2)",
    "l2_from": "penalty chosen by",
    "recipe": "kind of fit",
    "rows": "rows",
    "rows_with_gaps": "rows with something unknown",
}

_CALIBRATION = {
    "identity": "none was needed",
    "temperature": "one factor for all tiers (temperature)",
    "vector": "a slope and a shift for each tier (vector)",
}


def certificate_of(artefact: Artefact) -> tuple[Fact, ...]:
    """Say how the fit ended, and how the probabilities were calibrated."""
    stated = artefact.certificate
    named = {words: stated.get(name) for name, words in _CERTIFICATE.items()}
    calibration = stated.get("calibration")
    if isinstance(calibration, dict):
        kind = calibration.get("kind", "")
        named["calibration of the probabilities"] = _CALIBRATION.get(kind, kind)
    return _facts(named)


def _facts(values: Mapping[str, Any]) -> tuple[Fact, ...]:
    return tuple(Fact(name, text) for name, text in facts_of(values).items())
