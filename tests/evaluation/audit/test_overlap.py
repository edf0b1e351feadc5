import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from virality.evaluation.audit.overlap import (
    repeated,
    repeated_across,
    repeated_within,
    shared_accounts,
)
from virality.evaluation.splits import Split

PARTED = Split("given", np.array([0, 1, 2]), np.array([3, 4]))


@given(st.lists(st.tuples(st.sampled_from([0.0, -0.0, 1.0, np.nan]), st.integers(1, 2))))
def test_like_rows_share_a_number_and_unlike_rows_do_not(rows):
    features = np.array([[value, 5.0] for value, _ in rows]).reshape(len(rows), 2)
    outcome = np.array([float(tier) for _, tier in rows])
    numbers = repeated(features, outcome)
    keys = [(str(value + 0.0), tier) for value, tier in rows]
    assert repeated_within(numbers) == len(keys) - len(set(keys))


def test_rows_across_the_split_are_counted_on_the_side_that_judges():
    numbers = np.array([7, 7, 1, 7, 2])
    assert repeated_across(numbers, PARTED) == 1
    assert repeated_within(numbers) == 2


def test_rows_of_which_nothing_is_known_are_not_alike():
    assert repeated_within(repeated(np.full((3, 2), np.nan), np.ones(3))) == 0


def test_shared_accounts_and_their_test_videos_are_counted():
    assert shared_accounts(np.array([5, 6, 6, 6, 9]), PARTED) == (1, 1)
    assert shared_accounts(np.array([5, 6, 7, 8, 9]), PARTED) == (0, 0)
