import numpy as np
import pytest
from hypothesis import given

from strategies import problems
from virality.model.scaling import measure


@given(problems())
def test_standardised_columns_have_mean_zero_and_spread_one(problem):
    X, _, weight = problem
    standard = measure(X, weight).with_ones(X)[:, :-1]
    share = weight / weight.sum()
    assert share @ standard == pytest.approx(np.zeros(X.shape[1]), abs=1e-9)
    assert share @ standard**2 == pytest.approx(np.ones(X.shape[1]), abs=1e-9)


@given(problems())
def test_folding_gives_the_same_logits_on_raw_columns(problem):
    X, _, weight = problem
    scaling = measure(X, weight)
    generator = np.random.default_rng(1)
    coef, intercept = generator.normal(size=(3, X.shape[1])), generator.normal(size=3)
    raw, shifted = scaling.fold(coef, intercept)
    expected = scaling.with_ones(X)[:, :-1] @ coef.T + intercept
    assert X @ raw.T + shifted == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("constant", [0.0, 0.1, -3.7, 1e12, 1e-12])
def test_a_constant_column_becomes_zero_and_takes_no_coefficient(constant):
    X = np.column_stack([np.full(7, constant), np.arange(7.0)])
    scaling = measure(X, np.ones(7))
    assert scaling.scale[0] == 0
    assert (scaling.with_ones(X)[:, 0] == 0).all()
    raw, _ = scaling.fold(np.ones((2, 2)), np.zeros(2))
    assert (raw[:, 0] == 0).all()
