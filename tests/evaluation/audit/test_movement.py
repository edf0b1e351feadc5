import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.evaluation.audit.movement import Moved, movement_findings, moving_features

STATIC = np.arange(200.0)


def moved(first, last, growth=None):
    found = moving_features(first[:, None], last[:, None], ("a",), growth)
    return found[0] if found else None


@given(st.lists(st.floats(-1e9, 1e9) | st.just(np.nan), min_size=30, max_size=60))
def test_what_stays_does_not_move(values):
    assert moved(np.array(values), np.array(values)) is None


def test_a_count_that_goes_on_moves_for_most():
    found = moved(STATIC, STATIC + 1)
    assert (found.share, found.videos) == (1.0, 200)
    assert found.counts_on


def test_another_length_here_and_there_is_noise():
    last = STATIC.copy()
    last[:10] += 1
    found = moved(STATIC, last)
    assert found.share == pytest.approx(0.05)
    assert not found.counts_on


def test_what_moves_for_some_and_with_the_outcome_counts_on():
    growth = np.random.default_rng(0).lognormal(size=200)
    last = STATIC + (growth > np.quantile(growth, 0.9)) * growth
    found = moved(STATIC, last, growth)
    assert found.share == pytest.approx(0.1)
    assert found.following > 0.3
    assert found.counts_on
    assert not moved(STATIC, last).counts_on


def test_what_is_unknown_in_one_snapshot_is_left_out():
    last = np.where(np.arange(200) < 190, np.nan, STATIC + 1)
    assert moved(STATIC, last) is None
    assert moved(STATIC, np.where(np.arange(200) < 100, np.nan, STATIC + 1)).videos == 100


def test_round_off_is_no_movement():
    assert moved(STATIC / 3, STATIC / 3 * (1 + 1e-15)) is None


def test_without_videos_nothing_moves():
    assert moving_features(np.empty((0, 2)), np.empty((0, 2)), ("a", "b")) == ()


def test_a_flag_that_flips_is_noise_unless_it_follows_the_outcome():
    first, last = STATIC % 2, (STATIC + (np.arange(200) % 3 == 0)) % 2
    assert not moved(first, last).counts_on
    growth = np.random.default_rng(1).lognormal(size=200)
    became = (growth > np.quantile(growth, 0.7)).astype(float)
    assert moved(np.zeros(200), became, growth).counts_on


def test_each_kind_of_movement_is_one_finding():
    names = ("likes", "length", "followers")
    moves = [Moved(name, 100, share, flag=False, following=None)
             for name, share in zip(names, (0.9, 0.05, 0.8), strict=True)]  # fmt: skip
    phases = {"likes": "content", "length": "content", "followers": "account"}
    found = {one.features: one.severity for one in movement_findings(moves, phases, "before")}
    assert found == {("likes",): "refused", ("length",): "information", ("followers",): "warning"}
    full = movement_findings(moves, phases, "full")
    assert full[0].severity == "warning"
    assert "likes (90.0 %) changed" in full[0].what


def test_next_to_no_movement_is_not_worth_a_word():
    assert (
        movement_findings([Moved("a", 900, 0.005, flag=False, following=1.0)], {}, "before") == ()
    )
