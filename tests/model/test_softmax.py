import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.softmax import contrasts, log_sum_exp, softmax


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
