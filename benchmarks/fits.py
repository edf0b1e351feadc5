"""The fit alone: the same objective, solved to the same gradient norm."""

from __future__ import annotations

import json
import time
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from measuring import Plan, Side, SkippedError, Trial
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from virality import fit_softmax

if TYPE_CHECKING:
    from collections.abc import Callable

L2 = 1e-3
GRADIENT = 1e-6
SOLVERS = ("lbfgs", "newton-cg", "newton-cholesky")
REFERENCE = Path(__file__).resolve().parents[2] / "shared/data/reference/training-data.json"
_REFERENCE_ROWS = 5886
_FEATURES = 15
_CLASSES = 5
_TOLERANCES = tuple(10.0**-exponent for exponent in range(2, 14))


class Data(NamedTuple):
    """Standardised columns X (n, p), and classes y (n,) of 0..K-1."""

    X: np.ndarray
    y: np.ndarray


class Fit(NamedTuple):
    """Coefficients (K, p) and intercepts (K,)."""

    coef: np.ndarray
    intercept: np.ndarray


def on_reference(_: Plan) -> tuple[Side, ...]:
    """Fit the reference data, which is not part of the repository."""
    if not REFERENCE.exists():
        raise SkippedError("the reference data is not beside this checkout")
    training = json.loads(REFERENCE.read_text("utf-8"))["trainSet"]
    X = np.array(training["features"], dtype=np.float64)
    return _sides(Data(_standardised(X), np.array(training["labels"]) - 1))


def on_generated(_: Plan) -> tuple[Side, ...]:
    """Fit generated data of the reference's shape."""
    return _sides(generated(_REFERENCE_ROWS))


def on_many(plan: Plan) -> tuple[Side, ...]:
    """Fit many generated rows."""
    return _sides(generated(plan.rows))


def generated(rows: int) -> Data:
    """Draw normal columns, and classes with the chances of a softmax of them."""
    random = np.random.default_rng(0)
    X = random.normal(size=(rows, _FEATURES))
    logits = X @ random.normal(scale=0.5, size=(_FEATURES, _CLASSES))
    y = (logits + random.gumbel(size=logits.shape)).argmax(axis=1)
    return Data(_standardised(X), y)


def _standardised(X: np.ndarray) -> np.ndarray:
    spread = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _sides(data: Data) -> tuple[Side, ...]:
    own = Side("virality.fit_softmax", "ours", partial(_timed, _ours, data))
    tuned = ((solver, _tuned(solver, data)) for solver in SOLVERS)
    peers = [_peer(solver, tol, data) for solver, tol in tuned if tol is not None]
    return (own, *peers)


def _peer(solver: str, tol: float, data: Data) -> Side:
    run = partial(_timed, partial(_theirs, solver, tol), data)
    return Side(f"scikit-learn {solver}, tol={tol:.0e}", "peer", run)


def _tuned(solver: str, data: Data) -> float | None:
    """Find the widest tolerance at which a solver reaches the gradient norm; None where none is."""
    for tol in _TOLERANCES:
        if gradient_norm(_theirs(solver, tol, data), data) <= GRADIENT:
            return tol
    return None


def _ours(data: Data) -> Fit:
    solution = fit_softmax(data.X, data.y, l2=L2, tol=GRADIENT)
    return Fit(solution.coef, solution.intercept)


def _theirs(solver: str, tol: float, data: Data) -> Fit:
    model = LogisticRegression(C=1.0 / (L2 * len(data.y)), solver=solver, tol=tol, max_iter=100_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the gradient is what judges
        model.fit(data.X, data.y)
    return Fit(model.coef_, model.intercept_)


def _timed(fit: Callable[[Data], Fit], data: Data) -> Trial:
    begin = time.perf_counter()
    fitted = fit(data)
    seconds = time.perf_counter() - begin
    facts = {"gradient norm": gradient_norm(fitted, data), "objective": objective(fitted, data)}
    return Trial(seconds, facts=facts)


def gradient_norm(fit: Fit, data: Data) -> float:
    """Largest absolute entry of the objective's gradient, the same for whoever fitted."""
    residuals = np.exp(_log_probabilities(fit, data))
    residuals[np.arange(len(data.y)), data.y] -= 1.0
    slopes = residuals.T @ data.X / len(data.y) + L2 * fit.coef
    return float(max(np.abs(slopes).max(), np.abs(residuals.mean(axis=0)).max()))


def objective(fit: Fit, data: Data) -> float:
    """Mean cross-entropy plus half of L2 times the squared coefficients, in nats."""
    chosen = _log_probabilities(fit, data)[np.arange(len(data.y)), data.y]
    return float(-chosen.mean() + 0.5 * L2 * (fit.coef**2).sum())


def _log_probabilities(fit: Fit, data: Data) -> np.ndarray:
    logits = data.X @ fit.coef.T + fit.intercept
    logits -= logits.max(axis=1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
