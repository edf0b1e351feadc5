"""The growing samples end where Newton's method on all rows ends."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strategies import softmax_data
from virality.errors import NotConvergedError
from virality.model.kernels import PORTABLE
from virality.model.newton import minimise
from virality.training import solving
from virality.training.approach import sample_sizes
from virality.training.blocks import Block, Parts
from virality.training.fitting import fit_softmax
from virality.training.problem import Problem
from virality.training.solving import solved


class Counted(Problem):
    """A problem that counts how many rows are passed over, by kind of pass."""

    rows = {"slope": 0, "at": 0}  # noqa: RUF012  reset by the tests

    def slope(self, x):
        self.rows["slope"] += len(self.parts)
        return super().slope(x)

    def at(self, x):
        self.rows["at"] += len(self.parts)
        return super().at(x)


def posed(X, y, l2=1e-3, kind=Problem):
    block = Block(X, y, np.ones(len(y)))
    scaling = PORTABLE.moments(X, block.weight).scaling
    penalty = np.append(np.full(X.shape[1], l2), 0.0)
    return kind(Parts.of(block), scaling, penalty, int(y.max()) + 1, PORTABLE)


def by_newton(problem):
    return minimise(problem.at, problem.origin, tolerance=1e-10)


def largest(gradient):
    return float(np.abs(gradient).max())


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(2, 6), st.sampled_from([0.0, 1e-6, 1e-3, 1.0]))
def test_samples_lead_to_the_optimum_of_all_rows(seed, classes, l2):
    X, y, *_ = softmax_data(12_000, 3, classes, seed)
    y[:classes] = np.arange(classes)
    problem = posed(X, y, l2)
    found = solved(problem, 1e-8, largest)
    assert found.sampled > 0
    exact = by_newton(problem)
    assert found.value == pytest.approx(exact.value, abs=1e-11)
    assert found.x == pytest.approx(exact.x, abs=1e-4)
    assert found.gradient_norm <= 1e-8


def test_many_rows_are_passed_over_a_handful_of_times():
    X, y, *_ = softmax_data(200_000, 6, 5, seed=1)
    problem = posed(X, y, kind=Counted)
    Counted.rows.update(slope=0, at=0)
    found = solved(problem, 1e-6, largest)
    assert found.gradient_norm <= 1e-6
    assert Counted.rows["slope"] <= 7 * len(X)
    assert Counted.rows["at"] <= 0.5 * len(X)


def test_rows_sorted_by_class_are_passed_over_as_often_as_shuffled_ones():
    X, y, *_ = softmax_data(100_000, 4, 5, seed=2)
    order = np.argsort(y, kind="stable")
    passes = []
    for rows in (slice(None), order):
        Counted.rows.update(slope=0, at=0)
        solved(posed(X[rows], y[rows], kind=Counted), 1e-6, largest)
        passes.append(Counted.rows["slope"])
    assert passes[1] <= 1.5 * passes[0]


def test_a_column_that_no_sampled_row_has_still_gets_its_coefficient():
    X, y, *_ = softmax_data(40_000, 2, 3, seed=3)
    rare = np.zeros(40_000)
    rare[[5, 17_000, 39_000]] = 1.0
    wide = np.column_stack([X, rare])
    problem = posed(wide, y)
    assert solved(problem, 1e-8, largest).x == pytest.approx(by_newton(problem).x, abs=1e-5)


def test_a_class_of_ten_rows_in_many_is_fitted():
    X, y, *_ = softmax_data(60_000, 2, 2, seed=4)
    y[np.random.default_rng(0).choice(60_000, 10, replace=False)] = 2
    found = fit_softmax(X, y, l2=1e-3)
    assert found.gradient_norm <= 1e-6
    shares = np.exp(X @ found.coef.T + found.intercept)
    shares /= shares.sum(axis=1, keepdims=True)
    assert shares.mean(axis=0)[2] == pytest.approx(10 / 60_000, rel=1e-2)


def test_separable_rows_without_a_penalty_are_an_error_at_any_size():
    X = np.linspace(-1, 1, 20_000)[:, None]
    with pytest.raises(NotConvergedError):
        fit_softmax(X, (X[:, 0] > 0).astype(int), l2=0.0)


def test_where_the_sample_misleads_newton_goes_on(monkeypatch):
    """A stored curvature that is far too large creeps; the optimum is reached all the same."""
    X, y, *_ = softmax_data(5000, 2, 3, seed=5)
    problem, near = posed(X, y), solving.near_minimum

    def misled(whole):
        found = near(whole)
        return replace(found, x=found.x + 1.0, solve=lambda vector: found.solve(vector) * 1e-3)

    monkeypatch.setattr(solving, "near_minimum", misled)
    assert solved(problem, 1e-9, largest).x == pytest.approx(by_newton(problem).x, abs=1e-6)


def test_few_rows_are_not_sampled():
    assert sample_sizes(1000, 64) == (0, 0)
    X, y, *_ = softmax_data(150, 2, 3, seed=6)
    assert solved(posed(X, y), 1e-6, largest).sampled == 0


def test_with_hundreds_of_unknowns_gradients_lead_to_the_optimum():
    X, y, *_ = softmax_data(1500, 20, 10, seed=7)
    y[:10] = np.arange(10)
    Counted.rows.update(slope=0, at=0)
    found = solved(posed(X, y, 1e-2, Counted), 1e-6, largest)
    assert Counted.rows["at"] == 0
    assert Counted.rows["slope"] <= 50 * 1500
    exact = by_newton(posed(X, y, 1e-2))
    assert found.value == pytest.approx(exact.value, abs=1e-9)
    assert found.gradient_norm <= 1e-6


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.sampled_from([1e-8, 1e-4, 1.0]), st.floats(0.1, 30.0))
def test_with_hundreds_of_unknowns_the_optimum_is_that_of_newton(seed, l2, size):
    X, y, *_ = softmax_data(400, 20, 8, seed)
    y[:8] = np.arange(8)
    problem = posed(X * size, y, l2)
    assert solved(problem, 1e-8, largest).value == pytest.approx(
        by_newton(problem).value, abs=1e-10
    )


def test_the_curvature_of_nothing_is_the_same_block_for_each_class():
    X, y, *_ = softmax_data(300, 4, 3, seed=8)
    problem = posed(X, y)
    vector = np.random.default_rng(0).normal(size=len(problem.origin))
    expected = np.linalg.solve(problem.at(problem.origin).hessian, vector)
    assert problem.metric()(vector) == pytest.approx(expected, rel=1e-9)
