"""Columns of smooth curves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.interpolate import CubicSpline

from virality.errors import ArtefactError
from virality.model.smooths import Axis, _roughness, axis_for, fit_smooth
from virality.storage.checked import Field


def values(seed=0, n=500):
    return np.random.default_rng(seed).lognormal(2.0, 1.0, n)


def smooth(seed=0):
    some = values(seed)
    return fit_smooth(axis_for("log", some), some), some


def test_the_roughness_is_that_of_the_natural_spline_through_the_knots():
    knots = np.array([0.0, 0.3, 1.1, 1.9, 2.2, 3.0])
    heights = np.random.default_rng(1).normal(size=6)
    second = CubicSpline(knots, heights, bc_type="natural").derivative(2)
    fine = np.linspace(0, 3, 200_001)
    bent = trapezoid(second(fine) ** 2, fine)
    assert heights @ _roughness(knots) @ heights == pytest.approx(bent, rel=1e-5)


def test_columns_have_mean_0_and_do_not_go_along_with_the_straight_line():
    one, some = smooth()
    columns = one.columns(some)
    assert np.abs(columns.mean(axis=0)).max() < 0.02
    scaled = columns / columns.std(axis=0)
    straight = scaled[:, 0]
    assert np.abs(scaled[:, 1:].T @ straight / len(some)).max() < 0.1


def test_each_wiggle_has_roughness_1():
    one, _ = smooth()
    standard = one.straight[:, 0]
    rough = one.wiggly.T @ _roughness(standard) @ one.wiggly
    assert np.allclose(rough, np.eye(one.wiggly.shape[1]), atol=1e-6)


def test_an_unknown_value_adds_nothing():
    one, _ = smooth()
    assert not one.columns(np.array([np.nan])).any()


def test_a_curve_is_level_beyond_its_ends():
    one, some = smooth()
    beyond = one.columns(np.array([some.max() * 10, some.max() * 1000]))
    assert np.array_equal(beyond[0], beyond[1])


def test_both_ends_of_a_cycle_meet():
    hours = np.random.default_rng(0).uniform(0, 24, 300)
    one = fit_smooth(axis_for("cycle", hours, 24.0), hours)
    ends = one.columns(np.array([0.0, 24.0, 48.0]))
    assert np.allclose(ends[0], ends[1])
    assert np.allclose(ends[0], ends[2])
    assert one.straight.shape[1] == 0


def test_a_flag_has_a_straight_line_alone():
    flags = np.array([0.0, 1.0, 1.0, 0.0, np.nan])
    assert fit_smooth(axis_for("flag", flags), flags).columns(flags).shape == (5, 1)


@pytest.mark.parametrize("some", [[], [np.nan], [3.0, 3.0, np.nan]])
def test_what_does_not_vary_has_no_columns(some):
    array = np.array(some, dtype=float)
    assert fit_smooth(axis_for("linear", array), array) is None


@given(st.floats(0, 1e6), st.floats(1e-3, 10))
def test_an_axis_gives_back_what_lies_on_it(value, offset):
    axis = Axis("log", offset=offset)
    assert axis.values(axis.place(np.array([value])))[0] == pytest.approx(value, abs=1e-6, rel=1e-9)


def test_counts_that_may_be_0_keep_their_logarithm_finite():
    some = np.array([0.0, 0.0, 5.0, 80.0])
    assert np.isfinite(axis_for("log", some).place(some)).all()
    assert axis_for("log", np.zeros(4)).offset == 1.0


@pytest.mark.parametrize(
    "axis", [Axis("linear"), Axis("log", offset=0.0), Axis("cycle", period=7.0), Axis("flag")]
)
def test_an_axis_survives_its_file(axis):
    assert Axis.decode(Field(axis.encode(), "axis")) == axis


@pytest.mark.parametrize(
    "stated",
    [{"shape": "round"}, {"shape": "cycle", "period": 0.0}, {"shape": "log", "offset": -1}],
)
def test_a_damaged_axis_is_refused(stated):
    with pytest.raises(ArtefactError):
        Axis.decode(Field(stated, "axis"))


def test_huge_and_tiny_values_have_columns_like_any_other():
    some = np.random.default_rng(0).normal(size=300)
    usual, huge, tiny = (
        fit_smooth(axis_for("linear", some * size), some * size) for size in (1.0, 1e300, 1e-300)
    )
    for one in (huge, tiny):
        assert np.allclose(np.abs(one.wiggly), np.abs(usual.wiggly), rtol=1e-6)


def test_negative_values_are_not_pressed_into_a_logarithm():
    assert axis_for("log", np.array([-3.0, 1.0, 20.0])).shape == "linear"
