import copy
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from places import DATA, needs_data
from virality.artefact import FORMAT_VERSION, encode
from virality.errors import ArtefactError, OutputError, ViralityError
from virality.scorer import load
from worlds import scorer


@pytest.fixture(scope="module")
def document():
    """A model file's JSON object."""
    return json.loads(json.dumps(encode(scorer().artefact)))


def loaded(tmp_path, document):
    (tmp_path / "m.json").write_text(json.dumps(document))
    return load(tmp_path / "m.json")


MODELS = [
    {},
    {"schema": "creator-1"},
    {"schema": "creator-1", "outcome": "author_multiple"},
    {"schema": "creator-1", "features": ("authorMeta.following:account",), "moment": "full"},
]


@pytest.mark.parametrize("changes", MODELS, ids=str)
def test_a_round_trip_is_exact(tmp_path, changes):
    ours = scorer(**changes)
    ours.save(tmp_path / "m.json")
    theirs = load(tmp_path / "m.json")
    assert encode(theirs.artefact) == json.loads(json.dumps(encode(ours.artefact)))
    X = np.random.default_rng(0).uniform(size=(50, len(ours.feature_names)))
    X[np.random.default_rng(1).uniform(size=X.shape) < 0.3] = np.nan
    assert np.array_equal(ours.predict_proba(X), theirs.predict_proba(X))


def test_the_file_is_a_superset_of_the_reference_format(document):
    old = "weights biases featureNames numClasses trainedAt accuracy confusionMatrix"
    assert set(old.split()) <= set(document)
    assert document["format_version"] == FORMAT_VERSION
    assert document["accuracy"] == document["evaluation"]["metrics"]["accuracy"]


def test_the_file_states_what_it_rests_on(document):
    assert document["data"]["rows"] > 0
    assert len(document["data"]["sha256"]) == 64
    assert document["data"]["synthetic"] is True
    assert document["data"]["first_posted"] < document["data"]["last_posted"]
    assert document["certificate"]["converged"] is True
    assert document["certificate"]["gradient_norm"] <= 1e-6
    assert document["training"]["recipe"] == "converged"
    assert document["schema"]["name"] == "reference-15"


def test_no_caption_handle_or_id_enters_the_file(document):
    from worlds import sample

    text = json.dumps(document)
    for record in sample().records[:300]:
        for private in (record["text"], record["authorMeta"]["name"], record["id"]):
            if isinstance(private, str) and len(private) > 4:
                assert private not in text


def without(*path):
    def change(document):
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]

    return change


def put(value, *path):
    def change(document):
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (without("weights"), "m.json: the field 'weights' is missing"),
        (without("biases"), "the field 'biases' is missing"),
        (put("x", "weights", 0, 3), r"m.json.weights\[0\]\[3\]: not a number"),
        (put(None, "biases", 1), r"m.json.biases\[1\]: not a number"),
        (put([0.0], "weights", 2), "m.json.weights: its rows differ in length"),
        (put([[0.0]], "weights"), "m.json.weights: has shape"),
        (put(3, "numClasses"), "m.json.numClasses: not 5"),
        (put(FORMAT_VERSION + 1, "format_version"), "upgrade virality"),
        (put(-1, "format_version"), "not a format version"),
        (put("1", "format_version"), "not a whole number"),
        (put("0" * 16, "schema", "fingerprint"), "another version of the schema 'reference-15'"),
        (put("creator-99", "schema", "name"), "another version of the schema 'creator-99'"),
        (put("likes", "featureNames", 0), "featureNames: not the features of reference-15"),
        (put([4, 3, 2, 1], "thresholds"), "m.json.thresholds: not ascending"),
        (put([1, 2], "thresholds"), "m.json.thresholds: has shape"),
        (without("population", "prior"), "m.json.population: the field 'prior' is missing"),
        (put([[1.0]], "population", "quantiles"), "m.json.population.quantiles: has shape"),
        (put(-9.0, "population", "score_covariance", 0), "score_covariance: not a covariance"),
        (put(0.9, "population", "lowest_level"), "lowest_level: not between"),
        (put([0, 0, 0, 0, 0], "population", "prior"), "prior: not shares that sum to 1"),
        (put([-1, 2, 0, 0, 0], "population", "prior"), "prior: not shares that sum to 1"),
        (put(-1.0, "population", "score_scale", 0), "score_scale: negative"),
        (put(99.0, "population", "quantiles", 0, 0), "quantiles: not ascending"),
        (put(1e308, "weights", 0, 0), "weights: beyond 1e"),
        (put([0, 1, 2, 3, 4], "tiers", "midpoints"), "tiers.midpoints: not "),
        (put([], "evaluation"), "m.json.evaluation: not a JSON object"),
        (put(7, "trainedAt"), "m.json.trainedAt: not a string"),
    ],
)
def test_a_damaged_file_is_refused_with_the_field_at_fault(tmp_path, document, change, says):
    damaged = copy.deepcopy(document)
    change(damaged)
    with pytest.raises(ArtefactError, match=says):
        loaded(tmp_path, damaged)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (put("soon", "moment"), "m.json.moment: not one of before, after, full"),
        (put("full", "moment"), "m.json.featureNames: not the features of creator-1"),
        (
            put([{"name": "hook", "phase": "content"}], "own_features"),
            "m.json.featureNames: not the features of creator-1",
        ),
        (put([{"name": "hook", "phase": "late"}], "own_features"), r"\[0\].phase: not one of"),
        (put([{"phase": "content"}], "own_features"), "the field 'name' is missing"),
        (put(0, "ages", "mature_seconds"), "m.json.ages.mature_seconds: not an age"),
        (put({}, "ages"), "m.json.ages: the field 'early_seconds' is missing"),
        (put("x", "history", "rule", "noise"), "m.json.history.rule.noise: not a number"),
        (put({}, "history"), "m.json.history: the field 'prior' is missing"),
        (put("boosted", "model", "kind"), "m.json.model.kind: not a kind"),
        (without("model"), "the field 'weights' is missing"),
    ],
)
def test_a_damaged_file_of_a_model_with_histories_is_refused_with_the_field_at_fault(
    tmp_path, change, says
):
    damaged = json.loads(json.dumps(encode(scorer(schema="creator-1").artefact)))
    change(damaged)
    with pytest.raises(ArtefactError, match=says):
        loaded(tmp_path, damaged)


@given(st.data())
def test_a_file_cut_short_anywhere_is_refused(tmp_path_factory, data):
    text = json.dumps(encode(scorer().artefact))
    path = tmp_path_factory.mktemp("cut") / "m.json"
    path.write_text(text[: data.draw(st.integers(0, len(text) - 1))])
    with pytest.raises(ArtefactError):
        load(path)


@given(st.data())
def test_whatever_one_field_holds_the_file_loads_or_is_refused_by_name(tmp_path_factory, data):
    changes = data.draw(st.sampled_from(MODELS[:2]))
    document = json.loads(json.dumps(encode(scorer(**changes).artefact)))
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just([]) | st.just({})
        | st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=6)
    )  # fmt: skip
    path = tmp_path_factory.mktemp("any") / "m.json"
    path.write_text(json.dumps(document))
    try:
        load(path).score({})
    except ViralityError as error:
        assert str(error)  # noqa: PT017  either outcome is right


@needs_data
def test_a_file_of_the_reference_system_loads():
    old = load(DATA / "reference" / "reference-weights.json")
    assert old.artefact.schema is not None
    assert old.artefact.classifier.population is None
    assert old.artefact.accuracy == pytest.approx(0.31046195652173914)


def test_a_file_of_features_of_ones_own_naming_loads_without_a_schema(tmp_path, document):
    own = {key: document[key] for key in ("weights", "biases", "numClasses", "trainedAt")}
    own["featureNames"] = [f"mine{number}" for number in range(15)]
    scored = loaded(tmp_path, own).score({f"mine{number}": 0.1 for number in range(15)})
    assert scored.unknown == ()


def test_a_model_is_never_half_written(tmp_path, monkeypatch):
    ours, path = scorer(), tmp_path / "m.json"
    ours.save(path)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        ours.save(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("video", "score"),
    [
        ({}, 45.54740),
        ({"duration_seconds": 30, "followers": 12000}, 45.25764),
        ({"likeRate": 0.1, "shareRate": 0.01}, 43.31266),
        (
            {"views": 5000, "likes": 400, "comments": 9, "shares": 4, "saves": 20,
             "followers": 900, "duration_seconds": 12, "caption": "so #good",
             "created_at": "2025-03-01T10:00:00Z", "sound_title": "x"},
            21.34644,
        ),
    ],
)  # fmt: skip
def test_a_file_of_the_first_version_scores_as_it_did(video, score):
    """To a hundredth of a point, by averages over unknown inputs as they are made now."""
    old = load(Path(__file__).parent / "fixtures" / "models" / "version-1.json")
    assert old.score(video).score == pytest.approx(score, abs=0.01)
    assert (old.moment, old.artefact.history, old.artefact.schema.name) == (
        "full",
        None,
        "reference-15",
    )
