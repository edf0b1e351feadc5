import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import DataError
from virality.evaluation.splits import author_split, random_split, time_split


@given(st.lists(st.floats(0, 2e9) | st.just(np.nan), min_size=2, max_size=60))
def test_no_training_row_is_later_than_a_test_row(seconds):
    times = np.array(seconds)
    split = time_split(times)
    assert sorted([*split.train, *split.test]) == list(range(len(times)))
    known = times[split.train][~np.isnan(times[split.train])]
    if len(known) and not np.isnan(times[split.test]).any():
        assert known.max() <= times[split.test].min()


@given(st.integers(2, 200), st.integers(0, 99))
def test_a_random_split_parts_the_rows_and_is_the_same_for_a_seed(rows, seed):
    split = random_split(rows, seed)
    assert sorted([*split.train, *split.test]) == list(range(rows))
    assert np.array_equal(split.test, random_split(rows, seed).test)


def test_the_latest_quarter_judges():
    assert time_split(np.arange(8.0)[::-1]).test.tolist() == [1, 0]


@pytest.mark.parametrize("rows", [0, 1])
def test_too_few_rows_to_part_are_an_error(rows):
    with pytest.raises(DataError, match="cannot be parted"):
        random_split(rows, 0)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=80), st.integers(0, 99))
def test_an_author_is_on_one_side_only_and_both_sides_have_some(authors, seed):
    numbers = np.array(authors)
    if len(set(authors)) == 1:
        with pytest.raises(DataError, match="too few accounts"):
            author_split(numbers, seed)
        return
    split = author_split(numbers, seed)
    assert sorted([*split.train, *split.test]) == list(range(len(authors)))
    assert not set(numbers[split.train]) & set(numbers[split.test])
