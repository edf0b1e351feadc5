import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from places import DATA, needs_data
from virality.evaluation.audit.cohorts import selected_on
from worlds import sample

VIDEOS = DATA / "videos"


def population(rows, seed, spread=1.5):
    """Views as of many accounts' videos: wide, and about as far down as up."""
    generator = np.random.default_rng(seed)
    return np.round(np.exp(generator.normal(11, spread, size=rows)) + 1)


@given(st.integers(0, 2**32 - 1), st.floats(1.0, 3.0), st.integers(1500, 5000))
@settings(max_examples=40, deadline=None)
def test_a_whole_population_is_not_selected(seed, spread, rows):
    assert selected_on(population(rows, seed, spread)) is None


@given(st.integers(0, 2**32 - 1), st.floats(0.2, 0.8), st.floats(1.0, 3.0))
@settings(max_examples=40, deadline=None)
def test_the_upper_part_of_a_population_is_selected(seed, cut, spread):
    views = population(20_000, seed, spread)
    assert selected_on(views[views >= np.quantile(views, cut)]) is not None


@given(st.integers(0, 2**32 - 1), st.floats(1e-6, 1e6))
@settings(max_examples=20, deadline=None)
def test_the_unit_is_immaterial(seed, unit):
    views = population(8000, seed)
    views = views[views > np.median(views)]
    found, scaled = selected_on(views + 0.5), selected_on((views + 0.5) * unit)
    assert scaled.symmetry == pytest.approx(found.symmetry)


def test_a_soft_floor_with_some_below_it_is_still_a_selection():
    views, generator = population(40_000, 1), np.random.default_rng(2)
    chance = 1 / (1 + np.exp(-6 * (np.log(views) - np.log(np.quantile(views, 0.8)))))
    kept = views[generator.uniform(size=len(views)) < chance]
    below = generator.choice(views, size=len(kept) // 500)
    assert selected_on(np.concatenate([kept, below])) is not None


def test_rounding_to_two_digits_hides_no_selection_and_makes_none():
    views = population(8000, 3)
    digits = 10.0 ** (np.floor(np.log10(views)) - 1)
    rounded = np.round(views / digits) * digits
    assert selected_on(rounded) is None
    assert selected_on(rounded[rounded > np.median(rounded)]) is not None


@pytest.mark.parametrize("floor", [0, 1, 20])
def test_a_floor_at_small_counts_is_only_counting(floor):
    views = np.maximum(population(8000, 4, 2.0) // 50_000, floor)
    assert selected_on(views) is None


def test_few_videos_or_few_accounts_are_not_judged():
    views = population(20_000, 5)
    high = views[views > np.quantile(views, 0.9)]
    assert selected_on(high) is not None
    assert selected_on(high[:499]) is None
    assert selected_on(high, accounts=29) is None
    assert selected_on(high, accounts=30) is not None
    assert selected_on(np.full(800, np.nan)) is None


def test_a_score_that_can_be_negative_is_not_judged():
    assert selected_on(np.random.default_rng(0).normal(size=1000)) is None


def test_one_value_alone_has_no_tails():
    assert selected_on(np.full(1000, 1000.0)) is None


def test_the_synthetic_sample_is_not_selected():
    views = [record.get("playCount") for record in sample().records]
    numbers = np.array([float(one) for one in views if isinstance(one, int | float) and one > 0])
    assert len(numbers) > 2000
    assert selected_on(numbers) is None


@needs_data
def test_the_feed_of_2025_is_selected_and_whole_profiles_are_not():
    def outcome(name, condition=None):
        frame = pl.read_parquet(VIDEOS / name).filter(pl.col("views") > 0)
        frame = frame if condition is None else frame.filter(condition)
        videos = frame.unique("video_id", keep="first", maintain_order=True)
        return videos["views"].to_numpy(), videos["author_hash"].n_unique()

    found = selected_on(*outcome("us2025_feed.parquet"))
    assert found.symmetry == pytest.approx(0.31, abs=0.01)
    assert selected_on(*outcome("vn2025_snapshots.parquet", pl.col("cohort") == "feed")) is not None
    timeline = pl.col("cohort") == "timeline"
    assert selected_on(*outcome("vn2025_snapshots.parquet", timeline)) is None
    views, _ = outcome("jp_accounts.parquet")
    assert selected_on(views) is None
