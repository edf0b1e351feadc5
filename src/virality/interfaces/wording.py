"""What a model does, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from virality.labels import outcome_named, unit_of
from virality.records import age_in_words

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
