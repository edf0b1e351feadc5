"""One row in plain numbers, against the same in arrays."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.labels import MIDPOINTS
from virality.model.calibration import Calibration
from virality.model.linear import Linear
from virality.model.plain import expectation

WIDTH = 4
NUMBERS = st.floats(-8.0, 8.0)


def vectors(count, numbers=NUMBERS):
    return st.lists(numbers, min_size=count, max_size=count)


MODELS = st.builds(
    lambda coef, intercept: Linear(np.reshape(coef, (5, WIDTH)), np.array(intercept)),
    vectors(5 * WIDTH),
    vectors(5),
)
CALIBRATIONS = st.builds(
    lambda slope, shift: Calibration(np.array(slope), np.array(shift)),
    vectors(5, st.floats(0.1, 3.0)),
    vectors(5),
)


def compiled(linear, otherwise=None):
    """What ``expectation`` gives, compiled."""
    pytest.importorskip("numba", reason="the extra fast is not installed")
    from virality.model import swift

    return swift.expectation(linear, MIDPOINTS, otherwise)


def in_arrays(linear, row):
    return float(linear.cells(np.array([row], dtype=float))[0] @ MIDPOINTS)


@given(MODELS, vectors(WIDTH, st.one_of(NUMBERS, st.integers(-8, 8), st.booleans())))
def test_a_row_of_plain_numbers_scores_as_in_arrays(linear, row):
    expected = pytest.approx(in_arrays(linear, row), rel=1e-12)
    assert expectation(linear, MIDPOINTS)(row) == expected
    assert expectation(linear, MIDPOINTS)(tuple(row)) == expected


@given(MODELS, CALIBRATIONS, vectors(WIDTH))
def test_a_calibrated_model_scores_a_row_as_in_arrays(linear, calibration, row):
    folded = calibration.fold(linear)
    expected = pytest.approx(in_arrays(folded, row), rel=1e-12)
    assert expectation(folded, MIDPOINTS)(row) == expected


SURE = Linear(np.outer([3.0, -2.0, 0.0, 1.0, 2.0], np.ones(WIDTH)), np.zeros(5))


@pytest.mark.parametrize("far", [1e3, -1e3, 1e9, -1e9])
def test_a_row_far_out_scores_as_in_arrays(far):
    row = [far] * WIDTH
    assert expectation(SURE, MIDPOINTS)(row) == pytest.approx(in_arrays(SURE, row), rel=1e-12)


@pytest.mark.parametrize(
    "odd",
    [None, math.nan, math.inf, -math.inf, "0.5", np.float32(0.5), np.float64(0.5), [0.5],
     np.array([0.5]), np.array([0.5, 0.5]), 10**400, 0.5j],
    ids=repr,
)  # fmt: skip
@pytest.mark.parametrize("place", range(WIDTH))
def test_a_row_with_anything_else_is_left_to_the_general_way(odd, place):
    row = [0.5] * WIDTH
    row[place] = odd
    assert expectation(SURE, MIDPOINTS)(row) is None


@pytest.mark.parametrize(
    "row", [[], [0.5] * 3, [0.5] * 5, np.full(WIDTH, 0.5), "abcd", 0.5, dict.fromkeys(range(4), 0)]
)
def test_a_row_of_another_length_or_kind_is_left_to_the_general_way(row):
    assert expectation(SURE, MIDPOINTS)(row) is None


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_row_whose_logits_overflow_is_left_to_the_general_way(sign):
    assert expectation(SURE, MIDPOINTS)([sign * 1e308] * WIDTH) is None


@given(MODELS, vectors(WIDTH, st.one_of(NUMBERS, st.integers(-8, 8), st.booleans())))
def test_a_row_scores_compiled_as_in_arrays(linear, row):
    expected = pytest.approx(in_arrays(linear, row), rel=1e-12)
    score = compiled(linear)
    assert score(row) == expected
    assert score(tuple(row)) == expected


@pytest.mark.parametrize(
    "odd", [None, math.nan, math.inf, -math.inf, "0.5", [0.5], 10**400, 0.5j], ids=repr
)
@pytest.mark.parametrize("place", range(WIDTH))
def test_compiled_a_row_with_anything_else_is_left_to_the_general_way(odd, place):
    row = [0.5] * WIDTH
    row[place] = odd
    assert compiled(SURE, lambda given: ("asked for", given))(row) == ("asked for", row)


@pytest.mark.parametrize(
    "row", [[], [0.5] * 3, [0.5] * 5, [-1e308] * 4, "abcd", 0.5, dict.fromkeys(range(4), 0)]
)
def test_compiled_a_row_of_another_length_or_kind_is_left_to_the_general_way(row):
    assert compiled(SURE, lambda given: ("asked for", given))(row) == ("asked for", row)


def test_threads_do_not_mix_compiled_rows():
    score = compiled(SURE)
    rows = [[number / 100] * WIDTH for number in range(200)] * 20
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(score, rows))
    assert found == [score(row) for row in rows]
