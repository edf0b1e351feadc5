"""Exponential and logarithm in bits, beside extended precision; in units of the last place."""

import numpy as np
import pytest

pytest.importorskip("numba", reason="Numba is not installed")

from virality.model.powers import _logarithm_32, _logarithm_64, _power_32, _power_64

NEAR, FAR = np.linspace(-2, 2, 4001), np.linspace(-700, 700, 1401)
FAR_32 = np.linspace(-29.9, 85, 1501)
PLACES = np.exp(np.concatenate([np.linspace(-1, 1.2, 4001), np.linspace(-80, 80, 1601)]))


def error(function, at, truth, kind):
    """The largest relative error, in units of the last place of a kind of number."""
    at = at.astype(kind)
    with np.errstate(over="ignore"):  # bits are shifted out
        found = np.array([function(one) for one in at], dtype=np.longdouble)
    expected = truth(at.astype(np.longdouble))
    known = np.abs(expected) > 0.2  # a logarithm next to 0 is exact to its absolute size alone
    return np.abs(found[known] / expected[known] - 1).max() / np.finfo(kind).eps


@pytest.mark.parametrize("at", [NEAR, FAR], ids=["near", "far"])
def test_the_exponential_is_right_to_the_last_place(at):
    assert error(_power_64, at, np.exp, np.float64) < 1


@pytest.mark.parametrize("at", [NEAR, FAR_32], ids=["near", "far"])
def test_the_exponential_in_single_precision_is_right_to_its_last_place(at):
    assert error(_power_32, at, np.exp, np.float32) < 1


@pytest.mark.parametrize(
    ("function", "kind"), [(_logarithm_64, np.float64), (_logarithm_32, np.float32)]
)
def test_the_logarithm_is_right_to_two_units_of_the_last_place(function, kind):
    assert error(function, PLACES, np.log, kind) < 1.7


@pytest.mark.parametrize(("function", "kind", "lowest"), [
    (_power_64, np.float64, -708.0), (_power_32, np.float32, -30.0),
])  # fmt: skip
def test_far_below_0_the_exponential_stays_a_normal_number(function, kind, lowest):
    with np.errstate(over="ignore"):
        found = function(kind(-1e6))
    assert found == pytest.approx(np.exp(lowest), rel=1e-5)
    assert found > np.finfo(kind).tiny


SERIES = [
    (_power_64, np.exp, np.float64, (0.28, 0.345)),
    (_power_64, np.exp, np.float64, (-0.345, -0.28)),
    (_power_32, np.exp, np.float32, (0.28, 0.345)),
    (_power_32, np.exp, np.float32, (-0.345, -0.28)),
    (_logarithm_64, np.log, np.float64, (1.35, 1.414)),
    (_logarithm_32, np.log, np.float32, (1.35, 1.414)),
]


@pytest.mark.parametrize(("function", "truth", "kind", "between"), SERIES)
def test_where_the_series_are_least_exact_they_err_to_no_side(function, truth, kind, between):
    """A wrong last term would shift all results by less than a unit of the last place."""
    at = np.linspace(*between, 2000).astype(kind)
    with np.errstate(over="ignore"):
        found = np.array([function(one) for one in at], dtype=np.longdouble)
    ratios = found / truth(at.astype(np.longdouble))
    assert abs(ratios.mean() - 1) < 0.06 * np.finfo(kind).eps
