import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kstest

from virality.errors import ArtefactError
from virality.model.ranks import SIZE, Ranks
from virality.storage.checked import Field


def ranks_of(values):
    return Ranks.fit(np.asarray(values, float), np.ones(len(values)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 3000))
def test_percentiles_are_near_the_share_below_and_keep_the_order(seed, rows):
    generator = np.random.default_rng(seed)
    values = generator.choice(np.round(generator.normal(size=40), 1), size=rows)
    found = ranks_of(values).percentile(values)
    share = (values[:, None] > values).mean(axis=1) + (values[:, None] == values).mean(axis=1) / 2
    assert found == pytest.approx(100 * share, abs=0.8 + 100 / rows)
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= 0).all()


def test_a_fresh_half_of_the_population_is_spread_evenly():
    values = np.random.default_rng(0).gamma(2.0, size=20_000)
    fresh = ranks_of(values[::2]).percentile(values[1::2])
    assert kstest(fresh / 100, "uniform").statistic <= 0.03


def test_below_and_above_all_are_0_and_100_and_equal_to_all_is_50():
    ranks = ranks_of(np.full(10, 7.0))
    assert ranks.percentile(np.array([6.0, 7.0, 8.0])).tolist() == [0.0, 50.0, 100.0]


def test_round_off_does_not_part_what_is_equal():
    values = np.append(np.full(10, 1 / 3), np.arange(10.0))
    found = ranks_of(values).percentile(1 / 3 + np.array([-1e-15, 0.0, 1e-15]))
    assert found == pytest.approx(np.full(3, 30.0), abs=0.5)


def test_rows_count_by_their_weight():
    ranks = Ranks.fit(np.array([1.0, 2.0, 3.0]), np.array([3.0, 1.0, 0.0]))
    assert ranks.percentile(np.array([1.0, 2.0, 3.0])) == pytest.approx([37.5, 87.5, 100], abs=0.6)


def test_ranks_are_stated_exactly_in_json():
    ranks = ranks_of(np.random.default_rng(1).normal(size=500))
    stated = json.loads(json.dumps(ranks.encode()))
    assert Ranks.decode(Field(stated, "ranks")).quantiles.tolist() == ranks.quantiles.tolist()
    assert len(stated) == SIZE
    with pytest.raises(ArtefactError, match="not ascending"):
        Ranks.decode(Field(stated[::-1], "ranks"))
    with pytest.raises(ArtefactError, match="shape"):
        Ranks.decode(Field(stated[1:], "ranks"))
