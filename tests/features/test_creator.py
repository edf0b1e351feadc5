"""The features of creator-1, against values worked out by hand and written again in Python."""

import json
import math
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.features.calls import CALLS, UNSPACED
from virality.features.creator import CREATOR_1
from virality.features.extraction import FEATURES, _columns, extract, schema_named
from virality.features.schema import PHASES
from virality.records import CANONICAL

COUNT = st.none() | st.integers(0, 10**13).map(float)
FLAG = st.none() | st.booleans()
EXTRA = {name: pl.Float64() for one in CREATOR_1.features for name in _columns(one)}
KINDS = {**EXTRA, **CANONICAL}
RECORDS = st.fixed_dictionaries(
    dict.fromkeys((name for name, kind in KINDS.items() if kind == pl.Float64), COUNT)
    | {
        "hashtags": st.none() | st.lists(st.text(max_size=3), max_size=120),
        "caption": st.none() | st.text(max_size=40),
        "is_photo": FLAG,
        "sound_is_original": FLAG,
        "author_verified": FLAG,
        "created_at": st.none()
        | st.datetimes(datetime(2016, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    }
)


def frame_of(records):
    return pl.DataFrame([dict.fromkeys(KINDS) | one for one in records], schema=KINDS)


def features_of(**record):
    row = extract(frame_of([record]), CREATOR_1)[0]
    return dict(zip(CREATOR_1.names, row.tolist(), strict=True))


def known(features, *phases):
    """Features that are known, of some phases."""
    chosen = {one.name for one in CREATOR_1.features if one.phase in phases}
    return {n: v for n, v in features.items() if n in chosen and not math.isnan(v)}


def test_a_video_with_everything_has_these_features_before_posting():
    features = features_of(
        duration_seconds=12.5,
        is_photo=False,
        caption="Follow me 🔥🔥 what now? @ann #fun",
        hashtags=["fun"],
        sound_is_original=True,
        created_at=datetime(2024, 3, 3, 18, 45, tzinfo=UTC),
        followers=1500.0,
        author_video_count=80.0,
        author_verified=False,
    )
    assert known(features, "content", "account") == {
        "duration_seconds": 12.5,
        "is_photo": 0.0,
        "caption_length": 32.0,
        "hashtag_count": 1.0,
        "mention_count": 1.0,
        "emoji_count": 2.0,
        "asks_question": 1.0,
        "call_to_action": 1.0,
        "sound_is_original": 1.0,
        "weekday_posted": 0.0,
        "hour_posted": 18.75,
        "followers": 1500.0,
        "author_video_count": 80.0,
        "author_verified": 0.0,
    }


def test_final_counts_are_told_per_view_and_per_follower():
    features = features_of(
        views=2000.0, likes=100.0, comments=4.0, shares=1.0, saves=0.0, followers=500.0
    )
    assert known(features, "engagement") == {
        "views": 2000.0,
        "like_rate": 0.05,
        "comment_rate": 0.002,
        "share_rate": 0.0005,
        "save_rate": 0.0,
        "views_per_follower": 4.0,
    }


def test_early_views_are_told_beside_the_usual_of_the_account():
    features = features_of(early_views=900.0, early_age_hours=24.0, history_level=300.0)
    assert known(features, "early") == {
        "early_age_hours": 24.0,
        "early_views": 900.0,
        "early_multiple": 3.0,
    }


def test_nothing_can_be_said_per_view_or_per_follower_where_there_are_none():
    features = features_of(views=0.0, likes=0.0, comments=0.0, shares=0.0, saves=0.0, followers=0.0)
    assert known(features, "engagement") == {"views": 0.0}


def test_an_empty_caption_is_known_to_be_empty_and_a_missing_one_is_not_known():
    empty, missing = features_of(caption=""), features_of()
    texts = ("caption_length", "mention_count", "emoji_count", "asks_question", "call_to_action")
    assert [empty[name] for name in texts] == [0.0] * 5
    assert all(math.isnan(missing[name]) for name in texts)


def test_a_week_begins_on_sunday_and_the_hour_is_unknown_at_exactly_midnight():
    saturday = features_of(created_at=datetime(2024, 3, 9, 0, 0, tzinfo=UTC))
    assert saturday["weekday_posted"] == 6.0
    assert math.isnan(saturday["hour_posted"])
    assert features_of(created_at=datetime(2024, 3, 9, 23, 30, tzinfo=UTC))["hour_posted"] == 23.5


@pytest.mark.parametrize(
    ("caption", "count"),
    [
        ("plain words, 12 numbers, © and ™", 0),
        ("one 😀", 1),
        ("a heart of two characters ❤️ and of one ❤", 2),
        ("a family is one 👨‍👩‍👧", 1),
        ("a tone of skin is no other 👍🏽", 1),
        ("flags 🇯🇵🇻🇳", 2),
        ("a key 1️⃣", 1),
    ],
)
def test_what_people_see_as_one_emoji_counts_as_one(caption, count):
    assert features_of(caption=caption)["emoji_count"] == count


@pytest.mark.parametrize(
    ("caption", "asks"),
    [("why?", 1), ("何\uff1f", 1), ("لماذا؟", 1), ("❓", 1), ("no.", 0), ("", 0)],
)
def test_question_marks_of_many_scripts_ask(caption, asks):
    assert features_of(caption=caption)["asks_question"] == asks


@pytest.mark.parametrize(
    ("caption", "count"),
    [("@ann and @bob_1!", 2), ("write to me@example.org", 0), ("@", 0), ("(@ann)", 1)],
)
def test_an_address_is_no_mention(caption, count):
    assert features_of(caption=caption)["mention_count"] == count


@pytest.mark.parametrize("phrases", [*CALLS.values(), *UNSPACED.values()], ids=[*CALLS, *UNSPACED])
def test_every_phrase_calls_in_capitals_and_among_others(phrases):
    for phrase in phrases:
        assert phrase == phrase.lower()
        assert features_of(caption=f"so, {phrase.upper()}!")["call_to_action"] == 1.0, phrase


@pytest.mark.parametrize(
    "caption",
    [
        "followers are people",
        "I like it",
        "#follow #like and",
        "@follow",
        "unfollowed",
        "#フォロー",
    ],
)
def test_words_of_tags_handles_and_other_words_do_not_call(caption):
    assert features_of(caption=caption)["call_to_action"] == 0.0


def test_spaces_within_a_phrase_may_be_any():
    assert features_of(caption="Link\n in  bio")["call_to_action"] == 1.0


@given(RECORDS)
def test_a_feature_is_unknown_when_something_in_its_formula_is(record):
    row = extract(frame_of([record]), CREATOR_1)[0]
    for value, feature in zip(row, CREATOR_1.features, strict=True):
        if any(record.get(name) is None for name in _columns(feature)):
            assert math.isnan(value), feature.name


@given(RECORDS)
def test_a_known_feature_lies_in_its_range(record):
    row = extract(frame_of([record]), CREATOR_1)[0]
    for value, feature in zip(row, CREATOR_1.features, strict=True):
        assert math.isnan(value) or feature.low <= value <= feature.high, feature.name


@given(st.lists(RECORDS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_rows_know_nothing_of_each_other_or_of_their_order(records, random):
    together = extract(frame_of(records), CREATOR_1)
    alone = np.vstack([extract(frame_of([record]), CREATOR_1) for record in records])
    np.testing.assert_allclose(together, alone, rtol=1e-15)
    order = random.sample(range(len(records)), len(records))
    shuffled = extract(frame_of([records[place] for place in order]), CREATOR_1)
    np.testing.assert_allclose(shuffled, together[order], rtol=1e-15)


@given(RECORDS, st.sets(st.sampled_from(sorted(KINDS))))
def test_a_column_that_is_not_there_is_as_one_of_which_nothing_is_known(record, gone):
    blank = extract(frame_of([record | dict.fromkeys(gone)]), CREATOR_1)
    absent = extract(frame_of([record]).drop(gone), CREATOR_1)
    if gone != set(KINDS):
        np.testing.assert_array_equal(absent, blank)


def test_a_few_features_can_be_computed_on_their_own():
    chosen = CREATOR_1.at("after")
    row = extract(frame_of([{"followers": 7.0, "views": 9.0}]), chosen)[0]
    assert len(row) == len(chosen)
    assert row[[one.name for one in chosen].index("followers")] == 7.0


def test_the_table_is_in_the_order_of_the_phases_and_each_feature_has_its_words():
    phases = [PHASES.index(one.phase) for one in CREATOR_1.features]
    assert phases == sorted(phases)
    assert len(set(CREATOR_1.names)) == len(CREATOR_1.names)
    for feature in CREATOR_1.features:
        assert feature.low < feature.high
        assert feature.phrase
        assert feature.unit
        assert (feature.period is not None) == (feature.curve == "cycle")
        assert feature.phase not in {"content", "account", "engagement"} or (
            set(feature.reads) <= set(CANONICAL)
        )


def test_nothing_known_before_posting_reads_a_count_of_viewers():
    counts = {"views", "likes", "comments", "shares", "saves", "scraped_at"}
    for feature in CREATOR_1.at("before"):
        assert counts.isdisjoint(feature.reads), feature.name


def test_every_feature_is_stated_in_finite_numbers():
    for feature in FEATURES:
        assert json.dumps(feature.stated(), allow_nan=False)


def test_creator_1_has_nothing_to_fill_the_unknown_with():
    """Only the reference recipe fills; here unknown stays unknown whatever is asked."""
    frame = frame_of([{"views": 0.0, "caption": "a"}])
    filled, missing = (extract(frame, CREATOR_1, how) for how in ("default", "missing"))
    np.testing.assert_array_equal(filled, missing)


def test_a_feature_is_plain_when_stating_it_is_stating_its_column():
    plain = {one.name for one in CREATOR_1.features if one.plain}
    assert {"followers", "duration_seconds", "early_views"} <= plain
    assert plain.isdisjoint({"hour_posted", "caption_length", "like_rate", "early_multiple"})


def test_a_schema_is_found_by_its_name():
    assert schema_named("creator-1") is CREATOR_1
