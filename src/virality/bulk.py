"""Many feature rows at once: in blocks, by all processors, compiled where that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from virality.labels import MIDPOINTS, expected_score
from virality.model.kernels import kernel
from virality.model.linear import Linear
from virality.scale import blocks_of
from virality.threads import one_blas_thread, workers

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.classifier import Classifier

R = TypeVar("R")

_BLOCK = 32_768
_WORTH_LOADING = 5_000_000


def probabilities(classifier: Classifier, X: Floats) -> Floats:
    """Give the tier probabilities (n, 5) of feature rows (n, p), n > 0, in which NaN is unknown.

    Raises
    ------
    DataError
        When an input is unknown and there is no population.
    """
    return np.concatenate(_on_blocks(classifier.predict_proba, X))


def scores(classifier: Classifier, X: Floats) -> Floats:
    """Give the scores (n,) of feature rows (n, p), float64 or float32, whose features are known.

    Where one is not, a softmax gives NaN, and any other model what it gives for partial input.

    Raises
    ------
    DataError
        When an input of another model is unknown and there is no population.
    """
    if len(X) == 0:
        return np.empty(0)
    model = classifier.model
    if not isinstance(model, Linear) or classifier.calibration is not None:
        return expected_score(probabilities(classifier, X.astype(np.float64, copy=False)))
    chosen = kernel(len(X), _WORTH_LOADING)

    def known(rows: Floats) -> Floats:
        return chosen.expectations(rows, model.coef, model.intercept, MIDPOINTS)

    return np.concatenate(_on_blocks(known, X))


def _on_blocks(function: Callable[[Floats], R], X: Floats) -> list[R]:
    """Apply a function to blocks of rows, in order."""
    blocks = [X[rows] for rows in blocks_of(len(X), _BLOCK)]
    with one_blas_thread(), workers(len(X)) as executor:
        return list((map if executor is None else executor.map)(function, blocks))
