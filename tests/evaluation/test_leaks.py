from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.evaluation.leaks import label_defining, rebuilt_share, weighted_engagement
from virality.features.reference import REFERENCE_15
from virality.labels import OUTCOMES


def brute_force(values, tiers):
    """The best share over every way of cutting between distinct values."""
    cuts = [-np.inf, *np.unique(values)[1:], np.inf]
    best = 0
    for chosen in product(cuts, repeat=4):
        if list(chosen) == sorted(chosen):
            best = max(best, (np.searchsorted(chosen, values, side="right") + 1 == tiers).sum())
    return best / len(tiers)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 5)), min_size=1, max_size=8))
def test_the_best_thresholds_are_those_that_trying_all_finds(rows):
    values, tiers = np.array(rows, dtype=float).T
    assert rebuilt_share(values, tiers.astype(int)) == pytest.approx(brute_force(values, tiers))


def test_unknown_numbers_are_left_out():
    assert rebuilt_share(np.array([1.0, np.nan, 2.0]), np.array([1, 5, 2])) == 1.0
    assert rebuilt_share(np.array([np.nan]), np.array([1])) == 0.0


def test_the_reference_label_is_arithmetic_on_three_rates():
    names = ("commentRate", "shareRate", "other", "likeRate")
    assert weighted_engagement(np.array([[0.1, 0.01, 9.0, 0.5]]), names) == pytest.approx([0.73])
    assert weighted_engagement(np.zeros((1, 1)), ("likeRate",)) is None


def test_what_is_counted_afterwards_and_shares_columns_with_the_outcome_defines_the_label():
    assert label_defining(REFERENCE_15, OUTCOMES["views"]) == (
        "shareRate", "commentRate", "likeRate", "saveRate", "viewsPerFollower",
    )  # fmt: skip
    assert "shareToLikeRatio" in label_defining(REFERENCE_15, OUTCOMES["wes"])
    assert "durationSeconds" not in label_defining(REFERENCE_15, OUTCOMES["wes"])
