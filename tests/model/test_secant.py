import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.line import Slope
from virality.model.newton import solver
from virality.model.secant import corrected, refine


def quadratic(seed, size=6):
    """A bowl with its curvature (d, d) and its bottom (d,)."""
    random = np.random.default_rng(seed)
    root = random.normal(size=(size, size))
    curvature, bottom = root @ root.T + np.eye(size), random.normal(size=size)

    def evaluate(x):
        gradient = curvature @ (x - bottom)
        return Slope(x, 0.5 * float((x - bottom) @ gradient), gradient)

    return evaluate, curvature, bottom


@given(st.integers(0, 1000))
def test_the_true_curvature_needs_one_step(seed):
    evaluate, curvature, bottom = quadratic(seed)
    found = refine(evaluate, np.zeros(6), solver(curvature), tolerance=1e-8)
    assert found.iterations <= 2
    assert found.x == pytest.approx(bottom, abs=1e-6)
    assert found.gradient_norm <= 1e-8


@given(st.integers(0, 1000))
def test_a_curvature_that_is_a_tenth_off_is_corrected_in_few_steps(seed):
    evaluate, curvature, bottom = quadratic(seed)
    off = curvature * (1 + 0.1 * np.cos(np.arange(6)))[:, None]
    found = refine(evaluate, np.zeros(6), solver((off + off.T) / 2), tolerance=1e-8)
    assert found.x == pytest.approx(bottom, abs=1e-6)
    assert found.iterations <= 12


def test_each_step_evaluates_the_function_once():
    evaluate, curvature, _ = quadratic(1)
    calls = []

    def counted(x):
        calls.append(x)
        return evaluate(x)

    found = refine(counted, np.zeros(6), solver(curvature * 1.1), tolerance=1e-8)
    assert len(calls) == found.iterations + 1


def test_where_it_stalls_it_says_how_far_it_came():
    def kinked(x):
        return Slope(x, float(np.abs(x).sum()), np.where(x >= 0, 1.0, -1.0))

    found = refine(kinked, np.array([0.3]), solver(np.eye(1)), tolerance=1e-8)
    assert found.gradient_norm == 1.0


def test_a_correction_that_leads_uphill_is_not_taken():
    gradient = np.array([1.0, 0.0])
    pair = (np.array([1.0, 100.0]), np.array([1.0, -1e-3]))
    direction = corrected(gradient, [pair], lambda v: v)
    assert direction @ gradient < 0
