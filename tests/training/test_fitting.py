import json
import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from places import TRAINING_FILE, needs_data
from strategies import problems, softmax_data
from virality.errors import DataError, NotConvergedError, OptionError
from virality.training.fitting import fit_softmax
from worlds import trained


def oracle(X, y, l2, weight):
    """scikit-learn's solution of the same objective, its intercepts centred."""
    model = LogisticRegression(
        C=1 / (l2 * weight.sum()), solver="newton-cholesky", tol=1e-12, max_iter=10_000
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where its line search stalls, it says so and goes on
        model.fit(X, y, sample_weight=weight)
    return model.coef_, model.intercept_ - model.intercept_.mean()


def objective(X, y, l2, weight, coef, intercept):
    """The objective, and its gradient, written out once more."""
    logits = X @ coef.T + intercept
    logits -= logits.max(axis=1, keepdims=True)
    P = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    share = weight / weight.sum()
    value = -(share @ np.log(P[np.arange(len(y)), y])) + l2 / 2 * (coef**2).sum()
    residual = (P - np.eye(len(intercept))[y]) * share[:, None]
    return value, residual.T @ X + l2 * coef, residual.sum(axis=0)


@settings(max_examples=60)
@given(problems(), st.sampled_from([1.0, 1e-1, 1e-3, 1e-6]))
def test_small_problems_agree_with_scikit_learn_to_1e_6(problem, l2):
    X, y, weight = problem
    solution = fit_softmax(X, y, l2=l2, sample_weight=weight, tol=1e-10)
    assume(y.max() > 1)  # for two classes scikit-learn fits another objective, the binary one
    expected = oracle(X, y, l2, weight)
    _, slopes, lifts = objective(X, y, l2, weight, *expected)
    assume(max(np.abs(slopes).max(), np.abs(lifts).max()) < 1e-10)  # the oracle has to be right
    scale = max(np.abs(expected[0]).max(), 1e-3)
    assert np.abs(solution.coef - expected[0]).max() / scale < 1e-6
    scale = max(np.abs(expected[1]).max(), 1e-3)
    assert np.abs(solution.intercept - expected[1]).max() / scale < 1e-6
    value, *_ = objective(X, y, l2, weight, *expected)
    assert solution.objective == pytest.approx(value, rel=1e-9)


@settings(max_examples=60)
@given(problems(), st.sampled_from([1.0, 1e-2, 1e-5]))
def test_the_certificate_is_true(problem, l2):
    """Objective and gradient, worked out apart from the solver, are what the solution states."""
    X, y, weight = problem
    solution = fit_softmax(X, y, l2=l2, sample_weight=weight, tol=1e-8)
    value, slopes, lifts = objective(X, y, l2, weight, solution.coef, solution.intercept)
    assert solution.objective == pytest.approx(value, rel=1e-10)
    assert max(np.abs(slopes).max(), np.abs(lifts).max()) <= 2e-8
    assert solution.gradient_norm <= 1e-8


def test_coefficients_and_intercepts_sum_to_zero_over_the_classes():
    X, y, *_ = softmax_data(500, 3, 4, seed=1)
    solution = fit_softmax(X + 7, y, l2=1e-3)
    assert solution.coef.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
    assert solution.intercept.sum() == pytest.approx(0.0, abs=1e-9)


def test_many_rows_give_back_the_coefficients_that_made_them():
    X, y, coef, _ = softmax_data(200_000, 3, 5, seed=2)
    solution = fit_softmax(X, y, l2=0.0)
    assert solution.coef == pytest.approx(coef - coef.mean(axis=0), abs=0.05)


def test_the_order_of_the_rows_is_immaterial_even_sorted_by_class():
    X, y, *_ = softmax_data(20_000, 4, 5, seed=3)
    order = np.argsort(y, kind="stable")
    first = fit_softmax(X, y, l2=1e-4, tol=1e-12)
    second = fit_softmax(X[order], y[order], l2=1e-4, tol=1e-12)
    assert first.coef == pytest.approx(second.coef, abs=1e-10)


def test_a_weight_of_two_is_the_row_twice():
    X, y, *_ = softmax_data(60, 2, 3, seed=4)
    weight = np.where(np.arange(60) % 3 == 0, 2.0, 1.0)
    twice = np.repeat(np.arange(60), weight.astype(int))
    weighted = fit_softmax(X, y, l2=1e-2, sample_weight=weight, tol=1e-10)
    repeated = fit_softmax(X[twice], y[twice], l2=1e-2, tol=1e-10)
    assert weighted.coef == pytest.approx(repeated.coef, abs=1e-8)


def test_labels_of_any_kind_come_back_as_classes():
    solution = fit_softmax([[0.0], [1.0], [0.5]], ["b", "a", "b"], l2=1.0)
    assert solution.classes.tolist() == ["a", "b"]


def test_a_constant_column_gets_no_coefficient_and_a_duplicated_one_shares_it():
    X, y, *_ = softmax_data(300, 1, 3, seed=5)
    wide = np.column_stack([X, np.full(300, 0.3), X])
    solution = fit_softmax(wide, y, l2=1e-2, tol=1e-10)
    assert (solution.coef[:, 1] == 0).all()
    assert solution.coef[:, 0] == pytest.approx(solution.coef[:, 2], abs=1e-9)


def test_duplicated_columns_without_a_penalty_still_converge():
    X, y, *_ = softmax_data(300, 1, 3, seed=6)
    solution = fit_softmax(np.column_stack([X, X]), y, l2=0.0)
    alone = fit_softmax(X, y, l2=0.0)
    assert solution.coef.sum(axis=1) == pytest.approx(alone.coef[:, 0], abs=1e-5)


@pytest.mark.parametrize("tol", [1e-3, 1e-6, 1e-12])
def test_separable_classes_have_an_optimum_with_a_penalty_and_none_without(tol):
    X, y = np.arange(10.0)[:, None], np.repeat([0, 1], 5)
    assert fit_softmax(X, y, l2=1e-4).gradient_norm <= 1e-6
    with pytest.raises(NotConvergedError, match="separated"):
        fit_softmax(X, y, l2=0.0, tol=tol)


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_columns_of_any_scale_converge(scale):
    X, y, *_ = softmax_data(400, 2, 3, seed=7)
    solution = fit_softmax(X * [scale, 1.0], y, l2=1e-3)
    assert np.isfinite(solution.coef).all()
    assert solution.gradient_norm <= 1e-6


@pytest.mark.parametrize(
    ("X", "y", "options", "says"),
    [
        ([[1.0], [np.nan]], [0, 1], {}, r"X\[1, 0\]: not a finite number"),
        ([[1.0], [np.inf]], [0, 1], {}, r"X\[1, 0\]: not a finite number"),
        ([1.0, 2.0], [0, 1], {}, r"X has shape \(2,\)"),
        (np.empty((0, 2)), [], {}, r"X has shape \(0, 2\)"),
        ([[1.0], [2.0]], [0, 0], {}, "fewer than two classes"),
        ([[1.0], [2.0]], [0, 1, 1], {}, r"y: shape \(3,\), not \(2,\)"),
        ([[1.0], [2.0]], [0, 1], {"sample_weight": [1.0]}, r"sample_weight: shape \(1,\)"),
        ([[1.0], [2.0]], [0, 1], {"sample_weight": [1.0, -1.0]}, "non-negative"),
        ([[1.0], [2.0]], [0, 1], {"sample_weight": [0.0, 0.0]}, "not all 0"),
        ([[1.0], [2.0], [3.0]], [0, 1, 2], {"sample_weight": [1.0, 1.0, 0.0]}, "has no weight"),
    ],
)
def test_bad_arrays_are_refused_with_their_place(X, y, options, says):
    with pytest.raises(DataError, match=says):
        fit_softmax(X, y, l2=0.1, **options)


@pytest.mark.parametrize("options", [{"l2": -1.0}, {"l2": np.nan}, {"l2": 1.0, "tol": 0.0}])
def test_options_without_meaning_are_refused(options):
    with pytest.raises(OptionError, match="is not a number"):
        fit_softmax([[1.0], [2.0]], [0, 1], **options)


def close_to_the_oracle(X, y, l2):
    """Coefficients, centred intercepts and objective, each to 1e-6 relative."""
    weight = np.ones(len(y))
    solution = fit_softmax(X, y, l2=l2, tol=1e-10)
    coef, intercept = oracle(X, y, l2, weight)
    value, slopes, lifts = objective(X, y, l2, weight, coef, intercept)
    assert max(np.abs(slopes).max(), np.abs(lifts).max()) <= 1e-10
    assert np.abs(solution.coef - coef).max() <= 1e-6 * np.abs(coef).max()
    centred = solution.intercept - solution.intercept.mean()
    assert np.abs(centred - intercept).max() <= 1e-6 * np.abs(intercept).max()
    assert solution.objective == pytest.approx(value, rel=1e-6)


@needs_data
@pytest.mark.parametrize("l2", [1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
def test_the_reference_data_give_scikit_learns_solution(l2):
    part = json.loads(TRAINING_FILE.read_text())["trainSet"]
    close_to_the_oracle(np.array(part["features"]), np.array(part["labels"]) - 1, l2)


@pytest.mark.parametrize("l2", [1e-2, 1e-4, 1e-6])
def test_the_sample_gives_scikit_learns_solution(l2):
    run = trained()
    whole = ~np.isnan(run.rows.features).any(axis=1)
    close_to_the_oracle(run.rows.features[whole], run.tiers[whole] - 1, l2)


def test_large_logits_do_not_hide_the_last_steps():
    """With logits of about 50 the objective's own round-off is larger than what is left to gain."""
    X = np.array([[-0.26510706, -1.19601168, 3.02849424, 6.0195633, -3.97211349, -1.17219245]]).T
    y = np.array([0, 1, 2, 3, 4, 3])
    weight = np.array([0.21609629, 1.655616, 1.83414057, 0.31038646, 1.95322585, 0.88920133])
    assert fit_softmax(X, y, l2=1e-6, sample_weight=weight, tol=1e-10).gradient_norm <= 1e-10
