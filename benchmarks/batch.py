"""Many rows at once, from arrays to scores."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import joblib
import numpy as np
import onnx_runtime as onnx
from fits import portable
from measuring import Plan, Side, Trial, settle
from scoring import MIDPOINTS, trained

import virality

if TYPE_CHECKING:
    from collections.abc import Callable

NARROW = "Scorer.score_rows of float32"
_ROWS = 1_000_000


def scores(plan: Plan) -> tuple[Side, ...]:
    """Score rows that are all known."""
    models, X, narrow = _prepared(plan)
    scorer, pipeline = virality.load(models.ours), joblib.load(models.theirs)
    midpoints = np.array(MIDPOINTS)
    graphs = {threads: onnx.lean(scorer, MIDPOINTS, threads) for threads in (1, 0)}
    session = onnx.exported(pipeline, 0)
    return (
        Side("Scorer.score_rows", "ours", lambda: _timed(lambda: scorer.score_rows(X))),
        Side(NARROW, "variant", lambda: _timed(lambda: scorer.score_rows(narrow))),
        Side("Scorer.score_rows, NumPy alone", "variant", lambda: _portable(scorer.score_rows, X)),
        Side(
            "scikit-learn pipeline",
            "peer",
            lambda: _timed(lambda: pipeline.predict_proba(X) @ midpoints),
        ),
        Side(
            "ONNX Runtime, the pipeline",
            "peer",
            lambda: _timed(lambda: onnx.probabilities(session, narrow) @ midpoints),
        ),
        Side(
            "ONNX Runtime, our own model",
            "peer",
            lambda: _timed(lambda: onnx.scores(graphs[0], narrow)),
        ),
        Side(
            "ONNX Runtime, our own model, one thread",
            "peer",
            lambda: _timed(lambda: onnx.scores(graphs[1], narrow)),
        ),
    )


def probabilities(plan: Plan) -> tuple[Side, ...]:
    """Give the tiers' probabilities of rows that are all known."""
    models, X, narrow = _prepared(plan)
    scorer, pipeline = virality.load(models.ours), joblib.load(models.theirs)
    graph = onnx.lean(scorer, MIDPOINTS, 0)
    return (
        Side("Scorer.predict_proba", "ours", lambda: _timed(lambda: scorer.predict_proba(X))),
        Side(
            "Scorer.predict_proba, NumPy alone",
            "variant",
            lambda: _portable(scorer.predict_proba, X),
        ),
        Side("scikit-learn pipeline", "peer", lambda: _timed(lambda: pipeline.predict_proba(X))),
        Side(
            "ONNX Runtime, our own model",
            "peer",
            lambda: _timed(lambda: onnx.probabilities(graph, narrow)),
        ),
    )


def _prepared(plan: Plan) -> tuple:
    """Give models, rows as float64, and the same as float32."""
    X = np.random.default_rng(0).random((plan.size(_ROWS), 15))
    return trained(plan), X, X.astype(np.float32)


def _portable(score: Callable[[np.ndarray], np.ndarray], X: np.ndarray) -> Trial:
    with portable():
        return _timed(lambda: score(X))


def _timed(score: Callable[[], np.ndarray]) -> Trial:
    settle()
    begin = time.perf_counter()
    found = score()
    seconds = time.perf_counter() - begin
    mean = float(found.mean()) if found.ndim == 1 else float((found @ np.array(MIDPOINTS)).mean())
    rate = len(found) / seconds / 1e6
    return Trial(seconds, facts={"million rows/s": rate, "mean score": mean})
