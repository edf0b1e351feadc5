import json

import numpy as np
import pytest

from virality.errors import ArtefactError
from virality.model.gaps import Gaps
from virality.storage.checked import Field


def gappy():
    """A thousand rows of three inputs: 589 whole, 300 without 0, 100 without 0 and 2, 11 others."""
    X = np.zeros((1000, 3))
    X[:400, 0] = np.nan
    X[:100, 2] = np.nan
    X[-5:, 1] = np.nan
    X[-11:-5, 2] = np.nan
    return X


def test_sets_are_kept_that_lack_what_one_row_in_a_hundred_lacks():
    """Five rows lack input 1, too few to learn from; six lack 2 alone, as a hundred do with 0."""
    gaps = Gaps.fit(gappy(), np.ones(1000))
    whole, first, both, last = [True] * 3, [False, True, True], [False, True, False], [1, 1, 0]
    assert gaps.known.tolist() == [whole, first, both, last]
    assert gaps.shares == pytest.approx([0.589, 0.3, 0.1, 0.006])
    assert gaps.had(np.array([False, True, True]))
    assert not gaps.had(np.array([True, False, True]))


def test_rows_count_by_their_weight():
    weight = np.ones(1000)
    weight[-5:] = 200.0
    assert Gaps.fit(gappy(), weight).had(np.array([True, False, True]))


def test_nodes_lack_inputs_as_often_as_rows_that_knew_the_set():
    gaps = Gaps.fit(gappy(), np.ones(1000))
    holes = gaps.holes(np.array([1]), np.array([0, 2]), 1000)
    assert holes.mean(axis=0) == pytest.approx([0.4, 0.106], abs=0.01)
    assert (holes[:, 0] >= holes[:, 1]).mean() > 0.99
    third = gaps.holes(np.array([2]), np.array([0, 1]), 1000)
    assert third.mean(axis=0) == pytest.approx([0.3 / 0.894, 0.0], abs=0.01)


def test_nothing_is_lacking_where_rows_that_knew_the_set_lacked_nothing():
    gaps = Gaps.fit(gappy(), np.ones(1000))
    assert gaps.holes(np.array([0, 2]), np.array([1]), 64) is None
    assert Gaps.none(3).holes(np.array([0]), np.array([1, 2]), 64) is None


def test_rows_that_all_differ_have_no_set_in_common():
    X = np.random.default_rng(0).normal(size=(300, 12))
    X[np.random.default_rng(1).uniform(size=X.shape) < 0.5] = np.nan
    assert len(Gaps.fit(X, np.ones(300)).shares) == 0


def test_gaps_are_stated_exactly_in_json():
    gaps = Gaps.fit(gappy(), np.ones(1000))
    stated = json.loads(json.dumps(gaps.encode()))
    assert stated["missing"] == [[], [0], [0, 2], [2]]
    back = Gaps.decode(Field(stated, "gaps"), 3)
    assert np.array_equal(back.known, gaps.known)
    assert np.array_equal(back.shares, gaps.shares)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"missing": [[], [3]]}, "not the number of a feature"),
        ({"missing": [[], [-1]]}, "not the number of a feature"),
        ({"shares": [0.5, 0.0]}, "not shares"),
        ({"shares": [0.9, 0.9]}, "not shares"),
        ({"shares": [0.9]}, "shape"),
    ],
)
def test_damaged_gaps_are_refused_by_name(change, message):
    stated = {"missing": [[], [0]], "shares": [0.6, 0.4]} | change
    with pytest.raises(ArtefactError, match=message):
        Gaps.decode(Field(stated, "gaps"), 3)
