from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from virality.training.repeats import repeats_of

START = datetime(2024, 1, 1, tzinfo=UTC)


def frame(rows):
    """Snapshots: the video, the hour of scraping or None, and its views."""
    return pl.DataFrame(
        {
            "video_id": [video for video, _, _ in rows],
            "scraped_at": [None if hour is None else START + timedelta(hours=hour)
                           for _, hour, _ in rows],
            "views": [views for *_, views in rows],
        },
        schema_overrides={"scraped_at": pl.Datetime("us", "UTC")},
    )  # fmt: skip


def test_the_earliest_and_the_latest_snapshot_stand_side_by_side():
    repeats = repeats_of(frame([("a", 5, 50), ("b", 1, 7), ("a", 1, 10), ("a", 9, 90)]))
    assert repeats.first["views"].to_list() == [10]
    assert repeats.last["views"].to_list() == [90]


def test_snapshots_without_a_time_or_of_the_same_time_are_no_repeats():
    rows = [("a", None, 1), ("a", 3, 2), ("b", 4, 3), ("b", 4, 4)]
    assert repeats_of(frame(rows)).first.height == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers(0, 5), st.integers(0))))
def test_both_sides_tell_of_the_same_videos_and_the_first_is_earlier(rows):
    repeats = repeats_of(frame([(video, hour, views % 1000) for video, hour, views in rows]))
    assert repeats.first["video_id"].to_list() == repeats.last["video_id"].to_list()
    assert repeats.first["video_id"].is_unique().all()
    assert (repeats.first["scraped_at"] < repeats.last["scraped_at"]).all()
