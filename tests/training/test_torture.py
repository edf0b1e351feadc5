"""Data that no one should have: an optimum, checked apart from our own sums, or a clear error."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from virality.errors import DataError, NotConvergedError, OptionError
from virality.sklearn import ViralityClassifier
from virality.training.fitting import fit_softmax

PATH = Path(__file__).parents[2] / "benchmarks" / "torture.py"


SPEC = importlib.util.spec_from_file_location("torture", PATH)
torture = sys.modules["torture"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(torture)  # the cases stand beside the benchmarks, for all to run


@pytest.mark.parametrize("case", torture.cases(), ids=lambda case: case.name)
def test_whatever_is_fitted_ends_at_an_optimum_or_in_a_clear_error(case):
    found = torture.outcome(case)
    assert (found.excess <= 1) == case.optimum
    assert bool(found.error) != case.optimum


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (lambda X, _: (X, (X[:, 0] > 0).astype(int), 0.0), NotConvergedError, "raise l2"),
        (lambda X, y: (X * 1e200, y, 1e-3), DataError, "too large to be squared"),
        (lambda X, y: (np.sign(X) * 1.7e308, y, 1e-3), DataError, "too large to be added"),
        (lambda X, y: (X, y, -1e-300), OptionError, "l2"),
        (lambda X, y: (X, y, np.inf), OptionError, "l2"),
        (lambda X, _: (X, np.zeros(len(X)), 1e-3), DataError, "class"),
    ],
)
def test_what_has_no_optimum_says_why_and_what_to_do(spoil, error, says):
    X, y, l2 = spoil(*torture.drawn())
    with pytest.raises(error, match=says):
        fit_softmax(X, y, l2=l2)


@pytest.mark.parametrize("l2", [1e-6, 1.0])
def test_units_from_1e_minus_12_to_1e12_change_no_probability(l2):
    X, y = torture.drawn()
    units = 10.0 ** np.array([-12, -4, 4, 12])
    plain = ViralityClassifier(l2=l2, tol=1e-10).fit(X, y)
    spoiled = ViralityClassifier(l2=l2, tol=1e-10).fit(X * units, y)
    assert spoiled.coef_ * units == pytest.approx(plain.coef_, rel=1e-7, abs=1e-9)
    assert spoiled.predict_proba(X * units) == pytest.approx(plain.predict_proba(X), abs=1e-9)


def test_the_estimator_refuses_numbers_too_large_to_be_squared():
    X, y = torture.drawn()
    with pytest.raises(ValueError, match="too large to be squared"):
        ViralityClassifier().fit(X * 1e200, y)


def test_weights_of_any_size_are_told_apart_by_their_ratios_alone():
    X, y = torture.drawn(300)
    weight = np.random.default_rng(0).uniform(0.5, 2, size=len(X))
    plain = fit_softmax(X, y, l2=1e-3, sample_weight=weight, tol=1e-10)
    for factor in (1e-200, 1e-12, 1e12, 1e200):
        scaled = fit_softmax(X, y, l2=1e-3, sample_weight=weight * factor, tol=1e-10)
        assert scaled.coef == pytest.approx(plain.coef, abs=1e-8)
