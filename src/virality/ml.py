"""The reference contract: the names, defaults and files of the system that virality replaces.

A thin face over the same parts as everything else. Code written against the reference system needs
no more than these names; new code is better served by :func:`virality.train` and
:func:`virality.load`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from os import environ, getcwd
from os import path as paths
from typing import TYPE_CHECKING, Literal

from virality.features.pipeline import feature_vector_to_ml_input, pipeline_features
from virality.model.softmax import softmax
from virality.scorer import Scorer, load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from virality.arrays import Floats

__all__ = [
    "ModelWeights",
    "TrainingResult",
    "feature_vector_to_ml_input",
    "load_model",
    "pipeline_features",
    "predict_with_ml",
    "softmax",
    "train_model",
]

TRAINING_FILE = "training-data.json"
MODEL_FILE = "ml-weights.json"
_LOADED: dict[str, Scorer] = {}
_NAMED: dict[str | Path, tuple[str | None, str]] = {}


@dataclass(frozen=True)
class ModelWeights:
    """A model as the reference system's files state it.

    Attributes
    ----------
    weights
        (5, p) coefficients.
    biases
        (5,) intercepts.
    feature_names
        (p,) names, in order.
    num_classes
        5.
    trained_at
        ISO time.
    accuracy
        Test accuracy; None when the model was not evaluated.
    confusion_matrix
        ``[actual][predicted]`` counts on the test rows; None when the model was not evaluated.
    """

    weights: Floats
    biases: Floats
    feature_names: tuple[str, ...]
    num_classes: int
    trained_at: str
    accuracy: float | None
    confusion_matrix: list[list[int]] | None

    @classmethod
    def of(cls, scorer: Scorer) -> ModelWeights:
        """Take the older format's part of a model.

        Raises
        ------
        DataError
            When the model is no softmax, and so has no weights.
        """
        artefact = scorer.artefact
        return cls(
            weights=artefact.classifier.coef,
            biases=artefact.classifier.intercept,
            feature_names=artefact.names,
            num_classes=len(artefact.classifier.intercept),
            trained_at=artefact.trained_at,
            accuracy=artefact.accuracy,
            confusion_matrix=artefact.confusion_matrix,
        )


@dataclass(frozen=True)
class TrainingResult:
    """What :func:`train_model` gives back: the model and how often it was right.

    Attributes
    ----------
    weights
        The model.
    train_accuracy, test_accuracy
        Shares of rows whose most probable tier is the true one.
    confusion_matrix
        ``[actual][predicted]`` counts on the test rows.
    """

    weights: ModelWeights
    train_accuracy: float
    test_accuracy: float
    confusion_matrix: list[list[int]]


def train_model(
    path: str | Path | None = None,
    *,
    recipe: Literal["converged", "reference"] = "converged",
    out: str | Path | None = None,
) -> TrainingResult:
    """Train on a training file, write the model, and log both accuracies.

    Parameters
    ----------
    path
        A training file of the reference system; None is ``training-data.json`` here.
    recipe
        ``"converged"`` solves the objective; ``"reference"`` repeats the reference system's 200
        steps exactly.
    out
        Where the model goes; None is where :func:`load_model` looks by default.

    Raises
    ------
    SourceError
        When the file cannot be read.
    OutputError
        When the model cannot be written.
    """
    import logging  # noqa: PLC0415  scoring logs nothing

    from virality.training.settings import Settings  # noqa: PLC0415  loads the trainer
    from virality.training.train import run  # noqa: PLC0415  loads Polars

    done = run(TRAINING_FILE if path is None else path, Settings(recipe=recipe))
    target = environ.get("VIRALITY_MODEL", MODEL_FILE) if out is None else out
    done.scorer.save(target)
    _LOADED[paths.realpath(target)] = done.scorer
    _NAMED.clear()
    weights = ModelWeights.of(done.scorer)
    train_accuracy = done.accuracy(done.split.train)
    test_accuracy = done.accuracy(done.split.test)
    logging.getLogger("virality").info(
        "train accuracy %.5f, test accuracy %.5f", train_accuracy, test_accuracy
    )
    return TrainingResult(weights, train_accuracy, test_accuracy, weights.confusion_matrix or [])


def load_model(path: str | Path | None = None) -> ModelWeights | None:
    """Load a model, once: later calls give the same one until a training replaces it.

    Parameters
    ----------
    path
        The file; None is the one that ``VIRALITY_MODEL`` names, or ``ml-weights.json`` here.

    Returns
    -------
    The model, or None when there is no such file.

    Raises
    ------
    ArtefactError
        When the file is there and cannot be used.
    DataError
        When its model is no softmax, and so has no weights.
    """
    scorer = _scorer(path)
    return None if scorer is None else ModelWeights.of(scorer)


def predict_with_ml(
    features: Sequence[float | None] | Floats, path: str | Path | None = None
) -> float | None:
    """Score one feature vector.

    Parameters
    ----------
    features
        (p,) numbers in the model's order; None or NaN is unknown and averaged over.
    path
        The model, as in :func:`load_model`.

    Returns
    -------
    0-100, rounded to one decimal, halves up; None when there is no model file.

    Raises
    ------
    DataError
        When the length differs from the model's, a feature is no number or infinite, or one is
        unknown and the file holds no population to average over.
    """
    scorer = _scorer(path)
    if scorer is None:
        return None
    return floor(scorer.score_features(features) * 10 + 0.5) / 10


def _scorer(path: str | Path | None) -> Scorer | None:
    """Give a model that was loaded, or load it; None when there is no such file."""
    name = environ.get("VIRALITY_MODEL", MODEL_FILE) if path is None else path
    try:
        here, file = _NAMED[name]
    except KeyError:
        return _loaded(name)
    if here is None or here == getcwd():  # noqa: PTH109  a Path takes longer than the score
        return _LOADED[file]
    return _loaded(name)


def _loaded(name: str | Path) -> Scorer | None:
    """Load a model unless its file was loaded before, and remember which file has this name.

    A relative name is that of another file in another working directory. No paths are made here,
    as loading their module takes longer than loading a model.
    """
    file = paths.realpath(name)
    if file not in _LOADED:
        if not paths.exists(name):  # noqa: PTH110
            return None
        _LOADED[file] = load(name)
    here = None if paths.isabs(name) else getcwd()  # noqa: PTH109, PTH117
    _NAMED[name] = here, file
    return _LOADED[file]
