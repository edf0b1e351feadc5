import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.cells import Cells


@st.composite
def layouts(draw):
    """Cells of 1-5 tiers, each divided into 1-4 cells of random shares."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    within = np.concatenate([generator.dirichlet(np.ones(size)) for size in sizes])
    return Cells(np.repeat(np.arange(len(sizes)), sizes), within), generator


@given(layouts())
def test_moved_cells_sum_to_the_new_tiers_and_keep_their_proportions(made):
    layout, generator = made
    cells = generator.dirichlet(np.ones(len(layout.tier)), size=3)
    tiers = generator.dirichlet(np.ones(layout.count), size=3)
    moved = layout.moved(cells, tiers)
    assert layout.summed(moved) == pytest.approx(tiers)
    for tier in range(layout.count):
        own = layout.tier == tier
        ratio = moved[:, own] / np.maximum(cells[:, own], 1e-300)
        assert ratio == pytest.approx(np.broadcast_to(ratio[:, :1], ratio.shape))


def test_a_tier_of_no_probability_is_divided_as_the_population_divides_it():
    layout = Cells(np.array([0, 0, 1]), np.array([0.25, 0.75, 1.0]))
    moved = layout.moved(np.array([0.0, 0.0, 1.0]), np.array([0.4, 0.6]))
    assert moved == pytest.approx([0.1, 0.3, 0.6])


@given(layouts())
def test_edges_ascend_from_0_to_100_and_end_tiers_where_their_shares_end(made):
    layout, generator = made
    prior = generator.dirichlet(np.ones(layout.count))
    edges = layout.edges(prior)
    assert edges[0] == 0
    assert edges[-1] == 100
    assert (np.diff(edges) >= 0).all()
    ends = np.flatnonzero(np.diff(np.append(layout.tier, layout.count)))
    assert edges[ends + 1] == pytest.approx(100 * np.cumsum(prior))
    assert layout.summed(layout.usual(prior)) == pytest.approx(prior)


def test_cells_that_are_the_tiers_are_left_as_they_are():
    probabilities = np.random.default_rng(0).dirichlet(np.ones(5), size=4)
    layout = Cells.tiers(5)
    assert layout.summed(probabilities) is probabilities
    assert layout.usual(probabilities[0]).tolist() == probabilities[0].tolist()
    assert layout.moved(probabilities, probabilities[::-1]).tolist() == probabilities[::-1].tolist()
