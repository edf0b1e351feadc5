"""Columns of the user's own, as features."""

import json

import numpy as np
import polars as pl
import pytest

from virality.errors import DataError, OptionError
from virality.features.creator import CREATOR_1
from virality.features.extraction import extract
from virality.features.inputs import Inputs, own_feature, own_features


def test_a_column_of_ones_own_is_its_number_whatever_that_is():
    feature = own_feature("hook", "content")
    frame = pl.DataFrame({"hook": [-1e9, None, float("inf"), float("nan"), 2.5]})
    np.testing.assert_array_equal(
        extract(frame, [feature])[:, 0], [-1e9, np.nan, np.nan, np.nan, 2.5]
    )
    frame = pl.DataFrame({"hook": ["8.5", "good"]})
    np.testing.assert_array_equal(extract(frame, [feature])[:, 0], [8.5, np.nan])
    frame = pl.DataFrame({"hook": [True, False]})
    np.testing.assert_array_equal(extract(frame, [feature])[:, 0], [1.0, 0.0])


def test_a_column_of_ones_own_that_holds_lists_is_an_error_that_names_it():
    with pytest.raises(DataError, match="hook: holds no numbers"):
        extract(pl.DataFrame({"hook": [[1.0]]}), [own_feature("hook", "content")])


def test_an_endless_range_has_no_ends_in_json():
    stated = own_feature("hook", "content").stated()
    assert json.loads(json.dumps(stated, allow_nan=False))["high"] is None
    assert own_feature("hook", "content").span == "any"


def test_columns_of_ones_own_come_after_those_of_the_schema_in_the_order_given():
    own = own_features(("hook_score:content", "scores.b : early"), CREATOR_1, "after")
    inputs = Inputs(CREATOR_1, "after", own)
    assert inputs.names[-2:] == ("hook_score", "scores.b")
    assert [one.phase for one in own] == ["content", "early"]
    assert inputs.features[:-2] == CREATOR_1.at("after")
    assert inputs.schema.fingerprint == CREATOR_1.fingerprint


@pytest.mark.parametrize(
    "written", ["hook_score", "hook_score:", ":content", "hook_score:later", ""]
)
def test_a_column_without_a_phase_is_an_error_that_names_the_phases(written):
    with pytest.raises(OptionError, match="content, account, history, early, engagement"):
        own_features((written,), CREATOR_1, "before")


def test_a_column_of_a_later_phase_than_the_moment_is_an_error():
    with pytest.raises(OptionError, match="--moment after or full"):
        own_features(("pace:early",), CREATOR_1, "before")
    with pytest.raises(OptionError, match="--moment full"):
        own_features(("watch_time:engagement",), CREATOR_1, "after")


@pytest.mark.parametrize("name", ["likes", "views", "followers", "history_level", "early_views"])
def test_what_viewers_did_cannot_be_called_content(name):
    with pytest.raises(OptionError, match="another feature"):
        own_features((f"{name}:content",), CREATOR_1, "before")


def test_two_columns_of_one_name_are_an_error():
    with pytest.raises(OptionError, match="another feature"):
        own_features(("hook:content", "hook:early"), CREATOR_1, "after")
