"""The model card, whole, beside one that was read by a person."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from made_view import EMPTY, made_view
from virality._version import __version__
from virality.report.card import card
from virality.report.templating import plain

GOLDEN = Path(__file__).parents[1] / "fixtures" / "reports" / "card.md"


def test_the_card_is_the_one_that_was_read():
    written = card(made_view()).replace(f"virality {__version__}", "virality VERSION")
    assert written == GOLDEN.read_text(encoding="utf-8")


def test_a_card_of_next_to_nothing_says_what_is_not_there():
    written = card(made_view(**EMPTY))
    assert written.count("It is not there.") == 6  # reliability is drawn on pages alone
    assert "|---" not in written


@given(st.text())
def test_words_stay_one_line_without_a_mark_that_means_anything(text):
    said = plain(text)
    assert "\n" not in said
    for mark in "`*_<>|[]#":
        assert said.count(mark) == said.count(f"\\{mark}") == text.count(mark)
