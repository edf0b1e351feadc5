"""What the service says of its model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virality._version import __version__
from virality.interfaces.wording import task_in_words, unit_in_words
from virality.labels import TIER_NAMES, outcome_named
from virality.whatif import changeable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.artefact import Artefact
    from virality.features.schema import Feature
    from virality.interfaces.service.service import Service

_PHASES = {
    "content": "The video",
    "account": "The account",
    "history": "The account's earlier videos",
    "early": "Counts some hours after posting",
    "engagement": "Final counts",
}


def statement(service: Service) -> Mapping[str, Any]:
    """Say what is served, what it takes in, and within which limits."""
    serving, settings = service.model.serving, service.settings
    artefact = serving.scorer.artefact
    outcome = outcome_named(artefact.outcome).phrase if artefact.outcome else None
    return {
        "fingerprint": serving.fingerprint,
        "trained_at": artefact.trained_at,
        "synthetic": serving.synthetic,
        "loaded_at": serving.loaded_at,
        "stale": service.model.trouble or None,
        "version": __version__,
        "task": task_in_words(artefact),
        "outcome": outcome,
        "moment": serving.scorer.moment,
        "history": artefact.history is not None,
        "tiers": list(TIER_NAMES),
        "inputs": _inputs(artefact),
        "evaluation": dict(artefact.evaluation),
        "limits": {
            "body_bytes": settings.body_bytes,
            "videos": settings.videos,
            "requests_per_minute": settings.per_minute or None,
            "seconds": settings.seconds,
        },
    }


def _inputs(artefact: Artefact) -> list[dict[str, Any]]:
    if artefact.inputs is None:
        return [{"name": name} for name in artefact.names]
    free = {feature.name for feature in _changeable(artefact)}
    return [_input(one, artefact, one.name in free) for one in artefact.inputs.features]


def _changeable(artefact: Artefact) -> tuple[Feature, ...]:
    """List what a person can change; nothing where the file holds no population to look along."""
    return () if artefact.classifier.population is None else changeable(artefact)


def _input(feature: Feature, artefact: Artefact, free: bool) -> dict[str, Any]:  # noqa: FBT001
    """State one input; an endless range has no ends."""
    told = feature.stated()
    kept = ("name", "phase", "phrase", "low", "high", "curve", "period", "reads")
    return {
        **{name: told[name] for name in kept},
        "group": _PHASES[feature.phase],
        "unit": unit_in_words(feature, artefact.outcome),
        "changeable": free,
    }
