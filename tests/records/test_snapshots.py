"""One snapshot of each video: the first that is mature and known."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from virality.records import CANONICAL, first_mature

POSTED = datetime(2025, 1, 1, tzinfo=UTC)
KNOWN = pl.col("views") > 0


def frame(*rows):
    """Lay out rows of id, age in days, and views; an age of None is unknown."""
    columns = {
        "video_id": [row[0] for row in rows],
        "created_at": [POSTED] * len(rows),
        "scraped_at": [None if r[1] is None else POSTED + timedelta(days=r[1]) for r in rows],
        "views": [row[2] for row in rows],
    }
    return pl.DataFrame(columns, schema={name: CANONICAL[name] for name in columns})


def test_the_first_mature_known_snapshot_is_chosen():
    """Too early ones and ones without views are passed over; rows keep their order."""
    snapshots = frame(("b", 9, 4), ("a", 30, 3), ("a", 1, 1), ("a", 8, 2), ("a", 7, None))
    chosen = first_mature(snapshots, KNOWN)
    assert chosen.select("video_id", "views").rows() == [("b", 4.0), ("a", 2.0)]


def test_seven_days_are_mature():
    """At seven days to the second a snapshot is mature; the age can be set."""
    snapshots = frame(("a", 7, 1), ("b", 6.9, 1), ("c", 2, 1))
    assert first_mature(snapshots, KNOWN)["video_id"].to_list() == ["a"]
    younger = first_mature(snapshots, KNOWN, timedelta(days=3))
    assert younger["video_id"].to_list() == ["a", "b"]


def test_an_unknown_age_is_mature_and_comes_last():
    """A snapshot of unknown moment counts as mature, after those of known moments."""
    snapshots = frame(("a", None, 1), ("a", 8, 2), ("b", None, 3))
    assert first_mature(snapshots, KNOWN).select("video_id", "views").rows() == [
        ("a", 2.0),
        ("b", 3.0),
    ]
    unposted = frame(("a", 1, 1)).with_columns(created_at=pl.lit(None, CANONICAL["created_at"]))
    assert first_mature(unposted, KNOWN).height == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.none() | st.integers(0, 20),
            st.none() | st.integers(0, 2),
        ),
        max_size=12,
    )
)
def test_each_video_has_one_row_and_it_is_the_earliest(rows):
    """One row for each video that has a usable snapshot, and none of its others is earlier."""
    chosen = first_mature(frame(*rows), KNOWN).select("video_id", "scraped_at").rows()
    usable = [r for r in rows if r[2] and (r[1] is None or r[1] >= 7)]
    ages = {}
    for video, age, _ in usable:
        known = [a for a in (ages.get(video), age) if a is not None]
        ages[video] = min(known, default=None)
    moments = {v: None if a is None else POSTED + timedelta(days=a) for v, a in ages.items()}
    assert dict(chosen) == moments
    assert len(chosen) == len(moments)
