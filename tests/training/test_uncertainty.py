"""How far off coefficients and curves may be: against repeated sampling and known formulas."""

from dataclasses import replace

import numpy as np
import pytest

from strategies import softmax_data
from virality.features.creator import CREATOR_1
from virality.features.inputs import Inputs
from virality.model.doubt import directions
from virality.model.scaling import measure
from virality.training.additive import fit_additive
from virality.training.fitting import Rows, solve
from virality.training.labelled import Labelled, Task
from virality.training.uncertainty import coefficient_doubt

L2 = 1e-4
NAMES = ("early_like_rate", "early_save_rate")


def fitted(X, y, groups=None):
    rows = Rows(X, y, np.ones(len(y)), np.arange(y.max() + 1))
    scaling = measure(X, rows.weight)
    solution = solve(rows, scaling=scaling, penalty=np.full(X.shape[1], L2), tol=1e-8, raw=False)
    return solution, coefficient_doubt(rows, solution, scaling, L2, groups)


def spread(doubt):
    """Standard deviations (p, K)."""
    return np.sqrt((doubt**2).sum(axis=1))


def drawn(generator, coef, rows, together=1):
    """Rows of a softmax; ``together`` of them are always the same row."""
    X = np.repeat(generator.normal(2.0, 3.0, (rows // together, coef.shape[1])), together, axis=0)
    logits = X @ coef.T
    noise = np.repeat(generator.gumbel(size=(rows // together, len(coef))), together, axis=0)
    return X, (logits + noise).argmax(axis=1).astype(np.intp)


@pytest.mark.parametrize("together", [1, 4])
def test_coefficients_lie_as_far_off_as_is_said(together):
    """Of 120 samples, the stated deviations are those seen, accounts of equal videos and all."""
    generator = np.random.default_rng(0)
    coef = generator.normal(0, 0.3, (3, 2))
    found, said = [], []
    for _ in range(120):
        X, y = drawn(generator, coef, 600 * together, together)
        solution, doubt = fitted(X, y, np.arange(len(y)) // together)
        found.append(solution.coef.T)
        said.append(spread(doubt))
    ratio = np.mean(said, axis=0) / np.std(found, axis=0)
    assert ratio.min() > 0.8
    assert ratio.max() < 1.25


def test_a_feature_in_other_units_is_as_uncertain_in_them():
    X, y, _, _ = softmax_data(800, 3, 4, 1)
    scaled = X * np.array([1.0, 1e3, 1e-3])
    plain, large = spread(fitted(X, y)[1]), spread(fitted(scaled, y)[1])
    assert np.allclose(large * np.array([[1.0], [1e3], [1e-3]]), plain, rtol=2e-3)


def test_one_account_alone_tells_nothing_of_the_spread_and_a_constant_column_has_none():
    X, y, _, _ = softmax_data(300, 3, 3, 2)
    X[:, 1] = 5.0
    _, doubt = fitted(X, y)
    assert not doubt[1].any()
    assert doubt[0].any()


def test_directions_tell_nearly_all_of_a_covariance_in_seven_at_most():
    generator = np.random.default_rng(0)
    ways = generator.normal(size=(4, 9))
    covariance = ways.T @ ways
    told = directions(covariance)
    assert len(told) <= 4
    assert np.trace(covariance - told.T @ told) <= 1e-5 * np.trace(covariance) * (1 + 1e-9)
    assert len(directions(np.zeros((5, 5)))) == 0
    assert len(directions(np.eye(9))) == 7


def curved_task(seed, rows=800):
    """Rows whose outcome is a known curve of one feature, and logistic noise."""
    generator = np.random.default_rng(seed)
    X = generator.uniform(0.0, 100.0, (rows, 2))
    outcome = np.sin(X[:, 0] / 20.0) + generator.logistic(size=rows)
    features = tuple(replace(CREATOR_1.feature(name), high=100.0) for name in NAMES)
    inputs = Inputs(replace(CREATOR_1, features=(*features, CREATOR_1.feature("hour_posted"))))
    X = np.column_stack([X, np.full(rows, 3.0)])
    tiers = np.searchsorted(np.quantile(outcome, [0.25, 0.5, 0.75, 0.9]), outcome) + 1
    labelled = Labelled(
        names=inputs.names,
        features=X,
        filled=X,
        tiers=tiers,
        outcome=outcome,
        weight=np.ones(rows),
        seconds=np.full(rows, np.nan),
        authors=None,
    )
    return Task(labelled, inputs, np.quantile(outcome, [0.25, 0.5, 0.75, 0.9]))


def test_bands_of_a_curve_hold_the_truth(monkeypatch):
    """On average over the curve they do so about as often as they say (Nychka 1988)."""
    monkeypatch.setattr("virality.training.additive.DESIGN_EFFECT", 1.0)
    held = []
    for seed in range(30):
        task = curved_task(seed)
        curve = fit_additive(task).model.curves[0]
        at = np.linspace(5.0, 95.0, 40)
        far = np.interp(at, curve.at, curve.heights[0])
        deviation = np.sqrt((curve.doubts(at)[:, :, 0] ** 2).sum(axis=0))
        truth = np.sin(at / 20.0)
        truth -= np.sin(task.rows.features[:, 0] / 20.0).mean()
        held.append(np.abs(far - truth) <= 1.96 * deviation)
    assert 0.88 < np.mean(held) <= 1.0


def test_a_curve_without_doubt_tells_none():
    curve = fit_additive(curved_task(0)).model.curves[0]
    assert np.allclose(curve.doubts(curve.at)[:, :, 0], curve.doubt)
    assert not curve.doubts(curve.at)[:, :, 1:].any()
    assert len(replace(curve, doubt=None).doubts(curve.at)) == 0
