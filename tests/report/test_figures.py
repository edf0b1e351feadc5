"""What the predictions of unseen videos add up to, beside independent counts."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from virality.report.cohorts import FEWEST, cohorts
from virality.report.figures import (
    percentile_distribution,
    reliability,
    score_distributions,
    wilson,
)
from virality.training.unseen import Unseen


def unseen(n=400, seed=0, **columns):
    """Videos whose tiers are drawn from the probabilities that are stated."""
    drawn = np.random.default_rng(seed)
    probabilities = drawn.dirichlet(np.ones(5) * 0.7, n)
    tiers = 1 + (drawn.random((n, 1)) > probabilities.cumsum(axis=1)).sum(axis=1)
    return Unseen(
        which="test",
        videos=pl.DataFrame({"video_id": [str(i) for i in range(n)], **columns}),
        names=("history_count",),
        features=drawn.integers(0, 30, (n, 1)).astype(float),
        tiers=tiers.clip(1, 5),
        outcome=drawn.lognormal(size=n),
        probabilities=probabilities,
        percentiles=drawn.random(n) * 100,
        intervals=np.tile([10.0, 50.0, 90.0], (n, 1)),
        groups=None,
        population=np.sort(drawn.lognormal(size=300)),
    )


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_that_of_scipy(case):
    came, n = case
    theirs = binomtest(came, n).proportion_ci(method="wilson")
    assert wilson(came / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(st.integers(0, 50))
def test_bins_hold_each_prediction_once_and_add_up_to_what_happened(seed):
    videos = unseen(seed=seed)
    everything, *tiers = reliability(videos)
    assert [one.tier for one in (everything, *tiers)] == [None, 1, 2, 3, 4, 5]
    assert sum(one.count for one in everything.bins) == 5 * len(videos)
    for found in tiers:
        assert sum(one.count for one in found.bins) == len(videos)
        came = sum(one.came * one.count for one in found.bins)
        assert came == pytest.approx((videos.tiers == found.tier).sum())
        stated = sum(one.stated * one.count for one in found.bins)
        assert stated == pytest.approx(videos.probabilities[:, found.tier - 1].sum())
        assert all(one.low - 1e-12 <= one.came <= one.high + 1e-12 for one in found.bins)
        assert [one.stated for one in found.bins] == sorted(one.stated for one in found.bins)


def test_a_certain_prediction_is_in_the_last_tenth():
    sure = np.array([[1.0, 0.0, 0.0, 0.0, 0.0]])
    videos = unseen(1)
    found = reliability(Unseen(**{**vars(videos), "probabilities": sure, "tiers": np.array([1])}))
    assert [(one.stated, one.came, one.count) for one in found[0].bins] == [(0, 0, 4), (1, 1, 1)]


def test_shares_of_scores_add_up_to_one_for_all_and_for_each_tier():
    videos = unseen()
    found = score_distributions(videos)
    assert [one.n for one in found] == [400, *np.bincount(videos.tiers, minlength=6)[1:]]
    for one in found:
        assert sum(one.shares) == pytest.approx(1.0 if one.n else 0.0)
        assert (one.edges[0], one.edges[-1]) == (10, 90)


def test_even_percentiles_are_a_tenth_each():
    videos = unseen(1000)
    even = Unseen(**{**vars(videos), "percentiles": 5.0 + np.arange(1000) // 100 * 10})
    assert percentile_distribution(even).shares == pytest.approx((0.1,) * 10)
    assert percentile_distribution(Unseen(**{**vars(videos), "percentiles": None})) is None


def test_parts_hold_every_video_once_and_say_nothing_when_they_are_small():
    followers = [None] * 60 + [500.0] * 200 + [50_000.0] * 130 + [2e6] * 10
    found = cohorts(unseen(followers=followers), np.full(5, 0.2))
    by_size = {one.name: one for one in found if one.group == "followers"}
    assert {name: one.n for name, one in by_size.items()} == {
        "under 10,000": 200, "10,000 to 100,000": 130, "1 million and more": 10, "unknown": 60,
    }  # fmt: skip
    for one in found:
        assert (one.accuracy is None) == (one.log_loss is None) == (one.n < FEWEST)
    assert sum(one.n for one in found if one.group == "earlier videos") == 400


def test_what_a_part_is_told_is_counted_on_it_alone():
    photo = [True] * 100 + [False] * 300
    videos = unseen(is_photo=photo)
    found = {one.name: one for one in cohorts(videos, np.full(5, 0.2)) if one.group == "kind"}
    named = 1 + videos.probabilities.argmax(axis=1)
    assert found["photos"].accuracy == pytest.approx((named == videos.tiers)[:100].mean())
    own = -np.log(videos.probabilities[np.arange(400), videos.tiers - 1])
    assert found["video"].log_loss == pytest.approx(own[100:].mean())
    assert found["video"].gain == pytest.approx(np.log(5) - own[100:].mean())
    assert found["video"].gain_low < found["video"].gain < found["video"].gain_high
    assert found["photos"].covered == pytest.approx(videos.covered[:100].mean())


def test_without_shares_of_training_nothing_is_compared():
    assert cohorts(unseen(), None)[0].gain is None


def test_quarters_are_told_apart_where_there_are_several():
    days = pl.date_range(pl.date(2025, 1, 1), pl.date(2025, 9, 30), eager=True)
    videos = unseen(len(days), created_at=days)
    found = [(one.name, one.n) for one in cohorts(videos, None) if one.group == "posted"]
    assert found == [("2025, quarter 1", 90), ("2025, quarter 2", 91), ("2025, quarter 3", 92)]
    one_quarter = unseen(90, created_at=days[:90])
    assert not any(one.group == "posted" for one in cohorts(one_quarter, None))
