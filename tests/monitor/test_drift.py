import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import entropy

from foretold import LEVELS, promised
from virality.monitor.drift import LIMIT, Bins, Counted, distance


def counted(features, seed=0, promise=None, accounts=200):
    groups = np.random.default_rng(seed).integers(accounts, size=len(features))
    return Counted.of(features, np.full(len(features), 50.0), groups, promise or promised())


def rows(size, seed=0):
    """Rows of the population that is promised."""
    generator = np.random.default_rng(seed)
    found = generator.uniform(0, 1, (size, 4))
    found[:, 1] = np.where(generator.uniform(0, 1, size) < 0.2, np.nan, 1e3 * 1e3 ** found[:, 1])
    found[:, 2] = found[:, 2] > 0.7
    found[:, 3] = np.floor(30 * found[:, 3])
    return found


shares = arrays.arrays(float, 6, elements=st.floats(0.01, 1)).map(lambda one: one / one.sum())


@given(shares, shares)
def test_the_distance_is_that_of_scipy(first, second):
    middle = (first + second) / 2
    expected = (entropy(first, middle, base=2) + entropy(second, middle, base=2)) / 2
    assert distance(first[None], second)[0] ** 2 == pytest.approx(expected, abs=1e-9)


@given(shares, shares, shares)
def test_no_way_round_is_shorter_than_the_distance(first, second, third):
    direct = distance(first[None], second)[0]
    assert direct <= distance(first[None], third)[0] + distance(third[None], second)[0] + 1e-9


def test_the_population_itself_has_not_moved():
    for figure in counted(rows(20_000)).drift():
        assert figure.value < 0.05, figure.of
        assert figure.p == 1.0


@pytest.mark.parametrize("size", [60, 300, 3000])
def test_few_videos_of_the_same_population_are_no_drift(size):
    for figure in counted(rows(size, seed=size)).drift():
        assert figure.p > 0.05
        assert figure.value < 3 * max(figure.noise, 0.02)


def test_another_unit_of_one_input_is_found_and_no_other():
    moved = rows(2000)
    moved[:, 0] *= 1000.0
    found = {figure.of: figure for figure in counted(moved).drift()}
    assert found["size"].p < 1e-9
    assert found["size"].low > LIMIT
    assert all(figure.p == 1.0 for name, figure in found.items() if name != "size")


def test_an_input_that_is_no_longer_told_is_found():
    moved = rows(2000)
    moved[:, 2] = np.nan
    found = {figure.of: figure for figure in counted(moved).drift()}
    assert found["flag"].value == pytest.approx(1.0)
    assert found["flag"].p < 1e-9


def test_a_change_is_told_from_the_weeks_before():
    before, now = rows(4000, seed=1), rows(1000, seed=2)
    now[:, 3] += 15
    found = {one.of: one for one in counted(now).change(counted(before, seed=1))}
    assert found["history_count"].p < 1e-9
    assert found["size"].p == 1.0


def test_the_score_is_watched_where_the_population_of_scores_is_known():
    promise = promised(scores=tuple(np.linspace(20, 80, 201)))
    names = [figure.of for figure in counted(rows(100), promise=promise).drift()]
    assert names == ["score", *promise.names]


def test_a_share_that_several_quantiles_have_in_common_is_counted_whole():
    flags = (np.array(LEVELS) > 0.7).astype(float)
    bins = Bins.of(flags, LEVELS, 0.1)
    assert bins.shares == pytest.approx([0.63, 0.27, 0.1], abs=0.01)
    assert bins.counted(np.array([0.0, 1.0, np.nan])).tolist() == np.eye(3).tolist()
