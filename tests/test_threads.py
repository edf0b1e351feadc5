"""The threads that share a pass: order, errors, and that the caller is one of them."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.threads import Team, workers


@given(st.lists(st.integers(), max_size=40), st.integers(1, 4))
def test_results_come_in_the_order_of_the_blocks_whoever_is_done_first(numbers, threads):
    def square(number):
        time.sleep(0.0002 * (number % 3))
        return number * number

    with Team(threads) as team:
        assert list(team.map(square, numbers)) == [number * number for number in numbers]


def test_the_caller_works_too_and_alone_on_a_single_block():
    seen = []
    with Team(3) as team:
        assert list(team.map(lambda _: threading.get_ident(), ["one"])) == [threading.get_ident()]
        seen = set(team.map(lambda _: time.sleep(0.01) or threading.get_ident(), range(12)))
    assert threading.get_ident() in seen
    assert 1 < len(seen) <= 3


def test_several_iterables_are_taken_together():
    with Team(2) as team:
        assert list(team.map(pow, [2, 3, 4], [5, 2, 1])) == [32, 9, 4]


@pytest.mark.parametrize("bad", [0, 5, 9])
def test_an_error_reaches_the_caller_and_stops_the_rest(bad):
    begun = []

    def fail_at(number):
        begun.append(number)
        if number == bad:
            raise ValueError(f"block {number}")
        time.sleep(0.002)
        return number

    with Team(2) as team:
        with pytest.raises(ValueError, match=f"block {bad}"):
            list(team.map(fail_at, range(100)))
        assert len(begun) < 100
        assert list(team.map(abs, [-1, -2])) == [1, 2]  # it can work on


def test_what_is_not_asked_for_is_not_begun_once_nobody_listens():
    begun = []
    with Team(2) as team:
        results = team.map(lambda number: begun.append(number) or time.sleep(0.002), range(1000))
        next(results)
        results.close()
    assert len(begun) < 1000


def test_few_rows_are_worth_no_threads():
    with workers(10) as mapper:
        assert mapper is None
