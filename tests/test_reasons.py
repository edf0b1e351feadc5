"""Why a video got its score: sums, words, and the same from each face of the package."""

import json
from dataclasses import replace

import numpy as np
import pytest

from virality.errors import DataError, OptionError
from virality.reasons import attributed, explain, how
from virality.scorer import Scorer, load
from worlds import coming, sample, scorer

SCHEMAS = ["reference-15", "creator-1"]


@pytest.fixture(scope="module")
def history():
    return list(sample().records)


@pytest.mark.parametrize("schema", SCHEMAS)
@pytest.mark.parametrize(
    "video", [{}, {"duration_seconds": 30}, {"duration_seconds": 9, "caption": "why? #cats"}]
)
def test_base_contributions_and_what_is_unknown_make_the_score(schema, video):
    model = scorer(schema=schema)
    found = model.explain(video)
    total = found.base + sum(one.contribution for one in found.reasons) + found.unknown
    assert total == pytest.approx(model.score(video).score, abs=1e-9)
    assert found.score == pytest.approx(model.score(video).score, abs=1e-9)
    assert found.not_known == model.score(video).unknown


def test_nothing_known_gives_the_base_and_no_reason():
    found = scorer(schema="creator-1").explain({})
    assert found.reasons == ()
    assert found.score == pytest.approx(found.base)
    assert found.account is None


def test_the_largest_contribution_comes_first_and_history_is_the_accounts(history):
    model = scorer(schema="creator-1")
    found = model.explain(coming(1)[0], model.past(history))
    sizes = [abs(one.contribution) for one in found.reasons]
    assert sizes == sorted(sizes, reverse=True)
    total = found.base + found.account + found.video + found.unknown
    assert total == pytest.approx(found.score, abs=1e-9)
    assert found.reasons[0].phase == "history"
    level = next(one for one in found.reasons if one.feature == "history_level")
    assert level.text.startswith("is by an account that usually gets ")
    assert "views: such videos do" in level.text


@pytest.mark.parametrize("schema", SCHEMAS)
def test_many_records_are_explained_as_each_of_them_alone(schema, history):
    model = scorer(schema=schema)
    past = model.past(history) if schema == "creator-1" else None
    videos = coming(6)
    frame = model.explain_records(list(videos), history=past)
    scores = model.score_records(list(videos), history=past)
    assert frame["score"].to_list() == pytest.approx(scores["score"].to_list(), abs=1e-9)
    for row, video in zip(frame.iter_rows(named=True), videos, strict=True):
        alone = model.explain(video, past)
        points = {one.feature: one.contribution for one in alone.reasons}
        assert {name: row[name] for name in points} == pytest.approx(points, abs=1e-9)
        assert [name for name in model.feature_names if row[name] is None] == list(alone.not_known)
        assert row["unknown"] == pytest.approx(alone.unknown, abs=1e-9)


def test_rows_are_explained_alike_by_one_thread_and_by_several(monkeypatch):
    artefact = scorer(schema="creator-1").artefact
    X = artefact.explainer.panel.rows[np.arange(300) % 64]
    shared = attributed(artefact, X)
    monkeypatch.setattr("virality.threads._processors", lambda: 1)
    assert np.array_equal(attributed(artefact, X).contributions, shared.contributions)


def test_a_model_without_population_cannot_explain_and_says_why():
    artefact = scorer(schema="reference-15").artefact
    old = Scorer(replace(artefact, classifier=replace(artefact.classifier, population=None)))
    with pytest.raises(DataError, match="population") as caught:
        old.explain({"duration_seconds": 30})
    assert "train again" in caught.value.remedy


def test_a_model_of_no_known_schema_explains_by_names():
    artefact = replace(scorer(schema="reference-15").artefact, inputs=None)
    row = np.full(15, np.nan)
    row[2] = 0.05
    found = explain(artefact, row)
    assert found.reasons[0].text.startswith("likeRate: 0.05: ")
    assert found.reasons[0].phase is None


def test_an_explanation_is_plain_json():
    found = scorer(schema="creator-1").explain({"duration_seconds": 30})
    assert json.loads(json.dumps(found.to_dict()))["reasons"][0]["feature"] == "duration_seconds"


@pytest.mark.parametrize(
    ("points", "words"),
    [(-1.0, "a little worse"), (3.0, "better"), (30.0, "much better")],
)
def test_strengths_are_worded_by_points(points, words):
    assert how(points) == f"such videos do {words}"
    assert how(points / 1e3) == "hardly any difference"


def test_reasons_survive_the_file(tmp_path):
    model = scorer(schema="creator-1")
    model.save(tmp_path / "m.json")
    video = {"duration_seconds": 30, "caption": "hello"}
    assert load(tmp_path / "m.json").explain(video) == model.explain(video)
    again = load(tmp_path / "m.json").what_if(video, "duration_seconds")
    assert np.array_equal(again.low, model.what_if(video, "duration_seconds").low)


class TestWhatIf:
    def test_scores_are_those_of_the_video_with_that_value(self):
        model = scorer(schema="creator-1")
        video = {"duration_seconds": 30, "caption": "hello", "followers": 5000}
        found = model.what_if(video, "duration_seconds")
        assert found.now == 30
        for value, expected in zip(found.values, found.scores, strict=True):
            changed = {**video, "duration_seconds": float(value)}
            assert model.score(changed).score == pytest.approx(expected, abs=1e-9)

    def test_a_change_within_its_interval_is_not_told(self):
        found = scorer(schema="creator-1").what_if({"duration_seconds": 30}, "duration_seconds")
        wide = replace(found, low=found.changes - 100, high=found.changes + 100)
        assert not wide.told
        assert wide.text == ""
        sure = replace(found, low=found.changes - 0.01, high=found.changes + 0.01)
        assert sure.told
        assert "goes with" in sure.text
        assert "among the training videos" in sure.text

    def test_a_file_that_does_not_tell_its_doubt_tells_no_change(self):
        found = scorer(schema="creator-1").what_if({"duration_seconds": 30}, "duration_seconds")
        silent = replace(found, low=None, high=None)
        assert not silent.told
        assert silent.text == ""

    def test_only_what_a_person_can_change_can_be_asked_for(self):
        with pytest.raises(OptionError, match="followers is nothing that a person can") as caught:
            scorer(schema="creator-1").what_if({}, "followers")
        assert "duration_seconds" in caught.value.remedy

    def test_an_unknown_value_is_compared_with_leaving_it_open(self):
        found = scorer(schema="creator-1").what_if({}, "hour_posted")
        assert found.now is None
        assert len(found.values) == 24
        assert found.score == pytest.approx(scorer(schema="creator-1").score({}).score)

    def test_it_is_plain_json(self):
        found = scorer(schema="creator-1").what_if({}, "weekday_posted")
        assert json.loads(json.dumps(found.to_dict()))["words"][0] == "is posted on a Sunday"
