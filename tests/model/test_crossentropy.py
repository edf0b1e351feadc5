import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import problems
from virality.model.crossentropy import slopes, statistics
from virality.model.softmax import contrasts, softmax


def with_ones(X):
    return np.hstack([X, np.ones((len(X), 1))])


def theta_for(X, y, seed=0):
    shape = (int(y.max()), X.shape[1] + 1)
    return np.random.default_rng(seed).normal(size=shape)


@given(problems())
def test_the_gradient_agrees_with_finite_differences_of_the_loss(problem):
    X, y, weight = problem
    Xb, theta, step = with_ones(X), theta_for(X, y), 1e-6
    exact = slopes(Xb, y, weight, theta).gradient
    for index in np.ndindex(theta.shape):
        moved = np.zeros_like(theta)
        moved[index] = step
        above = slopes(Xb, y, weight, theta + moved).loss
        below = slopes(Xb, y, weight, theta - moved).loss
        assert exact[index] == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-4)


@given(problems())
def test_the_hessian_agrees_with_finite_differences_of_the_gradient(problem):
    X, y, weight = problem
    Xb, theta, step = with_ones(X), theta_for(X, y), 1e-6
    exact = statistics(Xb, y, weight, theta).hessian
    for number, index in enumerate(np.ndindex(theta.shape)):
        moved = np.zeros_like(theta)
        moved[index] = step
        above = slopes(Xb, y, weight, theta + moved).gradient
        below = slopes(Xb, y, weight, theta - moved).gradient
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
    assert parts.slopes.weight == pytest.approx(whole.slopes.weight, rel=1e-12)
    assert parts.slopes.loss == pytest.approx(whole.slopes.loss, rel=1e-12)
    assert parts.slopes.gradient == pytest.approx(whole.slopes.gradient, rel=1e-10, abs=1e-10)
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
