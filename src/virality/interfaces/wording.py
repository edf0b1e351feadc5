"""What a model does, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from virality.labels import outcome_named, unit_of
from virality.records import age_in_words

LEAST_POINTS = 0.05

if TYPE_CHECKING:
    from virality.artefact import Artefact
    from virality.features.schema import Feature


def task_in_words(artefact: Artefact) -> str:
    """Say what is predicted, when, and from which features."""
    what = outcome_named(artefact.outcome).phrase if artefact.outcome else "ready-made tiers"
    if artefact.inputs is None:
        return f"Predicts {what} from features of their own naming"
    when = {
        "before": "before posting",
        "after": f"{age_in_words(artefact.early_age)} after posting",
        "full": "when all is known",
    }[artefact.inputs.moment]
    own = "".join(f", {feature.name}" for feature in artefact.inputs.own)
    return f"Predicts {what} {when}, from {artefact.inputs.schema.name}{own}"


def unit_in_words(feature: Feature, outcome: str | None) -> str:
    """Say what one unit of a feature is, in a model of this outcome."""
    if feature.unit != "the outcome's" or outcome is None:
        return feature.unit
    return unit_of(outcome)


def told(feature: Feature, outcome: str | None) -> str:
    """Name a feature; one of the account's history with its meaning, unit and option."""
    if feature.phase != "history":
        return feature.name
    unit = unit_in_words(feature, outcome)
    return f"{feature.name} ({feature.phrase}, in {unit}; or --history FILE)"


def video_named(video_id: str | None) -> str:
    """Name a video by its id; one that values alone describe has none."""
    return video_id or "as described"


def signed(points: float) -> str:
    """Write points of a score with their sign, and 0 without."""
    return "0.0" if abs(points) < LEAST_POINTS else f"{points:+.1f}"
