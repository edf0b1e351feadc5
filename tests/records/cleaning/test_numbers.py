"""Counts and durations, as scrapers write them."""

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.records.cleaning.numbers import counts, durations

COUNTS = [
    ("98.1K", 98_100.0),
    ("1.2M", 1_200_000.0),
    ("3B", 3e9),
    ("1.2万", 12_000.0),
    ("2亿", 2e8),
    ("1,234", 1_234.0),
    ("1,234,567", 1_234_567.0),
    ("55 videos", 55.0),
    ("32.5K videos", 32_500.0),
    (" 7 ", 7.0),
    ("686000.0", 686_000.0),
    ("1e3", 1_000.0),
    ("0", 0.0),
    ("5k", 5_000.0),
    ("12 likes", 12.0),
]


@pytest.mark.parametrize(("text", "number"), COUNTS)
def test_counts_are_read(text, number):
    """A count is read whatever its letter, commas and words."""
    cleaned = counts(pl.Series([text]))
    assert cleaned.value.to_list() == [number]
    assert cleaned.reason is None


@pytest.mark.parametrize("text", ["", "  ", "null", "None", "N/A", "-", "nan", "NaN"])
def test_words_for_nothing_are_unknown(text):
    """What only stands for nothing is unknown, not a fault."""
    cleaned = counts(pl.Series([text]))
    assert cleaned.value.to_list() == [None]
    assert cleaned.reason is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("int", "not a number"),
        ("-5", "negative: -5"),
        ("-1.2K", "negative: -1.2K"),
        ("1,2", "not a number: 1,2"),
        ("1e999", "not a finite number"),
        ("5 apples", "not a number"),
        ("bee", "not a number"),
        ("K", "not a number"),
        (".", "not a number"),
    ],
)
def test_unusable_counts_say_why(text, reason):
    """An unusable count is null, with a reason that quotes at most a short number."""
    cleaned = counts(pl.Series([text, "3"]))
    assert cleaned.value.to_list() == [None, 3.0]
    assert cleaned.reason.to_list() == [reason, None]


def test_numbers_stay_what_they_are():
    """Numbers need no reading; NaN is unknown, what is below zero or endless unusable."""
    cleaned = counts(pl.Series([1.0, math.nan, None, -2.0, math.inf]))
    assert cleaned.value.to_list() == [1.0, None, None, None, None]
    assert cleaned.reason.to_list() == [None, None, None, "negative: -2.0", "not a finite number"]


def test_what_is_no_number_at_all_is_refused():
    """A truth value is no count and no duration."""
    assert counts(pl.Series([True, None])).reason.to_list() == ["not a number", None]
    assert durations(pl.Series([True, None])).reason.to_list() == ["not a duration", None]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12", 12.0), ("01:05", 65.0), ("1:02:03", 3723.0), ("12.5", 12.5), ("9s", 9.0), ("0", None)],
)
def test_durations_are_read(text, seconds):
    """A duration is seconds, minutes and seconds, or hours too; zero is unknown."""
    cleaned = durations(pl.Series([text]))
    assert cleaned.value.to_list() == [seconds]
    assert cleaned.reason is None


@pytest.mark.parametrize("text", ["-3", "soon", "1:2:3:4"])
def test_unusable_durations_are_refused(text):
    """A duration below zero or without sense is unusable."""
    assert durations(pl.Series([text])).reason.to_list() != [None]


def test_durations_of_numbers():
    """Zero seconds are a photo's, and unknown."""
    assert durations(pl.Series([0, 5])).value.to_list() == [None, 5.0]


@given(st.integers(0, 10**9))
def test_whole_counts_survive_being_written(count):
    """A count written out is read back exactly, with commas or without."""
    cleaned = counts(pl.Series([str(count), f"{count:,}", f"{count}.0"]))
    assert cleaned.value.to_list() == [float(count)] * 3


@given(st.integers(1, 9_999), st.sampled_from([("K", 1e3), ("M", 1e6), ("B", 1e9), ("万", 1e4)]))
def test_abbreviated_counts_round_trip(tenths, scale):
    """A count shown with one decimal and a letter is read back as the whole number it shows."""
    letter, factor = scale
    cleaned = counts(pl.Series([f"{tenths / 10:.1f}{letter}"]))
    assert cleaned.value.to_list() == [float(tenths * int(factor) // 10)]
