from datetime import timedelta

import pytest

from virality.errors import OptionError
from virality.records import age_in_words, age_of


@pytest.mark.parametrize(
    ("text", "hours"), [("24h", 24), ("7d", 168), (" 90m ", 1.5), ("1.5 d", 36), ("2w", 336)]
)
def test_an_age_is_a_number_of_a_unit(text, hours):
    assert age_of(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "24", "h", "0h", "-3d", "1e3h", "99999999999d", "7 days"])
def test_what_is_no_age_is_refused_with_an_example(text):
    with pytest.raises(OptionError, match=r"age: .* is not an age .*24h or 7d"):
        age_of(text)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "1 hour"), (24, "24 hours"), (1.5, "1.5 hours"), (72, "72 hours"), (168, "7 days")],
)
def test_an_age_is_said_as_people_count_it(hours, words):
    assert age_in_words(timedelta(hours=hours)) == words
