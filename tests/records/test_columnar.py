"""Frames and Parquet: types of every kind, structures, and only the wanted columns."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from virality.errors import SourceError
from virality.records import CANONICAL, read

FRAME = pl.DataFrame(
    {
        "video_id": [7301444403200012345, 7387343749120054321],
        "stats": [{"playCount": 5, "inner": {"x": 1}}, {"playCount": 6, "inner": {"x": 2}}],
        "statsV2": [{"diggCount": "7"}, {"diggCount": "8"}],
        "challenges": [[{"title": "rain"}], []],
        "id": ["1", "2"],
        "author": [{"uniqueId": "brook"}, {"uniqueId": "creek"}],
        "desc": ["a", None],
    }
)


def test_structures_are_taken_apart():
    """A frame with structures is read as the records it was made from."""
    reading = read(FRAME)
    assert reading.sources == (("<frame>", "tiktok_api"),)
    assert reading.frame.select("video_id", "author_id", "views", "likes", "hashtags").rows() == [
        ("1", "brook", 5.0, 7.0, ["rain"]),
        ("2", "creek", 6.0, 8.0, []),
    ]
    assert reading.frame["stats.inner.x"].to_list() == [1, 2]


def test_rare_types_are_read():
    """Categories, decimals, durations, bytes, fixed lists and narrow numbers are read."""
    frame = pl.DataFrame(
        {
            "video_id": pl.Series(["a"], dtype=pl.Categorical),
            "views": [Decimal(5)],
            "likes": pl.Series([3], dtype=pl.UInt8),
            "duration": [timedelta(seconds=90)],
            "caption": [b"bytes"],
            "hashtags": pl.Series([["a", "b"]], dtype=pl.Array(pl.String, 2)),
            "created_at": pl.Series([datetime(2025, 1, 1, tzinfo=UTC)]).dt.cast_time_unit("ns"),
            "thing": pl.Series([object()], dtype=pl.Object),
        }
    )
    row = read(frame).frame.row(0, named=True)
    assert row["views"], row["likes"] == (5.0, 3.0)
    assert row["duration_seconds"] == 90.0
    assert row["caption"] == "bytes"
    assert row["hashtags"] == ["a", "b"]
    assert row["created_at"] == datetime(2025, 1, 1, tzinfo=UTC)
    assert "thing" not in row


def test_parquet_is_read_like_a_frame(tmp_path):
    """A Parquet file gives what its frame gives, all of it or only what is wanted."""
    path = tmp_path / "file"
    FRAME.write_parquet(path)
    assert read(path).frame.equals(read(FRAME).frame)
    assert read(path, extras=["stats.inner.x"]).frame.columns == [*CANONICAL, "stats.inner.x"]
    assert read(path, limit=1).frame.height == 1


def test_a_parquet_file_without_rows_holds_no_records(tmp_path):
    """A frame of no rows is an error that says so."""
    path = tmp_path / "file"
    FRAME.clear().write_parquet(path)
    with pytest.raises(SourceError, match="holds no records"):
        read(path)


def test_nan_in_a_frame_is_unknown():
    """A frame writes NaN for what it does not know."""
    frame = pl.DataFrame({"video_id": ["a", "b"], "views": [float("nan"), 2.0]})
    reading = read(frame)
    assert reading.frame["views"].to_list() == [None, 2.0]
    assert reading.rejections.height == 0


def test_odd_names_are_names():
    """A column name is never read as a pattern."""
    frame = pl.DataFrame({"video_id": ["a"], "views": [1], "*": [3], "a b/c": [4]})
    assert read(frame).frame.columns[len(CANONICAL) :] == ["*", "a b.c"]


def test_names_that_meet_after_flattening_are_refused():
    """A structure's field and a column of that path cannot both be there."""
    frame = pl.DataFrame({"video_id": ["a"], "x": [{"y": 1}], "x.y": [2]})
    with pytest.raises(SourceError, match=r"two columns called 'x\.y'"):
        read(frame)
