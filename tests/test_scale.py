import operator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import softmax_data
from virality.model.crossentropy import statistics
from virality.scale import blocks_of, fold

X, Y, _, _ = softmax_data(500, 3, 4, seed=0)
XB, WEIGHT = np.hstack([X, np.ones((500, 1))]), np.ones(500)
THETA = np.full((3, 4), 0.1)


def block_statistics(rows):
    return statistics(XB[rows], Y[rows], WEIGHT[rows], THETA)


@given(st.integers(1, 300), st.integers(1, 100))
def test_blocks_cover_every_row_once_and_in_order(rows, size):
    covered = [row for block in blocks_of(rows, size) for row in range(rows)[block]]
    assert covered == list(range(rows))
    assert all(block.stop - block.start <= size for block in blocks_of(rows, size))


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_every_executor_gives_the_same_bits(pool):
    """The order of the additions does not depend on which block is done first."""
    here = fold(block_statistics, blocks_of(500, 70))
    with pool(2) as executor:
        there = fold(block_statistics, blocks_of(500, 70), executor)
    assert there.slopes.loss == here.slopes.loss
    assert np.array_equal(there.hessian, here.hessian)
    assert np.array_equal(there.slopes.gradient, here.slopes.gradient)


@given(st.integers(1, 500))
def test_another_partition_gives_the_same_sum_to_1e_12(size):
    whole, parts = (
        fold(block_statistics, [slice(0, 500)]),
        fold(block_statistics, blocks_of(500, size)),
    )
    assert parts.slopes.loss == pytest.approx(whole.slopes.loss, rel=1e-12)
    assert parts.hessian == pytest.approx(whole.hessian, rel=1e-11, abs=1e-11)


def test_results_are_added_from_left_to_right():
    assert fold(operator.itemgetter(0), ["a", "b", "c"]) == "abc"
