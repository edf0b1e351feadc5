"""Frames whose columns and types differ are stacked without loss."""

import polars as pl

from virality.records.joining import joined


def column(*frames):
    """Stack columns of one name."""
    return joined([pl.DataFrame({"x": values}) for values in frames])["x"]


def test_small_numbers_stay_numbers():
    """Whole numbers and fractions meet as numbers where that loses nothing."""
    assert column([1], [0.5]).to_list() == [1.0, 0.5]


def test_large_numbers_become_text():
    """A whole number that a float would round becomes text instead."""
    assert column([7301444403200012345], [0.5]).to_list() == ["7301444403200012345", "0.5"]


def test_unlike_types_become_text():
    """Numbers, truths, lists and words meet as text."""
    assert column([1], ["a"], [True]).to_list() == ["1", "a", "true"]
    assert column(["a"], [["b", "c"]]).to_list() == ["a", "b, c"]


def test_nothing_takes_any_type():
    """A column without values takes the type of the others."""
    assert column([None], [1]).to_list() == [None, 1]
