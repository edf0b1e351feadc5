from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import softmax_data
from virality.training.blocks import Block, Held, Parts, gather
from virality.training.sampling import sample


def block(rows=5000, classes=4, seed=0):
    X, y, *_ = softmax_data(rows, 2, classes, seed)
    return Block(X, y, np.random.default_rng(seed).uniform(0.5, 2, rows))


def parted(whole, cuts):
    ends = [0, *cuts, len(whole)]
    return Parts(tuple(Held(whole, slice(a, b)) for a, b in pairwise(ends)))


@given(st.lists(st.integers(0, 5000), max_size=5))
def test_what_is_drawn_does_not_depend_on_how_rows_are_parted(cuts):
    whole = block()
    here = sample(Parts.of(whole), 4, 300, seed=1)
    there = sample(parted(whole, sorted(cuts)), 4, 300, seed=1)
    assert np.array_equal(here.X, there.X)
    assert here.weight == pytest.approx(there.weight, rel=1e-12)


def test_weights_restore_the_shares_of_the_classes():
    whole = block()
    drawn = sample(Parts.of(whole), 4, 300)
    expected = np.bincount(whole.y, whole.weight, 4)
    assert np.bincount(drawn.y, drawn.weight, 4) == pytest.approx(expected, rel=1e-12)


def test_a_class_of_ten_rows_in_many_is_drawn_whole():
    whole = block(200_000, 2, seed=3)
    rare = np.random.default_rng(0).choice(200_000, 10, replace=False)
    y = whole.y.copy()
    y[rare] = 2
    drawn = sample(Parts.of(Block(whole.X, y, whole.weight)), 3, 2000)
    assert (drawn.y == 2).sum() == 10
    assert {tuple(row) for row in drawn.X[drawn.y == 2]} == {tuple(row) for row in whole.X[rare]}


def test_rows_are_drawn_without_repeats_and_evenly():
    whole = Block(np.arange(10_000.0)[:, None], np.arange(10_000) % 2, np.ones(10_000))
    drawn = sample(Parts.of(whole), 2, 2000)
    assert len(np.unique(drawn.X)) == len(drawn) == 2000
    assert drawn.X.mean() == pytest.approx(5000, abs=200)


@given(st.sets(st.integers(0, 99), min_size=1), st.lists(st.integers(0, 100), max_size=4))
def test_rows_are_gathered_by_their_numbers(numbers, cuts):
    whole = Block(np.arange(100.0)[:, None], np.zeros(100, dtype=int), np.ones(100))
    chosen = np.array(sorted(numbers))
    assert gather(parted(whole, sorted(cuts)), chosen).X[:, 0].tolist() == chosen.tolist()


def test_threads_gather_the_same_rows():
    whole = block(100_000)
    with ThreadPoolExecutor(2) as executor:
        there = sample(Parts.of(whole, executor), 4, 500)
    assert np.array_equal(sample(Parts.of(whole), 4, 500).X, there.X)
