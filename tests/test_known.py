"""What is known of one video: columns that are features, and records."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.features.given import parted, without_record
from virality.known import known_row
from worlds import scorer

CURVES = {"schema": "creator-1", "moment": "before", "outcome": "views"}
COLUMNS = {
    "duration_seconds": st.floats(0, 36000),
    "is_photo": st.one_of(st.booleans(), st.sampled_from([0, 1, 0.0, 1.0])),
    "sound_is_original": st.booleans(),
    "followers": st.integers(0, 10**9),
    "author_video_count": st.integers(1, 10**6),
    "author_verified": st.booleans(),
}
VIDEOS = st.fixed_dictionaries(
    {}, optional={name: st.one_of(values, st.none()) for name, values in COLUMNS.items()}
)


def told_of(video):
    artefact = scorer(**CURVES).artefact
    return without_record(parted(video, artefact.names, artefact.inputs), artefact.inputs)


@given(VIDEOS)
def test_columns_that_are_features_give_what_a_record_of_them_gives(video):
    artefact = scorer(**CURVES).artefact
    row, ignored = known_row(artefact, video, None)
    read, unused = known_row(artefact, {**video, "caption": None}, None)
    assert np.array_equal(row, read, equal_nan=True)
    assert ignored == unused


def test_ordinary_values_of_all_features_are_no_record():
    names = scorer(**CURVES).feature_names
    assert told_of(dict.fromkeys(names, 1.0)).record == {}


@pytest.mark.parametrize(
    "odd", ["12K", -1, 0, float("nan"), float("inf"), 10**12, np.float32(3), [3]], ids=repr
)
def test_a_value_that_has_to_be_cleaned_stays_in_the_record(odd):
    assert told_of({"followers": odd}).record == {"followers": odd}


def test_a_column_that_another_unnamed_feature_reads_stays_in_the_record():
    artefact = scorer().artefact
    told = parted({"followers": 12_000}, artefact.names, artefact.inputs)
    assert without_record(told, artefact.inputs).record == {"followers": 12_000}
