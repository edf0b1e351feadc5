"""Captions, hashtags and titles."""

import polars as pl
import pytest

from virality.records.cleaning.words import LONGEST, captions, hashtags, tags_in, titles


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("rain, tinroof", ["rain", "tinroof"]),
        ("#rain #tinroof", ["rain", "tinroof"]),
        ("rain;tinroof", ["rain", "tinroof"]),
        ("#rain,#tinroof #roof", ["rain", "tinroof", "roof"]),
        ("rain, dance' by brook,, ", ["rain", "dance' by brook"]),
        ("no list but words", ["no list but words"]),
        ("['rain', 'tinroof']", ["rain", "tinroof"]),
        ('["rain"]', ["rain"]),
        ("[{'id': '1', 'name': 'rain'}, {'id': '2', 'name': 'tin roof'}]", ["rain", "tin roof"]),
        ('[{"title": "rain"}]', ["rain"]),
        ("[]", []),
        ("", None),
        ("null", None),
    ],
)
def test_hashtags_of_a_text(text, tags):
    """A text may list hashtags in many ways; a blank one says nothing."""
    assert hashtags(pl.Series([text])).value.to_list() == [tags]


def test_hashtags_of_lists():
    """Lists keep their words without signs and blanks; an empty one stays empty."""
    lists = pl.Series([["#rain", " tin ", "", None], [], None])
    assert hashtags(lists).value.to_list() == [["rain", "tin"], [], None]


def test_hashtags_of_structures():
    """Of structures the name counts."""
    lists = pl.Series([[{"name": "rain", "title": "about"}, {"name": None, "title": "tin"}]])
    assert hashtags(lists).value.to_list() == [["rain", "tin"]]
    assert hashtags(pl.Series([[{"size": 1}]])).value.to_list() == [[]]


def test_hashtags_of_anything_else_are_unknown():
    """A number is no list of hashtags."""
    assert hashtags(pl.Series([5])).value.to_list() == [None]


@pytest.mark.parametrize(
    ("caption", "tags"),
    [
        ("so #good, really #great!", ["good", "great"]),
        ("#one#two", ["one", "two"]),
        ("C# is no tag", []),
        ("#雨の日 \uff03屋根", ["雨の日", "屋根"]),
        ("#party🎉", ["party🎉"]),
        ("none", []),
        (None, None),
    ],
)
def test_hashtags_of_a_caption(caption, tags):
    """The hashtags of a caption follow their signs; without a caption they are unknown."""
    assert tags_in(pl.Series([caption], dtype=pl.String)).to_list() == [tags]


def test_captions_have_a_limit():
    """A caption longer than any is unusable, and the reason does not quote it."""
    cleaned = captions(pl.Series(["x" * (LONGEST + 1), "x" * LONGEST, ""]))
    assert cleaned.value.to_list() == [None, "x" * LONGEST, ""]
    assert cleaned.reason.to_list() == ["longer than 100,000 characters", None, None]


def test_texts_of_other_types():
    """A number is its digits; a list is no text."""
    assert titles(pl.Series([5])).value.to_list() == ["5"]
    assert captions(pl.Series([["a"]])).value.to_list() == [None]
    assert titles(pl.Series([" a "])).value.to_list() == ["a"]
