"""The fifteen features, against the contract's rules written out again in plain Python."""

import math
from datetime import UTC, datetime, time

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import OptionError
from virality.features.extraction import extract, schema_named
from virality.features.reference import REFERENCE_15
from virality.records import CANONICAL

PRINTED = st.characters(exclude_categories=("Cc", "Cs"))
COUNT = st.none() | st.integers(0, 10**9).map(float)
RECORDS = st.fixed_dictionaries(
    {
        "views": COUNT,
        "likes": COUNT,
        "comments": COUNT,
        "shares": COUNT,
        "saves": COUNT,
        "followers": COUNT,
        "duration_seconds": st.none() | st.floats(0.5, 1000),
        "hashtags": st.none() | st.lists(st.text(max_size=3), max_size=40),
        "sound_title": st.none() | st.text(PRINTED, max_size=5),
        "caption": st.none() | st.text(max_size=30),
        "created_at": st.none()
        | st.datetimes(datetime(2016, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    }
)


def frame_of(records):
    rows = [dict.fromkeys(CANONICAL) | record for record in records]
    return pl.DataFrame(rows, schema=CANONICAL)


def clamp(value):
    return min(max(value, 0.0), 1.0)


def follower_tier(followers):
    limits = [(10_000, 0.1), (100_000, 0.3), (500_000, 0.5), (1_000_000, 0.7)]
    return next((tier for limit, tier in limits if followers < limit), 0.9)


def timed(posted):
    """A date without a time becomes midnight, so that at midnight the hour is not known."""
    return posted is not None and posted.time() != time.min


def as_the_reference_system(record):
    """The contract with its own placeholders for what is unknown."""
    views = record["views"] or 1.0
    likes, followers = record["likes"] or 0.0, record["followers"] or 0.0
    posted = record["created_at"]
    values = [(record[name] or 0.0) / views for name in ("shares", "comments", "likes", "saves")]
    values += [(record[name] or 0.0) / likes if likes else 0.0 for name in ("shares", "comments")]
    values += [
        (record["duration_seconds"] or 0.0) / 180,
        len(record["hashtags"] or []) / 30,
        float(bool((record["sound_title"] or "").strip())),
        len(record["caption"] or "") / 2000,
        float(followers > 0),
        follower_tier(followers) if followers else 0.5,
        views / followers / 50 if followers else 0.0,
        0.5 if posted is None else posted.isoweekday() % 7 / 6,
        0.5 if not timed(posted) else posted.hour / 23,
    ]
    return [clamp(value) for value in values]


@given(RECORDS)
def test_with_the_reference_defaults_every_feature_is_as_the_contract_says(record):
    computed = extract(frame_of([record]), REFERENCE_15, "default")[0]
    assert computed.tolist() == pytest.approx(as_the_reference_system(record), abs=1e-12)


@given(RECORDS)
def test_a_feature_is_unknown_exactly_when_something_it_reads_is(record):
    """Unknown stays unknown: never 0, 1 or 0.5. Nothing can be said per 0 views or 0 followers."""
    computed = extract(frame_of([record]), REFERENCE_15)[0]
    expected = as_the_reference_system(record)
    for value, feature, known in zip(computed, REFERENCE_15.features, expected, strict=True):
        unknown = any(record[name] is None for name in feature.reads)
        nothing = "views" in feature.reads and record["views"] == 0 and "Rate" in feature.name
        alone = feature.name in {"followerTier", "viewsPerFollower"} and record["followers"] == 0
        undated = feature.name == "hourPosted" and not timed(record["created_at"])
        if unknown or nothing or alone or undated:
            assert math.isnan(value), feature.name
        elif feature.name != "viewsPerFollower":
            assert value == pytest.approx(known, abs=1e-12), feature.name
        else:
            assert value == pytest.approx(clamp(record["views"] / record["followers"] / 50))


@given(st.lists(RECORDS, min_size=1, max_size=8))
def test_one_video_and_many_have_the_same_features(records):
    together = extract(frame_of(records), REFERENCE_15)
    alone = np.vstack([extract(frame_of([record]), REFERENCE_15) for record in records])
    np.testing.assert_allclose(together, alone, rtol=1e-15)


def test_sunday_is_the_first_day_and_hours_are_of_utc():
    sunday = datetime(2024, 3, 3, 23, 59, tzinfo=UTC)
    row = extract(frame_of([{"created_at": sunday}]), REFERENCE_15)[0]
    assert row[REFERENCE_15.names.index("weekdayPosted")] == 0.0
    assert row[REFERENCE_15.names.index("hourPosted")] == 1.0


def test_every_feature_reads_canonical_columns_and_has_its_words():
    for feature in REFERENCE_15.features:
        assert set(feature.reads) <= set(CANONICAL)
        assert feature.phrase
        assert feature.unit
        assert feature.low < feature.high


def test_the_fingerprint_is_frozen_so_that_old_model_files_keep_their_meaning():
    assert REFERENCE_15.fingerprint == "18678d0f97569b2b"


def test_an_unknown_schema_is_an_error_that_lists_those_there_are():
    with pytest.raises(OptionError, match="reference-15"):
        schema_named("creator-9")


def test_an_unknown_feature_is_an_error():
    with pytest.raises(OptionError, match="no feature 'likes'"):
        REFERENCE_15.feature("likes")
