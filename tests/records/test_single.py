"""One video at a time gives what a file of it gives."""

import time
from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import DataError
from virality.records import CANONICAL, read, to_records

NUMBER = 7301444403200012345
MOMENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**20),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        [
            "98.1K",
            "true",
            "2025-05-19T15:45:53Z",
            "2025-05-19 15:45:53+05:30",
            "2025/7/8",
            "7.5E+18",
            "01:05",
            "#a #b",
            "https://www.tiktok.com/@b/photo/7301444403200012345",
            "nan",
            " x ",
            1_700_000_000,
        ]
    ),
)
TAGS = st.lists(st.one_of(st.text(max_size=5), st.none(), st.integers()), max_size=3)


def test_a_draft_needs_no_id():
    """A video that is not posted has no id, and is still a row."""
    frame = to_records({"caption": "so #good", "duration": 12, "follower_count": 5})
    assert frame.schema == pl.Schema(CANONICAL)
    known = {k: v for k, v in frame.row(0, named=True).items() if v is not None}
    assert known == {
        "caption": "so #good",
        "hashtags": ["good"],
        "duration_seconds": 12.0,
        "followers": 5.0,
    }


def test_nothing_is_a_row_of_nothing():
    """An empty dict is a row of which nothing is known."""
    assert to_records({}).row(0) == (None,) * len(CANONICAL)


def test_unknown_keys_are_kept():
    """What no column uses is kept, in its own type, nested values under their path."""
    frame = to_records({"views": 1, "hook": 7, "x": {"y": "z"}, "big": 2**80, "list": [1]})
    assert frame.columns[len(CANONICAL) :] == ["hook", "x.y", "big"]
    assert frame.select("hook", "x.y", "big").row(0) == (7, "z", str(2**80))


@pytest.mark.parametrize(
    ("video", "field"),
    [
        ({"views": -1}, "views"),
        ({"views": "many"}, "views"),
        ({"plays": float("inf")}, "views"),
        ({"created_at": "soon"}, "created_at"),
        ({"created_at": "2025-02-30T00:00:00"}, "created_at"),
        ({"created_at": 5}, "created_at"),
        ({"duration": -1}, "duration_seconds"),
        ({"caption": "x" * 100_001}, "caption"),
        ({"video_id": 7.5e18}, "video_id"),
        ({"video_id": "7.5E+18", "url": "https://example.com"}, "video_id"),
    ],
)
def test_unusable_values_are_named(video, field):
    """A value that cannot be used is an error that names its column."""
    with pytest.raises(DataError) as caught:
        to_records(video)
    assert caught.value.where == field
    assert caught.value.remedy


@pytest.mark.parametrize("video", [None, [], "a", 5])
def test_what_is_no_record_is_refused(video):
    """Only a mapping is a record."""
    with pytest.raises(DataError, match="is not a record"):
        to_records(video)


def test_the_address_tells_what_is_missing():
    """Id, account, kind and moment come from the address where nothing else tells them."""
    frame = to_records({"url": f"https://www.tiktok.com/@brook/photo/{NUMBER}", "views": 1})
    row = frame.row(0, named=True)
    assert (row["video_id"], row["author_id"], row["is_photo"]) == (str(NUMBER), "brook", True)
    assert row["created_at"] == MOMENT


def test_a_lost_id_comes_back_from_the_address():
    """An id that lost its digits is recovered as in a file."""
    address = f"https://www.tiktok.com/@brook/video/{NUMBER}"
    frame = to_records({"video_id": "7.30144E+18", "url": address})
    assert frame["video_id"].to_list() == [str(NUMBER)]


def test_moments_of_python_are_taken():
    """A moment may be given as Python has it, in any zone or none."""
    tokyo = timezone(timedelta(hours=9))
    for moment in (MOMENT, MOMENT.astimezone(tokyo), MOMENT.replace(tzinfo=None)):
        assert to_records({"created_at": moment})["created_at"].to_list() == [MOMENT]


def test_titles_are_stripped():
    """Blanks around a title are taken off, as in a file."""
    assert to_records({"sound_title": " x "})["sound_title"].to_list() == ["x"]


def test_photos_are_marked_or_have_pictures():
    """Pictures make a photo; where photos are marked, the rest are videos."""
    item = {"id": "1", "desc": "a", "stats": {"playCount": 1, "diggCount": 1}}
    pictures = {"imagePost": {"images": [{"url": "x"}]}}
    assert to_records(item)["is_photo"].to_list() == [False]
    assert to_records({**item, **pictures})["is_photo"].to_list() == [True]


def test_a_clean_record_takes_half_a_millisecond():
    """A record that needs no cleaning is laid out at once (with much room for slow machines)."""
    video = {"caption": "hi #x", "followers": 10, "views": 5, "created_at": MOMENT.isoformat()}
    to_records(video)
    start = time.perf_counter()
    for _ in range(100):
        to_records(video)
    assert (time.perf_counter() - start) / 100 < 0.005


@given(
    st.fixed_dictionaries(
        {"video_id": st.sampled_from(["a", str(NUMBER), NUMBER])},
        optional={
            **{
                name: SCALARS
                for name in [*CANONICAL, "url", "plays", "content_type"]
                if name not in ("video_id", "hashtags")
            },
            "hashtags": st.one_of(SCALARS, TAGS),
        },
    )
)
def test_one_record_and_a_file_of_it_agree(video):
    """Whatever a record holds, alone it gives the row, or the fault, that its file gives."""
    reading = read([video])
    if reading.rejections.height:
        field = reading.rejections["field"].item()
        with pytest.raises(DataError) as caught:
            to_records(video)
        assert caught.value.where == field
    else:
        names = list(CANONICAL)
        assert to_records(video).select(names).equals(reading.frame.select(names))


def test_a_field_that_many_scrapers_have_says_nothing_of_photos():
    """A lone duration is no scraper's record, whose missing images would mean a video."""
    assert to_records({"duration": 20})["is_photo"].item() is None
