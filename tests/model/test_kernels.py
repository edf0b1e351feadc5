"""The compiled pass against the NumPy pass, which is its oracle."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import problems, softmax_data
from virality.model import kernels
from virality.model.kernels import COMPILED, PORTABLE, kernel
from virality.model.scaling import Scaling, measure
from virality.model.softmax import softmax

needs_compiler = pytest.mark.skipif(not kernels.installed(), reason="Numba is not installed")


def theta_for(X, y, seed=0):
    return np.random.default_rng(seed).normal(size=(int(y.max()), X.shape[1] + 1))


@needs_compiler
@settings(max_examples=50)
@given(problems(most_rows=300), st.floats(0, 30))
def test_compiled_slopes_are_those_of_numpy(problem, size):
    X, y, weight = problem
    scaling, theta = measure(X, weight), size * theta_for(X, y)
    here = PORTABLE.slopes(X, y, weight, scaling, theta)
    there = COMPILED.slopes(X, y, weight, scaling, theta)
    assert there.weight == pytest.approx(here.weight, rel=1e-13)
    assert there.loss == pytest.approx(here.loss, rel=1e-12, abs=1e-12)
    assert there.gradient == pytest.approx(here.gradient, rel=1e-11, abs=1e-11)


@needs_compiler
@settings(max_examples=50)
@given(problems(most_rows=300), st.floats(0, 30))
def test_compiled_curvature_is_that_of_numpy(problem, size):
    X, y, weight = problem
    scaling, theta = measure(X, weight), size * theta_for(X, y)
    here = PORTABLE.statistics(X, y, weight, scaling, theta)
    there = COMPILED.statistics(X, y, weight, scaling, theta)
    assert there.slopes.loss == pytest.approx(here.slopes.loss, rel=1e-12, abs=1e-12)
    assert there.slopes.gradient == pytest.approx(here.slopes.gradient, rel=1e-11, abs=1e-11)
    assert there.hessian == pytest.approx(here.hessian, rel=1e-10, abs=1e-10)


@needs_compiler
@pytest.mark.parametrize(("classes", "features"), [(2, 1), (3, 3), (6, 4), (10, 9), (20, 15)])
def test_compiled_sums_are_those_of_numpy_whatever_the_tiles(classes, features):
    X, y, *_ = softmax_data(1000, features, classes, seed=classes)
    weight = np.random.default_rng(1).uniform(0, 2, 1000)
    scaling, theta = measure(X, weight), theta_for(X, y)
    here = PORTABLE.statistics(X, y, weight, scaling, theta)
    for order in ("C", "F"):
        there = COMPILED.statistics(np.array(X, order=order), y, weight, scaling, theta)
        assert there.slopes.gradient == pytest.approx(here.slopes.gradient, rel=1e-11, abs=1e-11)
        assert there.hessian == pytest.approx(here.hessian, rel=1e-10, abs=1e-10)


@needs_compiler
@settings(max_examples=50)
@given(problems(most_rows=300), st.floats(-1e6, 1e6))
def test_compiled_moments_are_those_of_numpy_far_from_zero_too(problem, away):
    X, _, weight = problem
    here, there = PORTABLE.moments(X + away, weight), COMPILED.moments(X + away, weight)
    assert there.mean == pytest.approx(here.mean, rel=1e-13)
    assert there.squares == pytest.approx(here.squares, rel=1e-9)
    assert np.array_equal(there.peak, here.peak)


@pytest.mark.parametrize(
    "form", [PORTABLE, pytest.param(COMPILED, marks=needs_compiler)], ids=["numpy", "numba"]
)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_shows_in_the_sums(form, bad):
    X, y, *_ = softmax_data(300, 3, 4, seed=0)
    X[200, 1] = bad
    weight, theta = np.ones(300), theta_for(X, y)
    with np.errstate(all="ignore"):
        assert not np.isfinite(form.moments(X, weight).mean).all()
        slopes = form.slopes(X, y, weight, Scaling(np.zeros(3), np.ones(3)), theta)
    assert not np.isfinite(slopes.loss)


@pytest.mark.parametrize(
    "form", [PORTABLE, pytest.param(COMPILED, marks=needs_compiler)], ids=["numpy", "numba"]
)
@pytest.mark.parametrize("size", [0.0, 1.0, 30.0, 1e3, 1e6])
def test_probabilities_and_expectations_are_those_of_the_softmax(form, size):
    X, *_ = softmax_data(1000, 4, 5, seed=1)
    coef = size * np.random.default_rng(2).normal(size=(5, 4))
    intercept, values = np.arange(5.0), np.array([12.5, 35, 55, 72.5, 90])
    expected = softmax(X @ coef.T + intercept)
    X[7, 2], X[8, 1], X[600, 0] = np.nan, np.inf, -np.inf
    known = np.isfinite(X).all(axis=1)
    tiers, found = np.empty((1000, 5)), np.empty(1000)
    form.probabilities(X, coef, intercept, tiers)
    form.expectations(X, coef, intercept, values, found)
    assert np.array_equal(np.isnan(found), ~known)
    assert np.array_equal(np.isnan(tiers), np.repeat(~known[:, None], 5, axis=1))
    assert found[known] == pytest.approx(expected[known] @ values, rel=1e-12)
    np.testing.assert_allclose(tiers[known], expected[known], rtol=1e-9, atol=1e-300)
    assert tiers[known].sum(axis=1) == pytest.approx(1.0, abs=1e-14)


@needs_compiler
@pytest.mark.parametrize("width", [3, 4, 8, 15, 40])
@pytest.mark.parametrize("size", [0.0, 1.0, 30.0, 1e3])
def test_expectations_of_single_precision_rows_are_right_to_single_precision(width, size):
    X = softmax_data(1500, width, 5, seed=1)[0].astype(np.float32)
    coef = size * np.random.default_rng(2).normal(size=(5, width))
    intercept, values = np.arange(5.0), np.array([12.5, 35, 55, 72.5, 90])
    X[7, 2], X[8, 1] = np.nan, np.inf
    found, expected = np.empty(1500), np.empty(1500)
    COMPILED.expectations(X, coef, intercept, values, found)
    PORTABLE.expectations(X.astype(np.float64), coef, intercept, values, expected)
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    # A logit is off by some units in its last place, and a score by at most 40 times that.
    with np.errstate(invalid="ignore"):
        reach = np.abs(X.astype(np.float64)) @ np.abs(coef).max(axis=0) + 4.0
        off = np.abs(found - expected) / (reach * np.finfo(np.float32).eps)
    assert np.nanmax(off) <= 40 * width


@needs_compiler
def test_few_rows_do_not_load_the_compiler(monkeypatch):
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    assert kernel(1000) is PORTABLE
    assert kernel(10_000_000) is COMPILED
    assert kernel(7, worth=7) is COMPILED
    assert kernel(6, worth=7) is PORTABLE
    monkeypatch.setattr(kernels, "installed", lambda: False)
    assert kernel(10_000_000) is PORTABLE


@given(problems(), st.integers(1, 39))
def test_moments_of_two_parts_add_up_to_those_of_the_whole(problem, cut):
    X, _, weight = problem
    cut = min(cut, len(X) - 1)
    whole = PORTABLE.moments(X, weight)
    parts = PORTABLE.moments(X[:cut], weight[:cut]) + PORTABLE.moments(X[cut:], weight[cut:])
    assert parts.mean == pytest.approx(whole.mean, rel=1e-12, abs=1e-12)
    assert parts.squares == pytest.approx(whole.squares, rel=1e-10)
    assert np.array_equal(parts.peak, whole.peak)


def test_rows_without_weight_count_for_nothing():
    X = np.array([[1.0], [2.0], [50.0]])
    found = PORTABLE.moments(X, np.array([1.0, 1.0, 0.0])) + PORTABLE.moments(X, np.zeros(3))
    assert found.mean == pytest.approx([1.5])
    assert found.squares == pytest.approx([0.5])


@needs_compiler
@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("alike", [True, False])
def test_classes_are_counted_and_weighed_as_by_numpy(rows, alike):
    y = np.arange(rows) % 3
    weight = np.broadcast_to(np.float64(2.5), rows) if alike else np.arange(1.0, rows + 1)
    for found, expected in zip(
        COMPILED.tally(y, weight, 3), PORTABLE.tally(y, weight, 3), strict=True
    ):
        assert found.tolist() == expected.tolist()
