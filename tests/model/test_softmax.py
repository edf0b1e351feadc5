import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import problems
from virality.model.softmax import contrasts, log_sum_exp, softmax, statistics


def with_ones(X):
    return np.hstack([X, np.ones((len(X), 1))])


def theta_for(X, y, seed=0):
    shape = (int(y.max()), X.shape[1] + 1)
    return np.random.default_rng(seed).normal(size=shape)


@given(st.lists(st.floats(-700, 700), min_size=2, max_size=6), st.floats(-300, 300))
def test_a_shift_common_to_a_row_changes_no_probability(logits, shift):
    values = np.array(logits)
    assert softmax(values + shift) == pytest.approx(softmax(values), abs=1e-12)


@given(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=6))
def test_probabilities_are_finite_and_sum_to_one_however_large_the_logits(logits):
    probabilities = softmax(np.array(logits))
    assert np.isfinite(probabilities).all()
    assert probabilities.sum() == pytest.approx(1.0)


def test_log_sum_exp_does_not_overflow():
    assert log_sum_exp(np.array([1000.0, 1000.0])) == pytest.approx(1000 + np.log(2))


@pytest.mark.parametrize("classes", [2, 3, 5, 9])
def test_contrasts_are_an_orthonormal_basis_of_the_vectors_that_sum_to_zero(classes):
    basis = contrasts(classes)
    assert basis.T @ basis == pytest.approx(np.eye(classes - 1), abs=1e-15)
    assert basis.sum(axis=0) == pytest.approx(np.zeros(classes - 1), abs=1e-15)


@given(problems())
def test_the_gradient_agrees_with_finite_differences_of_the_loss(problem):
    X, y, weight = problem
    Xb, theta, step = with_ones(X), theta_for(X, y), 1e-6
    exact = statistics(Xb, y, weight, theta).gradient
    for index in np.ndindex(theta.shape):
        moved = np.zeros_like(theta)
        moved[index] = step
        above = statistics(Xb, y, weight, theta + moved).loss
        below = statistics(Xb, y, weight, theta - moved).loss
        assert exact[index] == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-4)


@given(problems())
def test_the_hessian_agrees_with_finite_differences_of_the_gradient(problem):
    X, y, weight = problem
    Xb, theta, step = with_ones(X), theta_for(X, y), 1e-6
    exact = statistics(Xb, y, weight, theta).hessian
    for number, index in enumerate(np.ndindex(theta.shape)):
        moved = np.zeros_like(theta)
        moved[index] = step
        above = statistics(Xb, y, weight, theta + moved).gradient
        below = statistics(Xb, y, weight, theta - moved).gradient
        numeric = ((above - below) / (2 * step)).ravel()
        assert exact[number] == pytest.approx(numeric, rel=1e-4, abs=1e-3)


@given(problems(), st.integers(1, 39))
def test_the_statistics_of_two_parts_add_up_to_those_of_the_whole(problem, cut):
    X, y, weight = problem
    Xb, theta, cut = with_ones(X), theta_for(X, y), min(cut, len(y) - 1)
    whole = statistics(Xb, y, weight, theta)
    parts = statistics(Xb[:cut], y[:cut], weight[:cut], theta) + statistics(
        Xb[cut:], y[cut:], weight[cut:], theta
    )
    assert parts.weight == pytest.approx(whole.weight, rel=1e-12)
    assert parts.loss == pytest.approx(whole.loss, rel=1e-12)
    assert parts.gradient == pytest.approx(whole.gradient, rel=1e-10, abs=1e-10)
    assert parts.hessian == pytest.approx(whole.hessian, rel=1e-10, abs=1e-10)


@given(problems())
def test_in_the_full_parametrisation_the_hessian_has_the_null_direction_that_is_removed(problem):
    """Adding one number to all intercepts changes nothing; the reduced Hessian has no such way."""
    _, y, weight = problem
    classes = int(y.max()) + 1
    probabilities = softmax(np.zeros((len(y), classes)))
    curvature = np.einsum("n,nk,kj->kj", weight, probabilities, np.eye(classes))
    curvature -= np.einsum("n,nk,nj->kj", weight, probabilities, probabilities)
    assert curvature @ np.ones(classes) == pytest.approx(np.zeros(classes), abs=1e-9)
    reduced = contrasts(classes).T @ curvature @ contrasts(classes)
    assert np.linalg.eigvalsh(reduced).min() > 0
