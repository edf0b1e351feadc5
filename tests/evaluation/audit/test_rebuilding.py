import json
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from places import TRAINING_FILE, needs_data
from virality.evaluation.audit.rebuilding import search


def tiers_of(numbers):
    return np.searchsorted(np.quantile(numbers, [0.25, 0.5, 0.75, 0.9]), numbers, side="right") + 1


def noise(rows, width, seed):
    return np.random.default_rng(seed).lognormal(size=(rows, width))


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.integers(0, 5), min_size=1, max_size=3, unique=True),
    st.sampled_from(["values", "logarithms"]),
)
@settings(max_examples=25, deadline=None)
def test_whatever_set_of_three_defines_the_tier_is_found_and_no_other(seed, places, form):
    features = noise(1500, 6, seed)
    weights = np.random.default_rng(seed).uniform(0.5, 2, size=len(places))
    parts = features[:, places] if form == "values" else np.log(features[:, places])
    found = search(features, tuple("abcdef"), tiers_of(parts @ weights), seed)
    assert [set(one.features) for one in found.found] == [{"abcdef"[place] for place in places}]
    assert found.found[0].share > 0.99
    assert len(places) == 1 or found.found[0].form == form


def test_a_set_with_a_part_that_suffices_is_not_named():
    features = noise(800, 5, 1)
    found = search(features, tuple("abcde"), tiers_of(features[:, 2]))
    assert [one.features for one in found.found] == [("c",)]
    assert found.sets == 5 + 6 + 4


def test_all_of_several_sets_are_named():
    features = noise(1200, 4, 2)
    twice = np.hstack([features, features[:, :2] * 7])
    found = search(twice, tuple("abcdef"), tiers_of(features[:, 0] + features[:, 1]))
    named = {one.features for one in found.found}
    assert named == {("a", "b"), ("a", "f"), ("b", "e"), ("e", "f")}


def test_noise_rebuilds_nothing_and_the_closest_set_is_told():
    found = search(noise(2000, 8, 3), tuple("abcdefgh"), tiers_of(noise(2000, 1, 4)[:, 0]))
    assert found.found == ()
    assert 0.2 < found.closest.share < 0.4
    assert found.sets == 8 + 28 + 56


def test_a_good_forecast_is_not_taken_for_the_label():
    outcome = noise(3000, 1, 5)[:, 0]
    features = np.column_stack([outcome * noise(3000, 1, 6)[:, 0] ** 0.3, noise(3000, 3, 7)])
    assert search(features, tuple("abcd"), tiers_of(outcome)).found == ()


def test_an_unknown_value_hides_nothing():
    features = noise(2000, 3, 8)
    tiers = tiers_of(features[:, 0] - features[:, 1])
    features[::2, 0] = np.nan
    (only,) = search(features, tuple("abc"), tiers).found
    assert only.features == ("a", "b")
    assert only.rows == 1000


def test_a_common_tier_alone_is_no_rebuilding():
    tiers = np.where(np.arange(3000) % 200 == 0, 2, 1)
    assert search(noise(3000, 3, 9), tuple("abc"), tiers).found == ()


@pytest.mark.parametrize("rows", [0, 1, 99])
def test_too_few_rows_are_not_searched(rows):
    tiers = np.arange(rows) % 5 + 1
    assert search(noise(rows, 3, 0), tuple("abc"), tiers).sets == 0


def test_one_tier_alone_cannot_be_rebuilt():
    assert search(noise(500, 3, 0), tuple("abc"), np.ones(500, dtype=int)).sets == 0


def test_a_feature_known_of_few_videos_is_left_out():
    features = noise(1000, 2, 10)
    tiers = tiers_of(features[:, 0])
    features[50:, 0] = np.nan
    found = search(features, tuple("ab"), tiers)
    assert found.sets == 1
    assert found.found == ()


@needs_data
def test_only_the_three_rates_of_the_reference_label_rebuild_it():
    made = json.loads(TRAINING_FILE.read_text(encoding="utf-8"))
    parts = [made["trainSet"], made["testSet"]]
    features = np.array([row for part in parts for row in part["features"]])
    tiers = np.array([label for part in parts for label in part["labels"]])
    began = time.perf_counter()
    found = search(features, tuple(made["featureNames"]), tiers)
    assert time.perf_counter() - began < 30
    (only,) = found.found
    assert set(only.features) == {"shareRate", "commentRate", "likeRate"}
    assert (only.share, only.rows) == (1.0, 7358)
    assert found.sets == 15 + 105 + 455
    assert found.closest.share < 0.96
