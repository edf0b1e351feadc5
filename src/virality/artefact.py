"""Everything that a model file states, as one value, and its JSON form.

The file is a superset of the reference system's: a reader that knows only ``weights`` and
``biases`` scores correctly with it. Fields of that older format keep their camelCase names; ours
are in snake_case. ``docs/artefact.md`` describes every field, version by version.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from virality._version import __version__
from virality.errors import ArtefactError
from virality.features.statement import decode_inputs, encode_inputs
from virality.labels import MIDPOINTS, SCORE_EDGES, TIER_NAMES, TIERS
from virality.model.linear import Linear
from virality.model.plain import expectation
from virality.model.ranks import Ranks
from virality.model.statement import decode_classifier, encode_classifier
from virality.storage.checked import Field, read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from virality.arrays import Floats
    from virality.features.history import HistoryModel
    from virality.features.inputs import Inputs
    from virality.features.schema import Schema
    from virality.model.alone import Alone
    from virality.model.classifier import Classifier
    from virality.model.explanation import Explainer
    from virality.model.plain import Row

FORMAT_VERSION = 2
_LONGEST = 1e10


@dataclass(frozen=True)
class Artefact:
    """What a model file states.

    Attributes
    ----------
    names
        (p,) names of the features, in the order of X.
    classifier
        Coefficients in the features' own units, and the population for unknown inputs.
    inputs
        The features of that order; None when they are of no known schema.
    outcome
        Name of what is predicted; empty when the labels came without one.
    thresholds
        (4,) where the tiers begin; None when the labels came ready-made.
    trained_at
        ISO time, UTC.
    history
        What was learned of accounts; None when no feature and no outcome needs it.
    ranks
        Of scores among those of the training population; None in files that hold none.
    early_age, mature_age
        How long after posting early counts were seen, and outcomes were final.
    data, training, certificate, evaluation
        What was trained on, how, the proof of convergence, and how well it did: plain JSON
        objects, empty in files of the reference system.
    """

    names: tuple[str, ...]
    classifier: Classifier
    inputs: Inputs | None
    outcome: str
    thresholds: Floats | None
    trained_at: str
    history: HistoryModel | None = None
    ranks: Ranks | None = None
    early_age: timedelta = timedelta(hours=24)
    mature_age: timedelta = timedelta(days=7)
    data: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    certificate: Mapping[str, Any] = field(default_factory=dict)
    evaluation: Mapping[str, Any] = field(default_factory=dict)

    @property
    def schema(self) -> Schema | None:
        """The schema that the features are from; None when it is not known."""
        return None if self.inputs is None else self.inputs.schema

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

    @cached_property
    def quick(self) -> Callable[[Row], float | None]:
        """Scores one row of plain numbers; gives None where that takes the general way."""
        classifier = self.classifier
        if classifier.calibration is None and isinstance(classifier.model, Linear):
            return expectation(classifier.model, MIDPOINTS)
        from virality.model.alone import mean_alone  # noqa: PLC0415  a softmax takes it not

        return mean_alone(self.alone, MIDPOINTS, len(self.names))

    @cached_property
    def alone(self) -> Alone:
        """Answers for one row of p finite numbers, in plain numbers."""
        from virality.model.alone import Alone, cells_alone  # noqa: PLC0415  arrays take it not

        classifier, edges = self.classifier, self.classifier.edges
        return Alone(
            cells_alone(classifier.model, classifier.calibration),
            tuple(classifier.model.layout.tier.tolist()),
            None if edges is None else tuple(edges.tolist()),
        )

    @cached_property
    def explainer(self) -> Explainer:
        """What explains scores; made once for a model.

        Raises
        ------
        DataError
            When the file holds no population.
        """
        from virality.model.explanation import Explainer  # noqa: PLC0415  few ask for reasons

        return Explainer(self.classifier.marginal, MIDPOINTS)

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
    from virality.storage.atomic import write_document  # noqa: PLC0415  scoring writes nothing

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
    return {
        "format_version": FORMAT_VERSION,
        "producer": f"virality {__version__}",
        "featureNames": list(artefact.names),
        "numClasses": len(TIERS),
        **encode_classifier(artefact.classifier, artefact.names),
        "trainedAt": artefact.trained_at,
        "accuracy": artefact.accuracy,
        "confusionMatrix": artefact.confusion_matrix,
        **encode_inputs(artefact.inputs),
        "outcome": artefact.outcome,
        "thresholds": None if artefact.thresholds is None else artefact.thresholds.tolist(),
        "tiers": {
            "names": list(TIER_NAMES),
            "midpoints": MIDPOINTS.tolist(),
            "score_edges": list(SCORE_EDGES),
        },
        "percentiles": artefact.ranks and artefact.ranks.encode(),
        "history": artefact.history and artefact.history.encode(),
        "ages": {
            "early_seconds": artefact.early_age.total_seconds(),
            "mature_seconds": artefact.mature_age.total_seconds(),
        },
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
    _check_tiers(root)
    thresholds, outcome = root.optional("thresholds"), root.optional("outcome")
    return Artefact(
        names=names,
        classifier=decode_classifier(root, names, len(TIERS)),
        inputs=decode_inputs(root, names),
        outcome="" if outcome is None else outcome.text(),
        thresholds=None if thresholds is None else _ascending(thresholds),
        trained_at=root["trainedAt"].text(),
        history=_history(root),
        ranks=_ranks(root),
        early_age=_age(root, "early", timedelta(hours=24)),
        mature_age=_age(root, "mature", timedelta(days=7)),
        evaluation=_evaluation(root),
        data=_object(root, "data"),
        training=_object(root, "training"),
        certificate=_object(root, "certificate"),
    )


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


def _history(root: Field) -> HistoryModel | None:
    """Read what was learned of accounts, where a file states it."""
    stated = root.optional("history")
    if stated is None:
        return None
    from virality.features.history import HistoryModel  # noqa: PLC0415  only some models need it

    return HistoryModel.decode(stated)


def _ranks(root: Field) -> Ranks | None:
    stated = root.optional("percentiles")
    return None if stated is None else Ranks.decode(stated)


def _age(root: Field, name: str, usual: timedelta) -> timedelta:
    """Read an age that a file states; older ones had no other than the usual."""
    ages = root.optional("ages")
    if ages is None:
        return usual
    stated = ages[f"{name}_seconds"]
    seconds = float(stated.array())
    if not 0 < seconds < _LONGEST:
        stated.fail("not an age")
    return timedelta(seconds=seconds)


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
