"""One row in plain numbers, against the same formulas in arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.labels import MIDPOINTS
from virality.model.additive import Additive, Curve
from virality.model.alone import Alone, cells_alone, mean_alone
from virality.model.calibration import Calibrated, Calibration
from virality.model.cells import Cells
from virality.model.linear import Linear
from virality.model.ordered import Link
from virality.model.quantiles import LEVELS, quantiles
from virality.model.ranks import Ranks
from virality.model.smooths import Axis

NUMBERS = st.floats(-1e4, 1e4)
CLOSE = {"rtol": 1e-11, "atol": 1e-14}
AXES = (Axis("log", 1.0), Axis("log", 0.0), Axis("cycle", period=24.0), Axis("linear"),
        Axis("flag"))  # fmt: skip


def curve(axis, generator, spread):
    low, high = {"cycle": (0.0, 24.0), "flag": (0.0, 1.0)}.get(axis.shape, (0.5, 90.0))
    at = np.concatenate([[low], np.sort(generator.uniform(low, high, 4)), [high]])
    return Curve(axis, at, spread * generator.normal(size=(3, 6)), generator.normal(size=3))


@st.composite
def models(draw):
    """A softmax, or curves on every kind of axis with cells cut at will, and a calibration."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    width, spread = len(AXES) + 1, draw(st.sampled_from([0.3, 3.0, 30.0]))
    if draw(st.booleans()):
        model = Linear(spread * generator.normal(size=(5, width)), generator.normal(size=5))
    else:
        nothing = Curve(Axis("linear"), np.zeros(0), np.zeros((3, 0)), generator.normal(size=3))
        tier = np.sort(np.concatenate([np.arange(5), generator.integers(0, 5, 7)]))
        within = generator.uniform(0.1, 1, 12)
        within /= np.bincount(tier, within)[tier]
        cuts = np.sort(generator.normal(size=11)).round(1)
        link = Link(cuts, generator.dirichlet(np.ones(12)), draw(st.sampled_from([0.0, 0.02])))
        curves = (*(curve(axis, generator, spread) for axis in AXES), nothing)
        model = Additive(curves, link, Cells(tier, within))
    slope, shift = generator.uniform(0.3, 2.0, 5), generator.normal(size=5)
    return model, draw(st.sampled_from([None, Calibration(slope, shift)]))


@given(models(), st.lists(NUMBERS, min_size=6, max_size=6))
def test_cells_of_a_row_in_plain_numbers_are_those_in_arrays(made, row):
    model, calibration = made
    full = model if calibration is None else Calibrated(model, calibration)
    assert np.allclose(cells_alone(*made)(row), full.cells(np.array([row]))[0], **CLOSE)


@given(models(), st.integers(0, 5), st.sampled_from([0.0, -0.0, 24.0, 48.0, 1.0, 0.5, 90.0, 1e9]))
def test_knots_ends_and_whole_turns_are_where_they_are_in_arrays(made, place, value):
    model, _ = made
    row = [7.0] * 6
    row[place] = value
    assert np.allclose(cells_alone(model, None)(row), model.cells(np.array([row]))[0], **CLOSE)


@given(st.lists(st.floats(0, 1), min_size=12, max_size=12), st.integers(0, 2**32 - 1))
def test_tiers_and_quantiles_of_one_row_are_those_of_many(parts, seed):
    cells = np.array(parts) + np.eye(12)[seed % 12]
    cells /= cells.sum()
    generator = np.random.default_rng(seed)
    layout = Cells(
        np.sort(np.concatenate([np.arange(5), generator.integers(0, 5, 7)])), np.ones(12)
    )
    edges = np.concatenate([[0.0], np.sort(generator.uniform(0, 100, 11)), [100.0]])
    alone = Alone(list, tuple(layout.tier.tolist()), tuple(edges.tolist()))
    assert np.allclose(alone.tiers(cells.tolist()), layout.summed(cells), **CLOSE)
    expected = quantiles(cells[None], edges)[0]
    assert np.allclose(alone.quantiles(cells.tolist(), LEVELS), expected, atol=1e-9)


@given(models(), st.lists(NUMBERS, min_size=6, max_size=6))
def test_the_mean_of_a_row_is_that_of_its_tiers(made, row):
    model, _ = made
    expected = model.layout.summed(model.cells(np.array([row])))[0] @ MIDPOINTS
    for given_row in (row, tuple(row)):
        assert averaging(made[0])(given_row) == pytest.approx(expected, rel=1e-11)


def averaging(model):
    alone = Alone(cells_alone(model, None), tuple(model.layout.tier.tolist()), None)
    return mean_alone(alone, MIDPOINTS, 6)


@pytest.mark.parametrize(
    "odd",
    [None, math.nan, math.inf, -math.inf, "0.5", np.float32(0.5), [0.5],
     np.array([0.5]), 10**400, 0.5j],
    ids=repr,
)  # fmt: skip
def test_a_row_with_anything_else_is_left_to_the_general_way(odd):
    mean = averaging(Linear(np.ones((5, 6)), np.zeros(5)))
    assert mean([0.5] * 5 + [odd]) is None
    assert mean([0.5] * 5) is None
    assert mean(np.full(6, 0.5)) is None


def test_without_edges_there_are_no_quantiles():
    assert Alone(list, (0, 1), None).quantiles([0.5, 0.5], LEVELS) is None


@given(st.lists(st.integers(0, 30), min_size=1, max_size=300), st.floats(-1, 31))
def test_the_percentile_of_one_number_is_that_among_many(values, value):
    ranks = Ranks.fit(np.array(values, float), np.ones(len(values)))
    for each in (value, float(values[0]), values[0] + 1.5e-9, values[0] - 2.5e-9):
        expected = ranks.percentile(np.array([each]))[0]
        assert ranks.of_one(each) == pytest.approx(expected, abs=1e-9)
