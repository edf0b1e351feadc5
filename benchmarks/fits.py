"""The fit alone: the same objective, solved to the same gradient norm."""

from __future__ import annotations

import time
import warnings
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

import numpy as np
from data import FEATURES, Data, generated, reference
from measuring import Plan, Side, Trial, settle
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from virality import fit_softmax
from virality.model import kernels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

L2 = 1e-3
GRADIENT = 1e-6
SOLVERS = ("lbfgs", "newton-cg", "newton-cholesky")
SHUFFLED = "virality.fit_softmax, rows shuffled"
_STUDY_ROWS = 100_000
_TOLERANCES = tuple(10.0**-exponent for exponent in range(2, 14))
_TUNING = 100_000
_ENDLESS = 3_000_000
_BLOCK = 100_000
_HOPELESS = 4.0


class Size(NamedTuple):
    """What is fitted, and how often by peers.

    Attributes
    ----------
    rows
        At full size.
    features
        Columns.
    finalists
        How many of six peers run on all rows.
    most
        Rounds that they run in; None is all.
    """

    rows: int = 5886
    features: int = FEATURES
    finalists: int = 6
    most: int | None = None


class Fit(NamedTuple):
    """Coefficients (K, p) and intercepts (K,), and what else is worth saying."""

    coef: np.ndarray
    intercept: np.ndarray
    facts: dict[str, Any]


def on_reference(_: Plan) -> tuple[Side, ...]:
    """Fit the reference data."""
    return _sides(reference())


def on_generated(plan: Plan, size: Size) -> tuple[Side, ...]:
    """Fit generated data."""
    data = generated(plan.size(size.rows), size.features)
    return _sides(data, size.finalists, size.most)


def on_sorted(plan: Plan, rows: int) -> tuple[Side, ...]:
    """Fit rows in an order that a sample of the first ones would not survive."""
    shuffled = generated(plan.size(rows))
    by_class = shuffled.taken(np.argsort(shuffled.y, kind="stable"))
    by_column = shuffled.taken(np.argsort(shuffled.X[:, 0], kind="stable"))
    return (
        Side("virality.fit_softmax, rows sorted by class", "ours", lambda: _ours(by_class)),
        Side(SHUFFLED, "variant", lambda: _ours(shuffled)),
        Side("virality.fit_softmax, by a feature", "variant", lambda: _ours(by_column)),
        Side("by class, NumPy alone", "variant", lambda: _portable(by_class)),
        Side("shuffled, NumPy alone", "variant", lambda: _portable(shuffled)),
    )


def growing_rows(plan: Plan, rows: int) -> tuple[Side, ...]:
    """Fit so many rows."""
    return _sides(generated(plan.size(rows)), 2 if rows < _ENDLESS else 0)


def growing_features(plan: Plan, features: int) -> tuple[Side, ...]:
    """Fit 100,000 rows of so many features."""
    return _sides(generated(plan.size(_STUDY_ROWS), features), 2)


def growing_tiers(plan: Plan, tiers: int) -> tuple[Side, ...]:
    """Fit 100,000 rows of so many tiers."""
    return _sides(generated(plan.size(_STUDY_ROWS), FEATURES, tiers), 2)


def _sides(data: Data, finalists: int = 6, most: int | None = None) -> tuple[Side, ...]:
    """Take both forms of ours, and the fastest of six peers; ``most`` peers' runs are unheated."""
    own = (
        Side("virality.fit_softmax", "ours", lambda: _ours(data)),
        Side("virality.fit_softmax, NumPy alone", "variant", lambda: _portable(data)),
    )
    peers = _ranked(data, finalists) if finalists else []
    found = [Side(peer.name, "peer", peer, warm=most is None, most=most) for peer in peers]
    return (*own, *found)


@dataclass
class Peer:
    """A solver of scikit-learn at work on some rows.

    It runs with the widest tolerance known to reach the gradient norm. Where that turns out too
    wide, it takes the next and runs again, and only that run counts.
    """

    solver: str
    one_thread: bool
    tol: float
    data: Data

    @property
    def name(self) -> str:
        """How the page calls it."""
        threads = "one BLAS thread" if self.one_thread else "all BLAS threads"
        return f"scikit-learn {self.solver}, {threads}"

    def __call__(self) -> Trial:
        """Fit, and say what it took."""
        while True:
            trial = self._timed()
            if trial.facts["gradient norm"] <= GRADIENT or self.tol <= _TOLERANCES[-1]:
                return trial
            self.tol /= 10.0

    def _timed(self) -> Trial:
        limit = threadpool_limits(1, "blas") if self.one_thread else nullcontext()
        return _timed(lambda data: _theirs(self.solver, self.tol, data), self.data, limit)


def _ranked(data: Data, finalists: int) -> list[Peer]:
    """Tune every solver on few rows, and keep the fastest for all.

    With fewer finalists than peers, a tenth of the rows (at least 100,000) tells which they are.
    """
    everybody = 2 * len(SOLVERS)
    tuned = _tolerances(data.first(_TUNING), hopeless=_HOPELESS if finalists < everybody else inf)
    part = data.first(max(_TUNING, len(data.y) // 10))
    peers = [
        Peer(solver, one_thread, tol, part)
        for solver, tol in tuned.items()
        for one_thread in (True, False)
    ]
    if finalists < everybody:
        taken = {id(peer): min(peer().seconds for _ in range(2)) for peer in peers}
        peers = sorted(peers, key=lambda peer: taken[id(peer)])[:finalists]
    for peer in peers:
        peer.data = data
    return peers


def _tolerances(data: Data, hopeless: float) -> dict[str, float]:
    """Find the widest tolerance at which each solver reaches the gradient norm.

    A solver that takes ``hopeless`` times as long as another, and is not there yet, is left out: a
    tighter tolerance only takes longer.
    """
    found: dict[str, float] = {}
    best = inf
    for solver in SOLVERS:
        for tol in _TOLERANCES:
            trial = _timed(partial(_theirs, solver, tol), data)
            if trial.facts["gradient norm"] <= GRADIENT:
                found[solver], best = tol, min(best, trial.seconds)
                break
            if trial.seconds > hopeless * best:
                break
    return found


def _ours(data: Data) -> Trial:
    """Fit with the compiled kernel, where that is installed."""
    if kernels.installed():
        import numba  # noqa: F401, PLC0415  loaded, so that few rows use it as well
    return _timed(_solved, data)


def _portable(data: Data) -> Trial:
    with portable():
        return _timed(_solved, data)


@contextmanager
def portable() -> Iterator[None]:
    """Let virality believe that the extra ``fast`` is not installed."""
    with patch.object(kernels, "installed", lambda: False):
        yield


def _solved(data: Data) -> Fit:
    solution = fit_softmax(data.X, data.y, l2=L2, tol=GRADIENT)
    return Fit(solution.coef, solution.intercept, {"steps over all rows": solution.iterations})


def _theirs(solver: str, tol: float, data: Data) -> Fit:
    """Fit with scikit-learn; of two classes it penalises the difference of their coefficients."""
    C = (1.0 if data.y.max() > 1 else 2.0) / (L2 * len(data.y))
    model = LogisticRegression(C=C, solver=solver, tol=tol, max_iter=100_000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the gradient is what judges
        model.fit(data.X, data.y)
    coef, intercept = model.coef_, model.intercept_
    if len(coef) == 1:
        coef, intercept = np.vstack([-coef, coef]) / 2.0, np.append(-intercept, intercept) / 2.0
    return Fit(coef, intercept, {"tol": f"{tol:.0e}", "iterations": int(model.n_iter_.max())})


def _timed(
    fit: Callable[[Data], Fit], data: Data, limit: AbstractContextManager[Any] | None = None
) -> Trial:
    with limit or nullcontext():
        settle()
        begin = time.perf_counter()
        fitted = fit(data)
        seconds = time.perf_counter() - begin
    norm, objective = certificate(fitted, data)
    return Trial(seconds, facts={**fitted.facts, "gradient norm": norm, "objective": objective})


def certificate(fit: Fit, data: Data) -> tuple[float, float]:
    """Give the gradient's largest entry and the objective, the same for whoever fitted.

    The objective is mean cross-entropy plus half of L2 times the squared coefficients, in nats.
    """
    slopes, shifts, loss = np.zeros_like(fit.coef), np.zeros_like(fit.intercept), 0.0
    for begin in range(0, len(data.y), _BLOCK):
        X, y = data.X[begin : begin + _BLOCK], data.y[begin : begin + _BLOCK]
        logits = X @ fit.coef.T + fit.intercept
        logits -= logits.max(axis=1, keepdims=True)
        logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        loss -= logs[np.arange(len(y)), y].sum()
        residuals = np.exp(logs)
        residuals[np.arange(len(y)), y] -= 1.0
        slopes += residuals.T @ X
        shifts += residuals.sum(axis=0)
    norm = max(
        np.abs(slopes / len(data.y) + L2 * fit.coef).max(), np.abs(shifts / len(data.y)).max()
    )
    return float(norm), float(loss / len(data.y) + 0.5 * L2 * (fit.coef**2).sum())
