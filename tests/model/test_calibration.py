import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import approx_fprime, minimize

from strategies import softmax_data
from virality.errors import ArtefactError
from virality.model.calibration import (
    Calibrated,
    Calibration,
    choose,
    fit_temperature,
    fit_vector,
)
from virality.model.cells import Cells
from virality.model.classifier import Classifier
from virality.model.linear import Linear
from virality.model.softmax import softmax
from virality.storage.checked import Field


def drawn(rows=4000, seed=0, slope=1.0, shift=0.0):
    """Probabilities, and tiers drawn from what they become by a slope and a shift."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(rows, 5)) * 1.5
    logits -= logits.mean(axis=1, keepdims=True)
    truth = logits * slope + shift
    y = (truth + generator.gumbel(size=truth.shape)).argmax(axis=1)
    return softmax(logits), y, np.ones(rows)


def log_loss(P, y):
    return -np.log(P[np.arange(len(y)), y]).mean()


def test_temperature_finds_the_slope_that_made_the_tiers():
    P, y, weight = drawn(8000, slope=0.5)
    found = fit_temperature(P, y, weight)
    assert found.slope == pytest.approx(np.full(5, 0.5), abs=0.03)
    assert not found.shift.any()


def test_vector_scaling_finds_slopes_and_shifts_for_each_tier():
    slope, shift = np.array([0.5, 0.8, 1.0, 1.2, 1.5]), np.array([0.5, 0.0, -0.5, 0.3, -0.3])
    P, y, weight = drawn(20_000, slope=slope, shift=shift)
    calibrated = fit_vector(P, y, weight).apply(P)
    truth = Calibration(slope, shift).apply(P)
    assert np.abs(calibrated - truth).mean() < 0.01


def test_the_fit_is_the_optimum_that_a_general_solver_finds():
    P, y, weight = drawn(300, slope=0.6, shift=np.array([0.4, 0, 0, 0, -0.4]))
    ridge = 10 / len(y)

    def objective(x):
        loss = log_loss(Calibration(1 + x[:5], x[5:]).apply(P), y)
        return loss + ridge * (x**2).sum() / 2

    found = fit_vector(P, y, weight)
    ours = np.concatenate([found.slope - 1, found.shift])
    assert approx_fprime(ours, objective, 1e-6) == pytest.approx(np.zeros(10), abs=1e-5)
    assert objective(ours) <= minimize(objective, np.zeros(10)).fun + 1e-9


def test_few_rows_change_little():
    P, y, weight = drawn(3, slope=0.1)
    assert np.abs(fit_vector(P, y, weight).slope - 1).max() < 0.6


@given(st.integers(0, 10**6))
def test_row_weights_count_as_repeated_rows_do(seed):
    generator = np.random.default_rng(seed)
    P, y, _ = drawn(60, seed=seed)
    times = generator.integers(1, 3, size=60)
    again = np.repeat(np.arange(60), times)
    weighted = fit_temperature(P, y, times.astype(float) * 60 / times.sum())
    repeated = fit_temperature(P[again], y[again], np.ones(len(again)))
    assert weighted.slope == pytest.approx(repeated.slope, abs=0.15)


@given(st.integers(0, 10**6))
def test_calibrating_a_softmax_gives_a_softmax(seed):
    generator = np.random.default_rng(seed)
    X, _, coef, intercept = softmax_data(20, 3, 5, seed)
    calibration = Calibration(generator.uniform(0.3, 2, size=5), generator.normal(size=5))
    folded = calibration.fold(Linear(coef, intercept))
    apart = Calibrated(Linear(coef, intercept), calibration)
    assert folded.cells(X) == pytest.approx(apart.cells(X), abs=1e-9)
    assert folded.coef.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
    assert not apart.gaps


def test_changing_nothing_changes_nothing():
    P, _, _ = drawn(50)
    identity = Calibration.identity(5)
    assert identity.apply(P) == pytest.approx(P)
    assert not identity.changes
    assert Calibration(np.ones(5), np.arange(5.0)).changes


def test_cells_move_with_their_tier():
    class Even:
        layout = Cells(np.array([0, 0, 1]), np.array([0.5, 0.5, 1.0]))
        gaps = True

        def cells(self, X):
            return np.tile([0.3, 0.2, 0.5], (len(X), 1))

    model = Calibrated(Even(), Calibration(np.ones(2), np.log([1.0, 3.0])))
    assert model.cells(np.zeros((1, 1)))[0] == pytest.approx([0.15, 0.1, 0.75])
    assert model.gaps
    assert model.layout is Even.layout


def test_a_classifier_folds_its_calibration_where_it_can_and_keeps_it_where_not():
    X, _, coef, intercept = softmax_data(20, 3, 5, 0)
    plain = Classifier(Linear(coef, intercept), None)
    calibration = Calibration(np.full(5, 0.5), np.arange(5.0))
    folded = plain.calibrated(calibration)
    assert folded.calibration is None
    assert folded.predict_proba(X) == pytest.approx(calibration.apply(plain.predict_proba(X)))
    assert plain.calibrated(Calibration.identity(5)) is plain

    class Even:
        layout, gaps = Cells.tiers(5), True

        def cells(self, X):
            return np.full((len(X), 5), 0.2)

    kept = Classifier(Even(), None).calibrated(calibration)
    assert kept.predict_proba(X)[0] == pytest.approx(softmax(np.arange(5.0)))


def test_probabilities_that_are_right_are_left_alone():
    P, y, weight = drawn(1500, seed=3)
    choice = choose(P, y, weight, np.arange(1500))
    assert choice.kind == "identity"
    assert not choice.calibration.changes
    assert choice.losses["identity"] == pytest.approx(log_loss(P, y))


@pytest.mark.parametrize(
    ("kind", "slope", "shift"),
    [("temperature", 0.4, 0.0), ("vector", 1.0, np.array([1.5, 0, 0, 0, -1.5]))],
)
def test_what_is_wrong_is_mended_by_the_kind_that_mends_it(kind, slope, shift):
    P, y, weight = drawn(3000, slope=slope, shift=shift)
    choice = choose(P, y, weight, np.arange(3000))
    assert choice.kind == kind
    fresh, actual, _ = drawn(3000, seed=9, slope=slope, shift=shift)
    assert log_loss(choice.calibration.apply(fresh), actual) < log_loss(fresh, actual) - 0.05


def test_rows_of_one_group_never_judge_what_they_fitted():
    """Two accounts only: what suits the one does not suit the other, and nothing is changed."""
    high, y_high, weight = drawn(400, slope=0.1)
    low, y_low, _ = drawn(400, seed=1, slope=4.0)
    P, y = np.vstack([high, low]), np.concatenate([y_high, y_low])
    choice = choose(P, y, np.ones(800), np.repeat([0, 1], 400))
    assert choice.kind == "identity"
    one = choose(high, y_high, weight, np.zeros(400, dtype=int))
    assert one.kind == "identity"


def test_a_calibration_is_stated_exactly_in_json():
    calibration = Calibration(np.array([0.1, 1 / 3]), np.array([2.0, -1e-17]))
    stated = json.loads(json.dumps(calibration.encode()))
    back = Calibration.decode(Field(stated, "calibration"), 2)
    assert back.slope.tolist() == calibration.slope.tolist()
    assert back.shift.tolist() == calibration.shift.tolist()
    with pytest.raises(ArtefactError, match="shape"):
        Calibration.decode(Field(stated, "calibration"), 5)
