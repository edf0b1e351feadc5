"""What is either so or not."""

import polars as pl
import pytest

from virality.records.cleaning.flags import flags, photos


@pytest.mark.parametrize("value", [True, "true", "True", "TRUE", "1", " yes ", "original", 1, 1.0])
def test_words_for_true(value):
    """What says yes is true."""
    assert flags(pl.Series([value])).value.to_list() == [True]


@pytest.mark.parametrize("value", [False, "false", "False", "0", "no", 0, 0.0])
def test_words_for_false(value):
    """What says no is false."""
    assert flags(pl.Series([value])).value.to_list() == [False]


@pytest.mark.parametrize("value", ["", "maybe", 2, 0.5, [True], {"a": 1}])
def test_anything_else_is_unknown(value):
    """What says neither is unknown, and no fault."""
    cleaned = flags(pl.Series([value]))
    assert cleaned.value.to_list() == [None]
    assert cleaned.reason is None


def test_photos_are_a_flag_a_kind_or_pictures():
    """A post is a photo if it says so, is of that kind, or has pictures."""
    assert photos(pl.Series([True, False])).value.to_list() == [True, False]
    assert photos(pl.Series(["photo", "video", "?"])).value.to_list() == [True, False, None]
    assert photos(pl.Series([["a"], [], None])).value.to_list() == [True, False, None]
