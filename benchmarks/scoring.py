"""One row, from a cold start and in a warm process."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
import onnx_runtime as onnx
import pandas as pd
import peer
from measuring import Plan, Side, Trial
from processes import command

import virality
from virality.ml import predict_with_ml
from virality.sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIDPOINTS = (12.5, 35.0, 55.0, 72.5, 90.0)
COMPILED = "Scorer.compiled()"
_FEW = "few.json"
_MOST_VIDEOS = 3000
_CALLS = 300
_FEW_CALLS = 30
_PEER = "scikit-learn pipeline"
_OURS_COLD = (
    "import sys; from virality.ml import predict_with_ml\n"
    "print(predict_with_ml({row}, sys.argv[1]))"
)
_PEER_COLD = (
    "import sys, joblib, numpy as np; model = joblib.load(sys.argv[1])\n"
    "print((model.predict_proba(np.array([{row}])) @ np.array({midpoints}))[0])"
)
_FLOOR = "import numpy"


class Models(NamedTuple):
    """Two models of the same videos, and a video's features (15,), all known."""

    ours: Path
    theirs: Path
    row: list[float]


def cold(plan: Plan) -> tuple[Side, ...]:
    """Load a saved model and score one feature list, in a new process."""
    models = trained(plan)
    ours = _OURS_COLD.format(row=models.row)
    theirs = _PEER_COLD.format(row=models.row, midpoints=MIDPOINTS)
    return (
        Side("virality", "ours", lambda: _started(ours, models.ours)),
        Side(f"{_PEER} by joblib", "peer", lambda: _started(theirs, models.theirs)),
        Side("Python importing NumPy alone", "floor", lambda: _started(_FLOOR)),
    )


def known(plan: Plan) -> tuple[Side, ...]:
    """Score one feature list of which all is known."""
    models = trained(plan)
    session = onnx.exported(joblib.load(models.theirs), threads=1)
    lean = onnx.lean(virality.load(models.ours), MIDPOINTS, threads=1)
    row, midpoints = models.row, np.array(MIDPOINTS)
    scorer = virality.load(models.ours)
    compiled = scorer.compiled()

    def by_pipeline() -> float:
        return float((onnx.probabilities(session, np.array([row], np.float32)) @ midpoints)[0])

    def by_graph() -> float:
        return float(onnx.scores(lean, np.array([row], np.float32))[0])

    return (
        *_warm(models, row),
        Side(
            "Scorer.score_features",
            "variant",
            lambda: _repeated(lambda: scorer.score_features(row)),
        ),
        Side(COMPILED, "variant", lambda: _repeated(lambda: compiled(row))),
        Side("ONNX Runtime, the pipeline", "peer", lambda: _repeated(by_pipeline)),
        Side("ONNX Runtime, our own model", "peer", lambda: _repeated(by_graph)),
    )


def gappy(plan: Plan) -> tuple[Side, ...]:
    """Score one feature list that knows what is known before posting."""
    models = trained(plan)
    return _warm(models, [np.nan] * 6 + models.row[6:12] + [np.nan] + models.row[13:])


def record(plan: Plan) -> tuple[Side, ...]:
    """Score one record as the scraper wrote it."""
    models = trained(plan)
    scorer, model = virality.load(models.ours), joblib.load(models.theirs)
    raw, midpoints = _complete(plan.folder / _FEW), np.array(MIDPOINTS)

    def theirs() -> float:
        features = peer.features(peer.told(pd.json_normalize([raw])))
        return float((model.predict_proba(features) @ midpoints)[0])

    return (
        Side(
            "Scorer.score", "ours", lambda: _repeated(lambda: scorer.score(raw).score, _FEW_CALLS)
        ),
        Side("pandas + scikit-learn", "peer", lambda: _repeated(theirs, _FEW_CALLS)),
    )


def trained(plan: Plan) -> Models:
    """Train both sides' models on the same synthetic file, unless they are there."""
    folder = plan.folder
    models = Models(folder / "model.json", folder / "model.joblib", [])
    source = folder / _FEW
    if not source.exists():
        write_sample(source, videos=plan.size(_MOST_VIDEOS))
        virality.train(source, out=models.ours, schema="reference-15")
    training, _ = peer.parts(peer.videos(peer.load(str(source))))
    if not models.theirs.exists():
        joblib.dump(peer.fitted(training), models.theirs)
    whole = training.X[~np.isnan(training.X).any(axis=1)]
    return models._replace(row=whole[0].tolist())


def _started(code: str, *arguments: Path) -> Trial:
    seconds, printed = command(["-c", code, *arguments])
    return Trial(seconds, facts={"score": float(printed)} if printed else {})


def _warm(models: Models, row: list[float]) -> tuple[Side, ...]:
    model, midpoints = joblib.load(models.theirs), np.array(MIDPOINTS)

    def ours() -> float | None:
        return predict_with_ml(row, models.ours)

    def theirs() -> float:
        return float((model.predict_proba(np.array([row])) @ midpoints)[0])

    return (
        Side("virality.ml.predict_with_ml", "ours", lambda: _repeated(ours)),
        Side(f"{_PEER}'s predict_proba", "peer", lambda: _repeated(theirs)),
    )


def _repeated(score: Callable[[], float | None], calls: int = _CALLS) -> Trial:
    """Time many calls, and give the seconds of one."""
    begin = time.perf_counter()
    for _ in range(calls):
        value = score()
    return Trial((time.perf_counter() - begin) / calls, facts={"score": value})


def _complete(path: Path) -> dict[str, Any]:
    """Take the first record that leaves nothing unknown and is old enough."""
    frame = peer.videos(peer.load(str(path)))
    whole = ~np.isnan(peer.features(frame)).any(axis=1)
    wanted = frame["id"].to_numpy()[whole][0]
    return next(one for one in json.loads(path.read_text("utf-8")) if one["id"] == wanted)
