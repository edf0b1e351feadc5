import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import NotConvergedError
from virality.model.newton import Point, minimise, newton_direction


def bowl(centre, curvature):
    def evaluate(x):
        gradient = curvature @ (x - centre)
        return Point(x, 0.5 * float((x - centre) @ gradient), gradient, curvature)

    return evaluate


def test_a_quadratic_is_solved_in_one_step():
    centre, curvature = np.array([1.0, -2.0]), np.array([[3.0, 1.0], [1.0, 2.0]])
    minimum = minimise(bowl(centre, curvature), np.zeros(2))
    assert minimum.iterations == 1
    assert minimum.x == pytest.approx(centre)
    assert minimum.gradient_norm <= 1e-6


def test_a_start_at_the_minimum_takes_no_step():
    minimum = minimise(bowl(np.zeros(2), np.eye(2)), np.zeros(2))
    assert minimum.iterations == 0


@given(st.floats(-8, 8))
def test_the_line_search_tames_a_function_that_full_steps_overshoot(start):
    """On log cosh the full Newton step diverges from far away; halved steps do not."""

    def evaluate(x):
        value = float(np.logaddexp(x, -x)[0])
        slope, bend = np.tanh(x), 1 - np.tanh(x) ** 2
        return Point(x, value, slope, np.diag(bend))

    assert minimise(evaluate, np.array([start])).x == pytest.approx([0.0], abs=1e-5)


def test_what_has_no_minimum_is_an_error_that_says_how_far_it_got():
    def falling(x):
        return Point(x, float(np.exp(-x[0])) - float(x[0]), np.array([-1.0]), np.array([[1e-3]]))

    with pytest.raises(NotConvergedError, match=r"gradient norm stands at 1.00e\+00"):
        minimise(falling, np.zeros(1), most_iterations=20)


def test_no_further_progress_in_float64_is_an_error_and_not_a_result():
    def rough(x):
        return Point(x, 1.0, np.array([1.0]), np.eye(1))

    with pytest.raises(NotConvergedError, match="after 0 Newton steps"):
        minimise(rough, np.zeros(1))


def test_a_singular_hessian_still_gives_a_direction_of_descent():
    gradient = np.array([1.0, 1.0])
    direction = newton_direction(np.ones((2, 2)), gradient)
    assert gradient @ direction < 0


def test_a_hessian_is_damped_no_more_than_it_takes():
    hessian, gradient = np.diag([1.0, 0.0, -3e-11]), np.array([1.0, 2.0, 3.0])
    damped = hessian + 1e-10 * np.trace(hessian) / 3 * np.eye(3)
    assert newton_direction(hessian, gradient) == pytest.approx(-gradient / np.diag(damped))


def test_a_hessian_of_a_function_that_is_not_convex_is_an_error():
    with pytest.raises(NotConvergedError, match="faded into round-off"):
        newton_direction(np.diag([1.0, -1.0]), np.ones(2))


def test_an_overflowed_hessian_is_an_error():
    with pytest.raises(NotConvergedError, match="overflowed"):
        newton_direction(np.array([[np.inf]]), np.ones(1))
