"""What a training may be asked, and what is taken where nothing is said."""

import pytest

from virality.errors import OptionError
from virality.features.reference import REFERENCE_15
from virality.training.settings import Settings


def test_nothing_said_means_views_before_posting_from_creator_1():
    settings = Settings()
    inputs = settings.inputs
    assert (settings.outcome, inputs.schema.name, inputs.moment) == ("views", "creator-1", "before")
    assert settings.thresholds_from == "quantiles"
    assert {feature.phase for feature in inputs.features} == {"content", "account", "history"}


def test_the_reference_schema_is_used_in_full_unless_a_moment_is_named():
    assert Settings(schema="reference-15").inputs.names == REFERENCE_15.names
    before = Settings(schema="reference-15", moment="before").inputs
    assert "likeRate" not in before.names
    assert "durationSeconds" in before.names


def test_the_reference_recipe_implies_its_schema():
    assert Settings(recipe="reference").inputs.schema is REFERENCE_15
    with pytest.raises(OptionError, match="knows no creator-1"):
        Settings(recipe="reference", schema="creator-1")
    with pytest.raises(OptionError, match="knows no hook"):
        Settings(recipe="reference", features=("hook:content",))


def test_a_feature_of_a_later_phase_is_refused_with_its_phase_the_moment_and_a_remedy():
    says = "feature: watch_time is of the phase engagement.*moment 'before' .*--moment full"
    with pytest.raises(OptionError, match=says):
        Settings(features=("watch_time:engagement",))
    assert Settings(features=("watch_time:engagement",), moment="full").inputs.own


def test_what_is_predicted_is_no_input():
    with pytest.raises(OptionError, match="watch_time: is what is predicted"):
        Settings(outcome="watch_time", features=("watch_time:content",))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"moment": "soon"}, "'soon' is not a choice.*'before', 'after', 'full'"),
        ({"age": "24h"}, "no early counts at the moment 'before'.*--moment after"),
        ({"moment": "after", "age": "a day"}, "'a day' is not an age"),
        ({"min_age": "0d"}, "min_age: '0d' is not an age"),
        ({"moment": "after", "age": "8d"}, "8d is no earlier than 7d"),
        ({"schema": "creator-9"}, "no schema 'creator-9'"),
        ({"outcome": " "}, "no outcome ' '"),
        ({"outcome": "author_multiple", "thresholds": "reference"}, "no thresholds of its own"),
    ],
)
def test_a_choice_without_meaning_is_refused(changes, says):
    with pytest.raises(OptionError, match=says):
        Settings(**changes)
