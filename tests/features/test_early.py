"""What was seen early on: never anything that came later."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from virality.features.early import EARLY_COLUMNS, EARLY_KNOWN, with_early
from virality.records import CANONICAL

POSTED = datetime(2024, 5, 1, 12, 30, tzinfo=UTC)
DAY = timedelta(hours=24)
COUNT = st.none() | st.integers(0, 10**6).map(float)
SNAPSHOT = st.fixed_dictionaries(
    {
        "hours": st.integers(1, 300),
        "views": COUNT,
        "likes": COUNT,
        "comments": COUNT,
        "shares": COUNT,
        "saves": COUNT,
        "video_id": st.sampled_from(["a", "b"]),
    }
)


def frame_of(*snapshots):
    rows = [
        {"video_id": "a", "created_at": POSTED}
        | {name: value for name, value in one.items() if name != "hours"}
        | {"scraped_at": POSTED + timedelta(hours=one["hours"])}
        for one in snapshots
    ]
    return pl.DataFrame([dict.fromkeys(CANONICAL) | row for row in rows], schema=CANONICAL)


def seen(*snapshots, age=DAY):
    """Early columns of a video whose last snapshot gives its outcome."""
    frame = frame_of(*snapshots)
    return with_early(frame.tail(1), frame, age).row(0, named=True)


def recounted(snapshot, count):
    """The same snapshot with other counts, where it has some."""
    fixed = {"hours", "video_id"}
    return {
        name: value if name in fixed or value is None else count for name, value in snapshot.items()
    }


FINAL = {"hours": 200, "views": 9000.0}


def test_a_video_seen_twice_before_its_end_has_these_early_columns():
    row = seen(
        {"hours": 10, "views": 400.0},
        {
            "hours": 20,
            "views": 1000.0,
            "likes": 100.0,
            "comments": 5.0,
            "shares": 2.0,
            "saves": 0.0,
        },
        FINAL,
    )
    assert {name: row[name] for name in EARLY_COLUMNS} == {
        "early_age_hours": 20.0,
        "early_views": 1000.0,
        "early_like_rate": 0.1,
        "early_comment_rate": 0.005,
        "early_share_rate": 0.002,
        "early_save_rate": 0.0,
        "early_growth": pytest.approx((600 / 10) / (1000 / 20)),
    }
    assert row["views"] == 9000.0


def test_with_one_early_snapshot_the_pace_is_unknown():
    assert seen({"hours": 24, "views": 50.0}, FINAL)["early_growth"] is None


def test_a_snapshot_less_than_a_tenth_of_the_age_older_tells_no_pace():
    both = [{"hours": 20, "views": 40.0}, {"hours": 22, "views": 44.0}]
    assert seen({"hours": 2, "views": 4.0}, *both, FINAL)["early_growth"] == pytest.approx(1.0)
    assert seen(*both, FINAL)["early_growth"] is None


@pytest.mark.parametrize(("hours", "known"), [(17, False), (18, True), (30, True), (31, False)])
def test_a_snapshot_within_a_quarter_of_the_age_is_early(hours, known):
    assert (seen({"hours": hours, "views": 50.0}, FINAL)["early_views"] is not None) == known


def test_the_nearest_age_is_taken_and_of_two_as_near_the_earlier():
    near = seen({"hours": 21, "views": 1.0}, {"hours": 25, "views": 2.0}, FINAL)
    assert near["early_views"] == 2.0
    tied = seen({"hours": 26, "views": 2.0}, {"hours": 22, "views": 1.0}, FINAL)
    assert tied["early_views"] == 1.0


def test_a_snapshot_without_views_is_passed_over_and_rates_need_some():
    row = seen({"hours": 24, "likes": 5.0}, {"hours": 22, "views": 0.0, "likes": 0.0}, FINAL)
    assert row["early_views"] == 0.0
    assert row["early_like_rate"] is None
    assert row["early_growth"] is None


def test_the_snapshot_of_the_outcome_is_never_its_early_one():
    assert seen({"hours": 24, "views": 50.0})["early_views"] is None


def test_when_scoring_a_record_may_be_its_own_early_snapshot():
    frame = frame_of({"hours": 24, "views": 50.0})
    assert with_early(frame, frame, DAY, settled=False)["early_views"].item() == 50.0


def test_without_dates_or_ids_nothing_was_seen_early():
    frame = frame_of({"hours": 24, "views": 50.0}, FINAL)
    for column in ("created_at", "scraped_at", "video_id"):
        blank = frame.with_columns(pl.lit(None, dtype=CANONICAL[column]).alias(column))
        row = with_early(blank.tail(1), blank, DAY).row(0, named=True)
        assert all(row[name] is None for name in EARLY_COLUMNS)


def test_the_videos_keep_their_order_and_their_columns():
    frame = frame_of(FINAL | {"video_id": "b"}, FINAL, {"hours": 24, "views": 1.0}).with_columns(
        extra=pl.Series([1, 2, 3])
    )
    found = with_early(frame.head(2), frame, DAY)
    assert found.columns == [*frame.columns, *EARLY_COLUMNS]
    assert found["extra"].to_list() == [1, 2]
    assert found.filter(EARLY_KNOWN)["video_id"].to_list() == ["a"]
    assert_frame_equal(with_early(found, frame, DAY), found)


@given(st.lists(SNAPSHOT, max_size=8), st.lists(SNAPSHOT, max_size=4), st.integers(1, 200))
def test_no_snapshot_later_than_the_window_or_the_outcome_changes_a_row(earlier, later, end):
    """It may be changed, added or left out."""
    ends = [{"hours": end, "video_id": name} for name in ("a", "b")]
    earlier = [one for one in earlier if one["hours"] < end or one["hours"] <= 30]
    later = [one for one in later if one["hours"] >= end or one["hours"] > 30]
    videos = frame_of(*ends)
    assert_frame_equal(
        with_early(videos, frame_of(*earlier, *ends, *later), DAY),
        with_early(videos, frame_of(*earlier, *ends), DAY),
    )


@given(st.lists(SNAPSHOT, max_size=8), st.integers(18, 30), st.integers(0, 10**6))
def test_no_count_made_after_the_early_snapshot_changes_a_row(others, hours, count):
    certain = {"hours": hours, "views": 700.0, "likes": 7.0}
    others = [one | {"video_id": "a"} for one in others if one["hours"] != hours]
    snapshots = list({one["hours"]: one for one in [*others, certain]}.values())
    before = seen(*snapshots, FINAL | {"hours": 400})
    changed = [
        one if one["hours"] <= before["early_age_hours"] else recounted(one, float(count))
        for one in snapshots
    ]
    after = seen(*changed, FINAL | {"hours": 400})
    assert [after[name] for name in EARLY_COLUMNS] == [before[name] for name in EARLY_COLUMNS]


@given(st.lists(SNAPSHOT, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_snapshots_is_immaterial(snapshots, random):
    snapshots = list({(one["hours"], one["video_id"]): one for one in snapshots}.values())
    videos = frame_of(*({"hours": 400, "video_id": name} for name in ("a", "b")))
    shuffled = random.sample(snapshots, len(snapshots))
    assert_frame_equal(
        with_early(videos, frame_of(*snapshots), DAY), with_early(videos, frame_of(*shuffled), DAY)
    )
