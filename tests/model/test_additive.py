"""The additive model as a value: sums of curves, and its file."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import ArtefactError
from virality.model.additive import Additive, Curve
from virality.model.cells import Cells
from virality.model.ordered import Link
from virality.model.smooths import Axis
from virality.storage.checked import Field

NAMES = ("duration", "hour", "nothing")


def model():
    generator = np.random.default_rng(0)
    curves = (
        Curve(Axis("log", offset=1.0), np.array([1.0, 10.0, 100.0]), generator.normal(size=(3, 3)),
              np.array([0.3, -0.1, 0.0])),
        Curve(Axis("cycle", period=24.0), np.array([0.0, 12.0, 24.0]),
              np.array([[0.0, 1.0, 0.0], [0.0, 0.2, 0.0], [0.0, 0.0, 0.0]]), np.zeros(3)),
        Curve(Axis("linear"), np.zeros(0), np.zeros((3, 0)), np.zeros(3)),
    )  # fmt: skip
    link = Link(np.array([-1.0, 0.0, 1.0, 2.0, 2.5]), np.full(6, 1 / 6), 0.05)
    layout = Cells(np.array([0, 0, 1, 2, 3, 4]), np.array([0.5, 0.5, 1.0, 1.0, 1.0, 1.0]))
    return Additive(curves, link, layout)


def stated():
    return json.loads(json.dumps(model().encode(NAMES)))


def test_predictors_are_the_sum_of_what_each_feature_adds():
    X = np.array([[5.0, 13.0, 2.0], [np.nan, 0.0, np.nan]])
    each = [curve.contributions(column) for curve, column in zip(model().curves, X.T, strict=True)]
    assert np.allclose(model().predictors(X), sum(each))


def test_a_curve_gives_its_heights_at_its_knots_and_is_level_beyond():
    curve = model().curves[0]
    at = np.array([1.0, 10.0, 100.0, 1e6, 0.0])
    added = curve.contributions(at)
    assert np.allclose(added[:3], curve.heights.T)
    assert np.allclose(added[3], curve.heights[:, -1])
    assert np.allclose(added[4], curve.heights[:, 0])


def test_hours_go_round_the_clock():
    curve = model().curves[1]
    assert np.allclose(curve.contributions(np.array([6.0])), curve.contributions(np.array([30.0])))


def test_an_unknown_value_adds_what_was_learned_of_unknown_ones():
    assert np.array_equal(model().curves[0].contributions(np.array([np.nan]))[0], [0.3, -0.1, 0.0])


@given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=3, max_size=3))
def test_any_row_gets_probabilities(row):
    cells = model().cells(np.array([row]))
    assert np.isfinite(cells).all()
    assert cells.sum() == pytest.approx(1)


def test_the_file_gives_the_very_same_probabilities():
    X = np.random.default_rng(1).uniform(0, 50, (20, 3))
    read = Additive.decode(Field(stated(), "model"), NAMES, 5)
    assert np.array_equal(read.cells(X), model().cells(X))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cuts", [0.0, -0.5, 1.0, 2.0, 2.5]),
        ("cuts", [0.0, 1.0]),
        ("shares", [-1, 1, 1, 1, 1, 1]),
        ("lapse", 1.5),
        ("lapse", -0.5),
        ("tier_of_cell", [1, 1, 2, 3, 4, 4]),
        ("tier_of_cell", [1, 2, 1, 3, 4, 5]),
        ("within_tier", [1.0]),
        ("curves", {}),
    ],
)
def test_a_damaged_model_is_refused_by_the_name_of_its_field(name, value):
    damaged = stated() | {name: value}
    with pytest.raises(ArtefactError, match=name):
        Additive.decode(Field(damaged, "model"), NAMES, 5)


@pytest.mark.parametrize("lapse", [0.0, 1.0])
def test_the_share_of_what_follows_no_rule_may_be_none_or_all(lapse):
    read = Additive.decode(Field(stated() | {"lapse": lapse}, "model"), NAMES, 5)
    assert read.link.lapse == lapse


def test_a_curve_whose_knots_do_not_ascend_is_refused():
    damaged = stated()
    damaged["curves"]["duration"]["at"] = [1.0, 1.0, 2.0]
    with pytest.raises(ArtefactError, match="ascending"):
        Additive.decode(Field(damaged, "model"), NAMES, 5)
