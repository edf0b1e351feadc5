"""Moments, as scrapers write them."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import DataError
from virality.records import to_records
from virality.records.cleaning.times import from_id, postings, times

MOMENT = datetime(2025, 5, 19, 15, 45, 53, tzinfo=UTC)
TEXTS = [
    ("2025-05-19 15:45:53", MOMENT),
    ("2025-05-19T15:45:53Z", MOMENT),
    ("2025-05-19T15:45:53.000Z", MOMENT),
    ("2025-05-19T21:15:53+05:30", MOMENT),
    ("2025-05-19T07:45:53-0800", MOMENT),
    ("2025-05-19 15:45:53 +00:00", MOMENT),
    ("2025-05-19 15:45:53 UTC", MOMENT),
    ("2025-05-19T15:45:53.250", MOMENT + timedelta(milliseconds=250)),
    ("2025-05-19 15:45", MOMENT.replace(second=0)),
    ("2025/7/8", datetime(2025, 7, 8, tzinfo=UTC)),
    ("2025-07-08", datetime(2025, 7, 8, tzinfo=UTC)),
    ("20191016", datetime(2019, 10, 16, tzinfo=UTC)),
    ("1747669553", MOMENT),
    ("1747669553000", MOMENT),
    ("1747669553.0", MOMENT),
]


@pytest.mark.parametrize(("text", "moment"), TEXTS)
def test_dates_are_read(text, moment):
    """A date is read in any of its forms, as UTC unless it says otherwise."""
    cleaned = times(pl.Series([text, "", None]))
    assert cleaned.value.to_list() == [moment, None, None]
    assert cleaned.reason is None


@pytest.mark.parametrize("number", [1747669553, 1747669553000, 1747669553000000, 1747669553.0])
def test_numbers_are_time_since_1970(number):
    """Seconds, milliseconds and microseconds are told apart by their size."""
    assert times(pl.Series([number])).value.to_list() == [MOMENT]


def test_eight_digits_are_a_date():
    """A number of eight digits is year, month and day."""
    cleaned = times(pl.Series([20191016, 1747669553]))
    assert cleaned.value.to_list() == [datetime(2019, 10, 16, tzinfo=UTC), MOMENT]


def test_moments_keep_their_instant():
    """Moments of a frame are brought to UTC; without a zone they are in it."""
    zoned = pl.Series([MOMENT]).dt.convert_time_zone("Asia/Tokyo")
    assert times(zoned).value.to_list() == [MOMENT]
    assert times(pl.Series([MOMENT.replace(tzinfo=None)])).value.to_list() == [MOMENT]
    assert times(pl.Series([date(2025, 7, 8)])).value.to_list() == [
        datetime(2025, 7, 8, tzinfo=UTC)
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("yesterday", "not a date"),
        ("2025-13-01", "not a date: 2025-13-01"),
        ("19/05/2025", "not a date: 19/05/2025"),
        ("1999-01-01", "not a possible date: 1999-01-01"),
        ("2999-01-01", "not a possible date: 2999-01-01"),
        ("0", "not a possible date: 0"),
        (0, "not a possible date: 0"),
        (-1, "not a possible date: -1"),
        (10**18, "not a date: 1000000000000000000"),
        (True, "not a date"),
    ],
)
def test_unusable_dates_say_why(value, reason):
    """What is no date, or none that a short video can have, is unusable."""
    cleaned = times(pl.Series([value]))
    assert cleaned.value.to_list() == [None]
    assert cleaned.reason.to_list() == [reason]


def test_the_clock_may_run_ahead_a_little():
    """A moment of tomorrow is possible, one of next week is not."""
    now = datetime.now(UTC)
    cleaned = times(pl.Series([now + timedelta(days=1), now + timedelta(days=7)]))
    assert cleaned.value.null_count() == 1


def test_a_posting_may_be_planned_for_up_to_a_year_ahead_and_a_scrape_may_not():
    now = datetime.now(UTC)
    ahead = pl.Series([now + timedelta(days=300), now + timedelta(days=400)])
    assert postings(ahead).value.null_count() == 1
    planned = {"created_at": (now + timedelta(days=300)).isoformat(timespec="seconds")}
    assert to_records(planned)["created_at"].null_count() == 0
    with pytest.raises(DataError, match="scraped_at: not a possible date"):
        to_records({"scraped_at": planned["created_at"]})


def test_ids_tell_when_they_were_given():
    """The upper half of a TikTok id is its second; other ids tell nothing."""
    ids = pl.Series([str(1747669553 << 32), "123", "q1w2e3r4t5y", "9" * 19, None])
    assert from_id(ids).to_list() == [MOMENT, None, None, None, None]


@given(st.datetimes(datetime(2005, 1, 2), datetime(2025, 1, 1)))  # noqa: DTZ001 - made aware below
def test_every_moment_survives_being_written(moment):
    """A moment in ISO form is read back to the microsecond."""
    aware = moment.replace(tzinfo=UTC)
    assert times(pl.Series([aware.isoformat()])).value.to_list() == [aware]
