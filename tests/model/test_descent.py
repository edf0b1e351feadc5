from itertools import islice

import numpy as np
import pytest

from virality.model.descent import Recipe, descend, mulberry32
from virality.model.softmax import softmax


def imul(a, b):
    """32-bit product, as a signed number."""
    product = (a * b) & 0xFFFFFFFF
    return product - (1 << 32) if product >> 31 else product


def signed_mulberry32(seed):
    """The generator again, in signed 32-bit arithmetic as a JavaScript engine would do it."""
    state = seed
    while True:
        state = imul(state + 0x6D2B79F5, 1)
        unsigned = state & 0xFFFFFFFF
        t = imul(state ^ (unsigned >> 15), 1 | state)
        u = t & 0xFFFFFFFF
        t = imul(t + imul(t ^ (u >> 7), 61 | t), 1) ^ t
        u = t & 0xFFFFFFFF
        yield ((t ^ (u >> 14)) & 0xFFFFFFFF) / 4294967296


@pytest.mark.parametrize("seed", [0, 1, 42, 2**31, 2**32 - 1])
def test_the_generator_agrees_with_signed_arithmetic(seed):
    ours, theirs = islice(mulberry32(seed), 1000), islice(signed_mulberry32(seed), 1000)
    assert list(ours) == list(theirs)


def test_the_descent_is_the_stated_sum_written_out_element_by_element():
    generator = np.random.default_rng(0)
    X, y = generator.uniform(size=(7, 3)), np.array([0, 1, 2, 0, 1, 2, 2])
    coef, intercept = descend(X, y, 3, Recipe(epochs=3))
    numbers = mulberry32(42)
    W = [[(next(numbers) - 0.5) * 0.01 for _ in range(3)] for _ in range(3)]
    b, rate = [0.0] * 3, 0.1
    for _ in range(3):
        P = [softmax(np.array([sum(W[k][j] * x[j] for j in range(3)) + b[k] for k in range(3)]))
             for x in X]  # fmt: skip
        slopes = [
            [
                sum((P[i][k] - (y[i] == k)) * X[i][j] for i in range(7)) / 7 + 0.001 * W[k][j]
                for j in range(3)
            ]
            for k in range(3)
        ]
        lifts = [sum(P[i][k] - (y[i] == k) for i in range(7)) / 7 for k in range(3)]
        W = [[W[k][j] - rate * slopes[k][j] for j in range(3)] for k in range(3)]
        b = [b[k] - rate * lifts[k] for k in range(3)]
        rate *= 0.999
    assert coef == pytest.approx(np.array(W), abs=1e-14)
    assert intercept == pytest.approx(np.array(b), abs=1e-14)
