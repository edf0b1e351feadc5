"""What values say, in words that people use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.features.creator import CREATOR_1
from virality.features.extraction import SCHEMAS
from virality.features.saying import in_words, said

FEATURES = [feature for schema in SCHEMAS.values() for feature in schema.features]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("duration_seconds", 15, "lasts 15 s"),
        ("duration_seconds", 95, "lasts 1 min 35 s"),
        ("duration_seconds", 7260, "lasts 2 h 1 min"),
        ("hashtag_count", 1, "has 1 hashtag"),
        ("hashtag_count", 5, "has 5 hashtags"),
        ("emoji_count", 1, "has 1 emoji in its caption"),
        ("is_photo", 0, "is a video"),
        ("is_photo", 1, "shows photos"),
        ("weekday_posted", 6, "is posted on a Saturday"),
        ("hour_posted", 23.999, "is posted at 00:00 UTC"),
        ("history_spread", 2.345, "is by an account whose videos differ by a factor of 2.3"),
        ("history_same_hour", 1.2,
         "is posted at an hour at which its account got 1.2 times the usual"),
        ("history_share_above_90", 0.125,
         "is by an account with 12 % of its videos in tier 5"),
        ("early_like_rate", 0.0312, "had 3.1 likes per 100 views by then"),
    ],
)  # fmt: skip
def test_values_are_said_as_people_would(name, value, words):
    assert said(CREATOR_1.feature(name), value) == words


def test_what_is_counted_in_the_outcome_takes_its_unit():
    level = CREATOR_1.feature("history_level")
    assert said(level, 12345.6, "views") == "is by an account that usually gets 12,300 views"


def test_a_unit_with_a_number_is_multiplied_out():
    assert in_words(0.25, "2,000 characters") == "500 characters"
    assert in_words(1.0, "6 days after Sunday") == "Saturday"


@given(feature=st.sampled_from(FEATURES), place=st.floats(0, 1))
def test_every_feature_can_be_said_anywhere_in_its_range(feature, place):
    low, high = max(feature.low, -1e15), min(feature.high, 1e15)
    words = said(feature, low + place * (high - low), "views")
    assert words
    assert "{" not in words
    assert "|" not in words


@pytest.mark.parametrize("feature", FEATURES, ids=lambda one: one.name)
def test_every_feature_of_a_schema_has_words_of_its_own(feature):
    assert ("|" in feature.says) if feature.unit == "yes or no" else ("{value}" in feature.says)
