import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.quantiles import LEVELS, quantiles, width


@st.composite
def distributions(draw):
    """Shares of C cells in the population, and three distributions on them."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    count = draw(st.integers(2, 25))
    shares = generator.dirichlet(np.full(count, 3.0))
    cells = generator.dirichlet(np.full(count, draw(st.sampled_from([0.05, 1.0]))), size=3)
    return shares, cells


def edges_of(shares):
    ends = 100 * np.cumsum(shares)
    return np.concatenate([[0.0], ends[:-1], [100.0]])


@given(distributions())
def test_the_populations_own_distribution_has_its_levels_as_quantiles(made):
    shares, _ = made
    assert quantiles(shares[None], edges_of(shares))[0] == pytest.approx([10, 50, 90])


@given(distributions())
def test_quantiles_ascend_from_0_to_100_and_hold_their_probability_below_them(made):
    shares, cells = made
    edges = edges_of(shares)
    found = quantiles(cells, edges)
    assert (found >= 0).all()
    assert (found <= 100).all()
    assert (np.diff(found, axis=1) >= 0).all()
    for row, ends in zip(cells, found, strict=True):
        below = np.interp(ends, edges, np.concatenate([[0.0], np.cumsum(row)]))
        assert below == pytest.approx(LEVELS, abs=1e-6)


@given(distributions(), st.floats(0, 1))
def test_a_distribution_with_more_at_both_ends_has_a_wider_interval(made, share):
    """Two outer cells without any probability take some from all others, in equal parts."""
    shares, cells = made
    inner = np.pad(cells, ((0, 0), (1, 1)))
    edges = edges_of(np.concatenate([[0.1], 0.8 * shares, [0.1]]))
    outer = np.zeros(inner.shape[1])
    outer[[0, -1]] = 0.5
    wider = width((1 - share) * inner + share * outer, edges)
    assert (wider >= width(inner, edges) - 1e-9).all()


@given(distributions(), st.integers(0, 24))
def test_a_certain_cell_gives_the_range_of_that_cell(made, number):
    shares, _ = made
    number %= len(shares)
    edges = edges_of(shares)
    certain = np.eye(len(shares))[number][None]
    low, median, high = quantiles(certain, edges)[0]
    begin, end = edges[number : number + 2]
    assert low == pytest.approx(begin + 0.1 * (end - begin))
    assert median == pytest.approx((begin + end) / 2)
    assert high == pytest.approx(begin + 0.9 * (end - begin))


@given(distributions())
def test_cells_divided_more_finely_change_nothing(made):
    shares, cells = made
    fine = np.repeat(shares / 2, 2), np.repeat(cells / 2, 2, axis=1)
    assert quantiles(fine[1], edges_of(fine[0])) == pytest.approx(
        quantiles(cells, edges_of(shares)), abs=1e-6
    )


def test_four_in_five_outcomes_fall_inside_where_the_distribution_is_true():
    generator = np.random.default_rng(0)
    shares = np.full(20, 0.05)
    cells = generator.dirichlet(np.full(20, 0.5), size=20_000)
    cell = (cells.cumsum(axis=1) < generator.uniform(size=(20_000, 1))).sum(axis=1)
    outcome = 5 * (cell + generator.uniform(size=20_000))
    low, median, high = quantiles(cells, edges_of(shares)).T
    assert ((outcome >= low) & (outcome <= high)).mean() == pytest.approx(0.8, abs=0.01)
    assert (outcome <= median).mean() == pytest.approx(0.5, abs=0.01)
