"""What a moment may use, and what a schema's fingerprint holds still."""

from dataclasses import replace

import pytest

from virality.errors import OptionError
from virality.features.reference import REFERENCE_15
from virality.features.schema import MOMENTS, PHASES, phases_of


def test_each_moment_knows_what_the_one_before_it_knew_and_more():
    known = [set(phases_of(moment)) for moment in MOMENTS]
    assert known[0] < known[1] < known[2] == set(PHASES)


def test_before_posting_nothing_is_known_that_only_viewers_bring():
    assert phases_of("before") == ("content", "account", "history")
    assert phases_of("after") == ("content", "account", "history", "early")


def test_no_moment_at_all_means_everything():
    assert REFERENCE_15.at(None) == REFERENCE_15.at("full") == REFERENCE_15.features
    assert {one.phase for one in REFERENCE_15.at("before")} == {"content", "account"}


def test_an_unknown_moment_is_an_error_that_names_those_there_are():
    with pytest.raises(OptionError, match="before, after, full"):
        phases_of("yesterday")


@pytest.mark.parametrize("change", [{"curve": "log"}, {"curve": "cycle", "period": 7.0}])
def test_another_curve_is_another_meaning_and_so_another_fingerprint(change):
    features = (replace(REFERENCE_15.features[0], **change), *REFERENCE_15.features[1:])
    assert replace(REFERENCE_15, features=features).fingerprint != REFERENCE_15.fingerprint
