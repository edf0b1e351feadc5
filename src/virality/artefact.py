"""Everything that a model file states, as one value, and its JSON form.

The file is a superset of the reference system's: a reader that knows only ``weights`` and
``biases`` scores correctly with it. Fields of that older format keep their camelCase names; ours
are in snake_case. ``docs/artefact.md`` describes every field, version by version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from virality._version import __version__
from virality.errors import ArtefactError
from virality.features.extraction import SCHEMAS
from virality.labels import MIDPOINTS, SCORE_EDGES, TIER_NAMES, TIERS
from virality.model.classifier import Classifier
from virality.model.population import Population
from virality.storage.atomic import write_document
from virality.storage.checked import Field, read_document

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from virality.arrays import Floats
    from virality.features.schema import Schema

FORMAT_VERSION = 1
_LARGEST_COEFFICIENT = 1e100


@dataclass(frozen=True)
class Artefact:
    """What a model file states.

    Attributes
    ----------
    names
        (p,) names of the features, in the order of X.
    classifier
        Coefficients in the features' own units, and the population for unknown inputs.
    schema
        The schema of that order; None when the file's features are of no known schema.
    outcome
        Name of what is predicted; empty when the labels came without one.
    thresholds
        (4,) where the tiers begin; None when the labels came ready-made.
    trained_at
        ISO time, UTC.
    data, training, certificate, evaluation
        What was trained on, how, the proof of convergence, and how well it did: plain JSON
        objects, empty in files of the reference system.
    """

    names: tuple[str, ...]
    classifier: Classifier
    schema: Schema | None
    outcome: str
    thresholds: Floats | None
    trained_at: str
    data: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    certificate: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def accuracy(self) -> float | None:
        """Test accuracy, when the model was evaluated."""
        accuracy = self._metric("accuracy")
        return float(accuracy) if isinstance(accuracy, int | float) else None

    @property
    def confusion_matrix(self) -> list[list[int]] | None:
        """Counts ``[actual][predicted]`` on the test rows, when the model was evaluated."""
        matrix = self._metric("confusion_matrix")
        return [list(row) for row in matrix] if isinstance(matrix, list | tuple) else None

    def _metric(self, name: str) -> Any:  # noqa: ANN401  a number, a matrix or nothing
        metrics = self.evaluation.get("metrics")
        return metrics.get(name) if isinstance(metrics, dict) else None


def write_artefact(artefact: Artefact, path: str | Path) -> None:
    """Write a model file, whole or not at all.

    Raises
    ------
    OutputError
        When it cannot be written; an older file there is then unchanged.
    """
    write_document(encode(artefact), path)


def read_artefact(path: str | Path) -> Artefact:
    """Read a model file of this or any older version.

    Raises
    ------
    ArtefactError
        When the file is missing, damaged, of a future version or of another schema; the message
        names the field at fault.
    """
    return decode(read_document(path))


def encode(artefact: Artefact) -> dict[str, Any]:
    """Turn an artefact into a JSON object."""
    schema, population = artefact.schema, artefact.classifier.population
    return {
        "format_version": FORMAT_VERSION,
        "producer": f"virality {__version__}",
        "featureNames": list(artefact.names),
        "numClasses": len(TIERS),
        "weights": artefact.classifier.coef.tolist(),
        "biases": artefact.classifier.intercept.tolist(),
        "trainedAt": artefact.trained_at,
        "accuracy": artefact.accuracy,
        "confusionMatrix": artefact.confusion_matrix,
        "schema": schema
        and {"name": schema.name, "version": schema.version, "fingerprint": schema.fingerprint},
        "outcome": artefact.outcome,
        "thresholds": None if artefact.thresholds is None else artefact.thresholds.tolist(),
        "tiers": {
            "names": list(TIER_NAMES),
            "midpoints": MIDPOINTS.tolist(),
            "score_edges": list(SCORE_EDGES),
        },
        "population": population and population.encode(),
        "data": dict(artefact.data),
        "training": dict(artefact.training),
        "certificate": dict(artefact.certificate),
        "evaluation": dict(artefact.evaluation),
    }


def decode(root: Field) -> Artefact:
    """Turn a checked JSON object into an artefact.

    Raises
    ------
    ArtefactError
        When a field is missing, of the wrong kind, or states another schema than is known here.
    """
    _check_version(root)
    names = tuple(item.text() for item in root["featureNames"].items())
    if root["numClasses"].integer() != len(TIERS):
        root["numClasses"].fail(f"not {len(TIERS)}")
    stated = root.optional("population")
    _check_tiers(root)
    classifier = Classifier(
        coef=_moderate(root["weights"], len(TIERS), len(names)),
        intercept=_moderate(root["biases"], len(TIERS)),
        population=None if stated is None else Population.decode(stated, len(names), len(TIERS)),
    )
    thresholds, outcome = root.optional("thresholds"), root.optional("outcome")
    return Artefact(
        names=names,
        classifier=classifier,
        schema=_schema(root, names),
        outcome="" if outcome is None else outcome.text(),
        thresholds=None if thresholds is None else _ascending(thresholds),
        trained_at=root["trainedAt"].text(),
        evaluation=_evaluation(root),
        **{name: _object(root, name) for name in ("data", "training", "certificate")},
    )


def _moderate(stated: Field, *shape: int) -> Floats:
    """Read coefficients; refuse such as would overflow."""
    numbers = stated.array(*shape)
    if np.abs(numbers).max(initial=0.0) > _LARGEST_COEFFICIENT:
        stated.fail(f"beyond {_LARGEST_COEFFICIENT:g}")
    return numbers


def _check_tiers(root: Field) -> None:
    """Refuse a file whose tiers have other midpoints than scores are made of here."""
    tiers = root.optional("tiers")
    if tiers is not None and not np.array_equal(tiers["midpoints"].array(len(TIERS)), MIDPOINTS):
        tiers["midpoints"].fail(f"not {MIDPOINTS.tolist()}")


def _check_version(root: Field) -> None:
    version = root["format_version"].integer() if "format_version" in root else 0
    if version > FORMAT_VERSION:
        raise ArtefactError(
            f"format version {version} is newer than {FORMAT_VERSION}, the newest known here",
            where=f"{root.place}.format_version",
            remedy="upgrade virality",
        )
    if version < 0:
        root["format_version"].fail("not a format version")


def _schema(root: Field, names: tuple[str, ...]) -> Schema | None:
    """Find the schema that a file states, or whose names an older file lists."""
    stated = root.optional("schema")
    if stated is None:
        return next((known for known in SCHEMAS.values() if known.names == names), None)
    name = stated["name"].text()
    known = SCHEMAS.get(name)
    if known is None or known.fingerprint != stated["fingerprint"].text():
        raise ArtefactError(
            f"made for another version of the schema {name!r} than is installed",
            where=f"{root.place}.schema.fingerprint",
            remedy="train again, or install the version of virality that wrote it: "
            f"{root['producer'].text()}",
        )
    if known.names != names:
        root["featureNames"].fail(f"not the features of {name}")
    return known


def _ascending(stated: Field) -> Floats:
    thresholds = stated.array(len(TIERS) - 1)
    if not (np.diff(thresholds) > 0).all():
        stated.fail("not ascending")
    return thresholds


def _object(root: Field, name: str) -> dict[str, Any]:
    stated = root.optional(name)
    return {} if stated is None else stated.members()


def _evaluation(root: Field) -> dict[str, Any]:
    """Read the evaluation; the reference system's files state two numbers of it on their own."""
    stated = _object(root, "evaluation")
    accuracy, confusion = root.optional("accuracy"), root.optional("confusionMatrix")
    if stated or accuracy is None or confusion is None:
        return stated
    counts = confusion.array(len(TIERS), len(TIERS)).astype(int).tolist()
    return {"metrics": {"accuracy": float(accuracy.array()), "confusion_matrix": counts}}
