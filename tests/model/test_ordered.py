"""The ordered link, against finite differences and sums written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.ordered import Link, information, loss

CUTS = np.array([-1.5, -0.2, 0.4, 1.7])
SHARES = np.array([0.2, 0.3, 0.2, 0.2, 0.1])


def link(lapse=0.02):
    return Link(CUTS, SHARES, lapse)


def rows(seed, n=40, widths=(3, 2, 2)):
    generator = np.random.default_rng(seed)
    designs = tuple(generator.normal(size=(n, width)) for width in widths)
    coef = [generator.normal(size=width) * 0.4 for width in widths]
    return designs, coef, generator.integers(5, size=n), generator.uniform(0.5, 2, n)


def predictors(designs, coef):
    return np.column_stack([B @ c for B, c in zip(designs, coef, strict=True)])


@given(st.lists(st.floats(-30, 30), min_size=3, max_size=3), st.floats(0, 1, exclude_max=False))
def test_cells_are_probabilities_whatever_the_predictors(point, lapse):
    cells = link(lapse).cells(np.array([point]))
    assert cells.shape == (1, 5)
    assert (cells >= 0).all()
    assert cells.sum() == pytest.approx(1)


def test_without_scale_and_skew_the_link_is_proportional_odds():
    location = np.array([-0.7, 0.0, 2.1])
    cells = link(0.0).cells(np.column_stack([location, np.zeros((3, 2))]))
    below = 1 / (1 + np.exp(-(CUTS - location[:, None])))
    assert np.allclose(np.cumsum(cells, axis=1)[:, :-1], below, atol=1e-12)


def test_a_full_lapse_gives_the_shares():
    cells = link(1.0).cells(np.random.default_rng(0).normal(size=(4, 3)))
    assert np.allclose(cells, SHARES)


def test_a_higher_location_moves_every_row_up():
    low, high = (link().cells(np.array([[where, 0.2, -0.1]])) for where in (0.0, 0.5))
    assert (np.cumsum(high) <= np.cumsum(low) + 1e-12).all()


def test_a_larger_scale_puts_more_into_both_ends():
    calm, wild = (link(0.0).cells(np.array([[0.1, scale, 0.0]]))[0] for scale in (0.0, 1.0))
    assert wild[0] > calm[0]
    assert wild[-1] > calm[-1]


def test_far_tails_keep_their_ratio():
    cells = Link(np.array([50.0, 51.0]), np.full(3, 1 / 3), 0.0).cells(np.zeros((1, 3)))[0]
    assert cells[1] / cells[2] == pytest.approx(np.expm1(1), rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_that_of_finite_differences(seed):
    designs, coef, y, weight = rows(seed)
    start = np.concatenate([CUTS, *coef])

    def value(point):
        moved = np.split(point[4:], np.cumsum([len(c) for c in coef])[:-1])
        return loss(Link(point[:4], SHARES, 0.02), predictors(designs, moved), y, weight)

    told = information(link(), designs, predictors(designs, coef), y, weight)
    step = 1e-6 * np.eye(len(start))
    slopes = [(value(start + one) - value(start - one)) / 2e-6 for one in step]
    assert told.loss == pytest.approx(value(start))
    assert np.allclose(told.gradient, slopes, atol=1e-5)


def test_the_information_is_the_mean_of_squared_gradients_over_what_may_happen():
    designs, coef, _, weight = rows(5, n=6)
    point = predictors(designs, coef)
    chances = link().cells(point)
    expected = 0.0
    for row in range(6):
        one = tuple(B[row : row + 1] for B in designs)
        for cell in range(5):
            told = information(link(), one, point[row : row + 1], np.array([cell]), np.ones(1))
            expected = expected + weight[row] * chances[row, cell] * np.outer(
                told.gradient, told.gradient
            )
    told = information(link(), designs, point, np.zeros(6, dtype=int), weight)
    assert np.allclose(told.hessian, expected, atol=1e-10)


def test_two_blocks_sum_to_the_whole():
    designs, coef, y, weight = rows(1)
    point = predictors(designs, coef)

    def part(rows):
        return information(
            link(), tuple(B[rows] for B in designs), point[rows], y[rows], weight[rows]
        )

    whole, both = part(slice(None)), part(slice(0, 13)) + part(slice(13, None))
    assert both.loss == pytest.approx(whole.loss, rel=1e-12)
    assert both.weight == pytest.approx(whole.weight)
    assert np.allclose(both.gradient, whole.gradient)
    assert np.allclose(both.hessian, whole.hessian)
