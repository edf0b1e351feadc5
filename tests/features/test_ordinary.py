"""Videos that state every feature as an ordinary number, against the way for all others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.features.given import parted, without_record
from virality.known import known_row, plain_row
from worlds import scorer


def ordinary(artefact):
    """A value of each feature in the middle of its range, as a person might state it."""
    ends = {one.name: (one.low, one.high) for one in artefact.inputs.features}
    return {name: 1.0 if high >= 1 else (low + high) / 2 for name, (low, high) in ends.items()}


ODD = st.sampled_from([None, float("nan"), float("inf"), -1.0, -0.0, 0, 1, True, False, 0.5, 2.5])
VALUES = ODD | st.sampled_from([1e301, 10**400, "12K", "yes", [1], {}, 24, 24.5, 1e9, 1e10])


@given(st.data())
def test_a_row_that_is_taken_as_it_is_holds_what_reading_each_value_gives(data):
    artefact = scorer(schema=data.draw(st.sampled_from(["creator-1", "reference-15"]))).artefact
    video = ordinary(artefact)
    for name in data.draw(st.lists(st.sampled_from(artefact.names), max_size=3)):
        video[name] = data.draw(VALUES)
    row = plain_row(artefact, video)
    if row is None:
        return
    told = without_record(parted(video, artefact.names, artefact.inputs), artefact.inputs)
    assert not told.record
    assert row.tolist() == [told.values[name] for name in artefact.names]


@pytest.mark.parametrize("schema", ["creator-1", "reference-15"])
def test_ordinary_numbers_are_taken_and_less_or_more_than_all_features_are_not(schema):
    artefact = scorer(schema=schema).artefact
    video = ordinary(artefact)
    row = plain_row(artefact, video)
    assert row is not None
    assert np.array_equal(known_row(artefact, video, None)[0], row)
    assert plain_row(artefact, {**video, "caption": "a"}) is None
    assert plain_row(artefact, dict(list(video.items())[1:])) is None
    assert plain_row(artefact, [*video.items()]) is None


def test_yes_and_no_are_numbers_of_flags_alone():
    artefact = scorer(schema="creator-1").artefact
    video = ordinary(artefact)
    assert plain_row(artefact, video | {"is_photo": True, "author_verified": False}) is not None
    assert plain_row(artefact, video | {"followers": True}) is None
    assert plain_row(artefact, video | {"is_photo": 0.5}) is None
    assert plain_row(artefact, video | {"duration_seconds": 0}) is None
