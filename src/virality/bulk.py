"""Many feature rows at once: in blocks, by all processors, compiled where that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

_BLOCK = 32_768
_WORTH_LOADING = 5_000_000


def probabilities(classifier: Classifier, X: Floats) -> Floats:
    """Give the tier probabilities (n, K) of feature rows (n, p) in which NaN is unknown.

    Raises
    ------
    DataError
        When an input is unknown and there is no population.
    """
    out = np.empty((len(X), classifier.model.layout.count))
    model = _plain(classifier)
    if model is None:
        return _filled(out, X, _copied(classifier.predict_proba))
    work = kernel(len(X), _WORTH_LOADING).probabilities
    _filled(out, X, lambda rows, part: work(rows, model.coef, model.intercept, part))
    rest = np.flatnonzero(np.isnan(out[:, 0]))
    gaps = _filled(np.empty((len(rest), out.shape[1])), X[rest], _copied(classifier.predict_proba))
    out[rest] = gaps
    return out


def scores(classifier: Classifier, X: Floats) -> Floats:
    """Give the scores (n,) of feature rows (n, p), float64 or float32, whose features are known.

    Where one is not, a softmax gives NaN, and any other model what it gives for partial input.

    Raises
    ------
    DataError
        When an input of another model is unknown and there is no population.
    """
    model = _plain(classifier)
    if model is None:
        return expected_score(probabilities(classifier, X.astype(np.float64, copy=False)))
    work = kernel(len(X), _WORTH_LOADING).expectations
    return _filled(
        np.empty(len(X)),
        X,
        lambda rows, part: work(rows, model.coef, model.intercept, MIDPOINTS, part),
    )


def _plain(classifier: Classifier) -> Linear | None:
    """Give the softmax that a classifier is where all is known; None where it is another model."""
    model = classifier.model
    return model if isinstance(model, Linear) and classifier.calibration is None else None


def _copied(function: Callable[[Floats], Floats]) -> Callable[[Floats, Floats], None]:
    def work(rows: Floats, part: Floats) -> None:
        part[...] = function(rows)

    return work


def _filled(out: Floats, X: Floats, work: Callable[[Floats, Floats], None]) -> Floats:
    """Let blocks of rows be worked on, each of which fills its part of out (n, ...)."""
    blocks = blocks_of(len(X), _BLOCK)
    with one_blas_thread(), workers(len(X)) as executor:
        mapped = map if executor is None else executor.map
        for _ in mapped(lambda rows: work(X[rows], out[rows]), blocks):
            pass
    return out
