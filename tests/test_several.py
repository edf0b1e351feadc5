"""Several videos at once are known as each of them is by itself."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import DataError, ViralityError
from virality.known import known_row
from virality.several import known_each
from virality.training.settings import Settings
from virality.training.train import run
from worlds import coming, sample, scorer, trained

BEFORE = {"schema": "creator-1", "moment": "before", "outcome": "views"}
NAMES = ["duration_seconds", "followers", "is_photo", "history_level", "hour_posted",
         "history_spread", "caption_length"]  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**6), st.floats(0, 100, width=32),
    st.sampled_from([0, 0.0, 1, 2.5, 10**400, -1, float("nan"), float("inf"), "12K", "yes", [1]]),
)  # fmt: skip
STATED = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=5)
RECORDS = st.sampled_from([dict(record) for record in coming(8)])
ODD = st.sampled_from(
    [{}, {"wheels": 4}, {"likes": 5}, {"likes": 5, "caption": "so #good"}, {"created_at": "never"},
     {"caption": "a"}, 7, None, {"created_at": 1_700_000_000, "history_level": 900}]
)  # fmt: skip
VIDEOS = st.lists(st.one_of(STATED, RECORDS, ODD), max_size=12)


def alone(artefact, video, past):
    try:
        return known_row(artefact, video, past)
    except ViralityError as error:
        return error


def agree(artefact, videos, past):
    found = known_each(artefact, videos, past)
    for place, video in enumerate(videos):
        expected = alone(artefact, video, past)
        if isinstance(expected, ViralityError):
            assert str(found.faults[place]) == str(expected)
            assert np.isnan(found.features[place]).all()
        else:
            assert place not in found.faults
            assert found.features[place] == pytest.approx(expected[0], rel=1e-9, nan_ok=True)
            assert set(found.ignored.get(place, ())) == set(expected[1])


@given(VIDEOS)
def test_several_videos_are_known_as_each_alone(videos):
    agree(scorer(**BEFORE).artefact, videos, None)


@given(st.lists(st.one_of(RECORDS, STATED, ODD), max_size=5))
def test_several_videos_with_a_past_are_known_as_each_alone(videos):
    model = scorer(**BEFORE)
    agree(model.artefact, videos, model.past(list(sample().records[:500])))


@pytest.mark.parametrize("kind", [{}, {"schema": "creator-1", "moment": "full"}])
def test_features_of_every_model_are_known_as_each_alone(kind):
    run = trained(**kind)
    rows = run.rows.features[:20]
    named = [dict(zip(run.scorer.feature_names, row.tolist(), strict=True)) for row in rows]
    unknown = [
        {name: value for name, value in one.items() if not math.isnan(value)} for one in named
    ]
    agree(run.scorer.artefact, [*named, *unknown], None)


def test_a_column_of_the_users_own_is_read_from_each_record():
    records = [{**one, "hook": len(str(one["text"])) % 7} for one in sample().records]
    model = run(records, Settings(**BEFORE, features=("hook:content",))).scorer
    values = [3, "4", True, "much", None, 5.5]
    videos = [{"hook": value, "caption": "a"} for value in values] + [{"hook": 5}]
    agree(model.artefact, videos, None)


@pytest.mark.parametrize("kind", [{}, BEFORE], ids=["softmax", "curves"])
def test_each_of_several_videos_is_scored_as_alone(kind):
    model = scorer(**kind)
    videos = [dict(record) for record in coming(4)] + [{}, {"caption": "so #good", "likes": 3}]
    for video, found in zip(videos, model.score_each(videos), strict=True):
        expected = model.score(video)
        assert found.score == pytest.approx(expected.score, rel=1e-9)
        assert found.interval == pytest.approx(expected.interval, rel=1e-9)
        assert found.tier_probabilities == pytest.approx(expected.tier_probabilities, rel=1e-9)
        assert found.percentile == pytest.approx(expected.percentile, rel=1e-9)
        assert found.unknown == expected.unknown
        assert set(found.ignored) == set(expected.ignored)


def test_a_video_that_cannot_be_scored_is_named_by_its_number_and_field():
    with pytest.raises(DataError, match="video 2, created_at: not a date"):
        scorer(**BEFORE).score_each([{"caption": "a"}, {"created_at": "never"}, {"wheels": 4}])
