"""Ids, and addresses that hold them."""

import polars as pl
import pytest

from virality.records.cleaning.identity import LOST, author_in, handles, ids, photo_in, post_in


def test_ids_become_text():
    """Whole numbers become their digits; what a spreadsheet appended is taken off."""
    assert ids(pl.Series([7301444403200012345, None])).value.to_list() == [
        "7301444403200012345",
        None,
    ]
    assert ids(pl.Series([" 7301444403200012345.0 ", "x", "nan"])).value.to_list() == [
        "7301444403200012345",
        "x",
        None,
    ]


@pytest.mark.parametrize("values", [["7.30144E+18", "12"], [7.30144e18, 12.0]])
def test_rounded_ids_are_lost(values):
    """An id that went through a float has lost its digits; a small one has not."""
    cleaned = ids(pl.Series(values))
    assert cleaned.value.to_list() == [None, "12"]
    assert cleaned.reason.to_list() == [LOST, None]


def test_handles_lose_their_sign():
    """A handle is the same with @ or without; a rounded account id is merely unknown."""
    cleaned = handles(pl.Series(["@brook", "brook", "6.8E+18"]))
    assert cleaned.value.to_list() == ["brook", "brook", None]
    assert cleaned.reason is None


def test_hashes_are_no_rounded_numbers():
    """A hash of digits with an e among them is an id like any other."""
    hashes = ["1234567e89012345", "12e4567890123456", "1e5f", "7e1234567890"]
    assert ids(pl.Series(hashes)).value.to_list() == hashes


@pytest.mark.parametrize(
    ("address", "post"),
    [
        ("https://www.tiktok.com/@brook/video/7301444403200012345?lang=en", "7301444403200012345"),
        ("https://www.tiktok.com/@brook/photo/7301444403200012345", "7301444403200012345"),
        ("https://www.youtube.com/shorts/q1w2e3r4t5y", "q1w2e3r4t5y"),
        ("https://www.youtube.com/watch?v=q1w2e3r4t5y&t=3", "q1w2e3r4t5y"),
        ("https://youtu.be/q1w2e3r4t5y", "q1w2e3r4t5y"),
        ("https://www.instagram.com/reel/Cx1-y_Z2abc/", "Cx1-y_Z2abc"),
        ("https://www.instagram.com/brook/p/Cx1-y_Z2abc/", "Cx1-y_Z2abc"),
        ("https://example.com/", None),
    ],
)
def test_addresses_hold_the_post(address, post):
    """The id of a post stands in its address, on each site in its place."""
    assert post_in(pl.Series([address])).to_list() == [post]


def test_addresses_hold_the_account_and_the_kind():
    """The handle follows the @, and a photo's address says so."""
    addresses = pl.Series(["https://t.co/@brook.01/photo/123", "https://t.co/@b/video/1", None])
    assert author_in(addresses).to_list() == ["brook.01", "b", None]
    assert photo_in(addresses).to_list() == [True, None, None]
