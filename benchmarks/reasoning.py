"""What each input contributes to a score."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import shap
from measuring import Plan, Side, Trial

import virality
from virality.known import known_rows
from virality.reasons import attributed
from virality.records import read
from virality.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Callable

_VIDEOS, _ROWS, _FEW = 3000, 1000, 25


def reasons(plan: Plan) -> tuple[Side, ...]:
    """Explain videos of which all is known."""
    records = list(make_sample(plan.size(_VIDEOS)).records)
    scorer = virality.train(records)
    artefact, past = scorer.artefact, scorer.past(records)
    frame, X = known_rows(artefact, read(records).frame, None, past)
    whole = np.flatnonzero(~np.isnan(X).any(axis=1))[: plan.size(_ROWS)]
    frame, X = frame[whole], X[whole]
    background = artefact.explainer.panel.rows
    peer = shap.PermutationExplainer(scorer.score_rows, background, seed=0)
    few = X[:_FEW]
    return (
        Side("Scorer.explain_records", "ours", lambda: _each(
            lambda: scorer.explain_records(frame, history=past), len(X))),
        Side("features to points alone", "variant", lambda: _each(
            lambda: attributed(artefact, X), len(X))),
        Side("shap.PermutationExplainer", "peer", lambda: _each(
            lambda: peer(few, max_evals=2 * X.shape[1] + 1, silent=True), len(few))),
    )  # fmt: skip


def _each(explain: Callable[[], object], rows: int) -> Trial:
    """Time the explanation of many rows, and give the seconds of one."""
    begin = time.perf_counter()
    explain()
    seconds = (time.perf_counter() - begin) / rows
    return Trial(seconds, facts={"explanations/s": 1 / seconds})
