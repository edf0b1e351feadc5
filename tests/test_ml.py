"""The reference contract, against the reference system's own numbers."""

import json
import math

import numpy as np
import pytest

from places import DATA, TRAINING_FILE, needs_data
from virality import ml, rows
from virality.errors import ArtefactError, DataError, OptionError

BRIDGE = (
    ({}, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1 / 6, 1 / 6, 0, 0.5, 0, 0.5, 0, 0.5, 0.5]),
    (
        {"shareTrigger": 20, "commentProvocation": -1, "durationSeconds": 90, "hashtagCount": 3,
         "audioTrendingMatch": 0.2, "captionScore": 0},
        [0.5, 0.5, 0.5, 0.5, 1, 0, 0.5, 0.1, 1, 0, 0, 0.5, 0, 0.5, 0.5],
    ),
    (
        {"durationSeconds": None, "hashtagCount": 0},
        [0.5] * 6 + [1 / 6, 0, 0, 0.5, 0, 0.5, 0, 0.5, 0.5],
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_model_is_remembered(monkeypatch, tmp_path):
    monkeypatch.setattr(ml, "_LOADED", {})
    monkeypatch.setattr(ml, "_NAMED", {})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("VIRALITY_MODEL", raising=False)


def training_file(path, rows=60, seed=0):
    """A small training file in the reference system's form, of invented numbers."""
    generator = np.random.default_rng(seed)
    names = [f"f{number}" for number in range(15)]

    def part(count):
        features = generator.uniform(size=(count, 15))
        labels = 1 + (features[:, 0] * 4.999).astype(int)
        return {"features": features.tolist(), "labels": labels.tolist(), "count": count}

    document = {
        "generatedAt": "2026-01-01T00:00:00Z",
        "featureNames": names,
        "trainSet": part(rows),
        "testSet": part(rows // 3),
        "labelDistribution": {},
    }
    path.write_text(json.dumps(document))
    return path


@needs_data
def test_the_reference_recipe_gives_the_reference_weights_and_accuracy(tmp_path):
    result = ml.train_model(TRAINING_FILE, recipe="reference", out=tmp_path / "m.json")
    expected = json.loads((DATA / "reference" / "reference-weights.json").read_text())
    assert np.abs(result.weights.weights - expected["weights"]).max() <= 1e-10
    assert np.abs(result.weights.biases - expected["biases"]).max() <= 1e-10
    assert result.test_accuracy == expected["accuracy"] == 457 / 1472
    assert result.confusion_matrix == expected["confusionMatrix"]
    scores = json.loads((DATA / "reference" / "reference-scores.json").read_text())
    assert result.train_accuracy == pytest.approx(scores["trainAccuracy"])


@needs_data
def test_all_scores_of_the_reference_system_are_reproduced_exactly():
    stated = json.loads((DATA / "reference" / "reference-scores.json").read_text())
    rows = json.loads(TRAINING_FILE.read_text())["testSet"]["features"]
    weights = DATA / "reference" / "reference-weights.json"
    ours = [ml.predict_with_ml(row, weights) for row in rows[: len(stated["scores"])]]
    assert ours == stated["scores"]
    for bridge in stated["bridge"]:
        vector = ml.feature_vector_to_ml_input(bridge["featureVector"], unknown="default")
        assert vector == bridge["mlInput"]
        assert ml.predict_with_ml(vector, weights) == bridge["score"]


@needs_data
def test_the_converged_default_reads_the_label_from_three_inputs_and_says_so(tmp_path):
    result = ml.train_model(TRAINING_FILE, out=tmp_path / "m.json")
    assert result.test_accuracy >= 0.985
    document = json.loads((tmp_path / "m.json").read_text())
    assert document["evaluation"]["metrics"]["log_loss"] <= 0.06
    assert document["evaluation"]["label"]["rebuilt_share"] == 1.0
    assert any("Three inputs define the label" in note for note in document["evaluation"]["notes"])
    assert document["certificate"]["gradient_norm"] <= 1e-6


def old_reader(document, row):
    """A reader that knows only the old format: W x + b, softmax, midpoints."""
    logits = [
        sum(w * x for w, x in zip(weights, row, strict=True)) + bias
        for weights, bias in zip(document["weights"], document["biases"], strict=True)
    ]
    top = max(logits)
    shares = [math.exp(logit - top) for logit in logits]
    midpoints = (12.5, 35, 55, 72.5, 90)
    return sum(s * m for s, m in zip(shares, midpoints, strict=True)) / sum(shares)


def test_a_reader_of_the_old_format_scores_our_file_alike(tmp_path):
    ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text())
    scorer = ml.load(tmp_path / "m.json")
    for row in np.random.default_rng(1).uniform(size=(200, 15)):
        score = scorer.score(dict(zip(scorer.feature_names, row, strict=True))).score
        assert old_reader(document, row) == pytest.approx(score, abs=1e-9)
        assert ml.predict_with_ml(row, tmp_path / "m.json") == pytest.approx(score, abs=0.0501)


@needs_data
def test_a_reader_of_the_old_format_scores_the_converged_reference_model_alike(tmp_path):
    ml.train_model(TRAINING_FILE, out=tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text())
    scorer = ml.load(tmp_path / "m.json")
    rows = json.loads(TRAINING_FILE.read_text())["testSet"]["features"]
    ours = scorer.predict_proba(rows) @ np.array([12.5, 35, 55, 72.5, 90])
    theirs = [old_reader(document, row) for row in rows]
    assert np.abs(ours - theirs).max() <= 1e-9


def test_defaults_are_files_in_the_working_directory_and_a_new_training_replaces_the_cache(
    tmp_path,
):
    assert ml.load_model() is None
    assert ml.predict_with_ml([0.5] * 15) is None
    training_file(tmp_path / "training-data.json")
    first = ml.train_model()
    assert (tmp_path / "ml-weights.json").exists()
    assert np.array_equal(ml.load_model().weights, first.weights.weights)
    training_file(tmp_path / "training-data.json", seed=5)
    second = ml.train_model()
    assert not np.array_equal(first.weights.weights, second.weights.weights)
    assert np.array_equal(ml.load_model().weights, second.weights.weights)


def test_the_model_is_read_once(tmp_path):
    ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "m.json")
    ml._LOADED.clear()
    ml._NAMED.clear()
    before = ml.load_model(tmp_path / "m.json")
    (tmp_path / "m.json").unlink()
    assert np.array_equal(ml.load_model(tmp_path / "m.json").weights, before.weights)


def test_an_environment_variable_names_another_file(tmp_path, monkeypatch):
    ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "other.json")
    monkeypatch.setenv("VIRALITY_MODEL", str(tmp_path / "other.json"))
    assert ml.load_model() is not None
    assert 12.5 <= ml.predict_with_ml([0.5] * 15) <= 90


def test_both_accuracies_are_logged(tmp_path, caplog):
    with caplog.at_level("INFO", logger="virality"):
        result = ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "m.json")
    assert f"train accuracy {result.train_accuracy:.5f}" in caplog.text
    assert f"test accuracy {result.test_accuracy:.5f}" in caplog.text


def test_a_damaged_model_file_is_an_error_and_not_none(tmp_path):
    (tmp_path / "ml-weights.json").write_text("{")
    with pytest.raises(ArtefactError, match=r"ml-weights\.json:1:2"):
        ml.load_model()


@pytest.mark.parametrize("features", [[], [0.5] * 14, [0.5] * 16, [[0.5] * 15], ["a"] * 15])
def test_a_vector_of_the_wrong_length_or_kind_is_an_error(tmp_path, features):
    ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "m.json")
    with pytest.raises(DataError):
        ml.predict_with_ml(features, tmp_path / "m.json")


def test_unknown_features_are_averaged_over_and_nothing_known_is_the_prior(tmp_path):
    result = ml.train_model(training_file(tmp_path / "t.json", rows=300), out=tmp_path / "m.json")
    prior = np.array(json.loads((tmp_path / "m.json").read_text())["population"]["prior"])
    nothing = ml.predict_with_ml([None] * 15, tmp_path / "m.json")
    assert nothing == pytest.approx(float(prior @ [12.5, 35, 55, 72.5, 90]), abs=0.0501)
    one = [math.nan] * 14 + [0.5]
    assert 12.5 <= ml.predict_with_ml(one, tmp_path / "m.json") <= 90
    assert result.weights.num_classes == 5


@needs_data
def test_a_file_without_a_population_refuses_unknown_features():
    weights = DATA / "reference" / "reference-weights.json"
    with pytest.raises(DataError, match="no population"):
        ml.predict_with_ml([None] * 15, weights)


@pytest.mark.parametrize(("vector", "expected"), BRIDGE)
def test_the_bridge_with_the_reference_defaults(vector, expected):
    assert ml.feature_vector_to_ml_input(vector, unknown="default") == pytest.approx(expected)


def test_the_bridge_leaves_unknown_what_is_not_known():
    known = ml.feature_vector_to_ml_input({"durationSeconds": 90, "audioTrendingMatch": 0})
    assert known == [None] * 6 + [0.5, None, 0.0] + [None] * 6
    assert ml.feature_vector_to_ml_input({"durationSeconds": math.nan})[6] is None


def test_the_bridge_refuses_what_is_no_number_and_an_unknown_mode():
    with pytest.raises(DataError, match="captionScore: 'high' is not a number"):
        ml.feature_vector_to_ml_input({"captionScore": "high"})
    with pytest.raises(OptionError, match="neither"):
        ml.feature_vector_to_ml_input({}, unknown="zero")


def test_pipeline_signals_are_brought_to_0_to_1_and_absent_ones_stay_absent():
    signals = {"hookScore": 7, "ruleScore": 120, "hashtagCount": 45, "durationSeconds": 90,
               "hasVideo": True, "trendScore": None, "hashtagRelevance": 0.25}  # fmt: skip
    assert ml.pipeline_features(signals) == {
        "hookScore": 0.7, "ruleScore": 1.0, "hashtagCount": 1.0, "durationSeconds": 0.5,
        "hasVideo": 1.0, "hashtagRelevance": 0.25,
    }  # fmt: skip
    assert ml.pipeline_features({}) == {}


def test_a_relative_name_is_another_file_in_another_directory(tmp_path, monkeypatch):
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        training = training_file(tmp_path / "t.json", seed=number)
        ml.train_model(training, out=tmp_path / str(number) / "ml-weights.json")
    scores = []
    for number in (0, 1, 0):
        monkeypatch.chdir(tmp_path / str(number))
        scores += [
            ml.predict_with_ml([0.1] * 15),
            ml.predict_with_ml([0.1] * 15, "ml-weights.json"),
        ]
    assert scores[0] == scores[1] == scores[4] == scores[5]
    assert scores[2] == scores[3] != scores[0]


def test_a_new_training_is_what_scores_by_every_name_of_its_file(tmp_path, monkeypatch):
    path = tmp_path / "m.json"
    names = (path, str(path), f"{tmp_path}//m.json", "m.json", None)
    monkeypatch.setenv("VIRALITY_MODEL", "m.json")
    found = []
    for seed in (0, 5):
        ml.train_model(training_file(tmp_path / "t.json", seed=seed), out="m.json")
        found.append({ml.predict_with_ml([0.1] * 15, name) for name in names})
    assert [len(scores) for scores in found] == [1, 1]
    assert found[0] != found[1]


def test_a_model_that_appears_later_is_found(tmp_path):
    assert ml.predict_with_ml([0.5] * 15) is None
    ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "elsewhere.json")
    (tmp_path / "elsewhere.json").rename(tmp_path / "ml-weights.json")
    assert ml.predict_with_ml([0.5] * 15) is not None


def test_an_infinite_feature_is_an_error_that_names_it(tmp_path):
    ml.train_model(training_file(tmp_path / "t.json"), out=tmp_path / "m.json")
    for endless in (math.inf, -math.inf):
        with pytest.raises(DataError, match=r"f3.*infinite"):
            ml.predict_with_ml([0.5] * 3 + [endless] + [0.5] * 11, tmp_path / "m.json")


def test_a_row_of_known_numbers_makes_no_array_and_looks_at_no_file(tmp_path, monkeypatch):
    path = tmp_path / "m.json"
    ml.train_model(training_file(tmp_path / "t.json"), out=path)
    expected = ml.predict_with_ml(np.full(15, 0.25), path)
    ml.predict_with_ml([0.25] * 15, path)

    class Nothing:
        """Stands for a module of which nothing may be used."""

        def __getattr__(self, name):
            raise AssertionError(name)

    monkeypatch.setattr(rows, "np", Nothing())
    monkeypatch.setattr(ml, "paths", Nothing())
    assert ml.predict_with_ml([0.25] * 15, path) == expected
    with pytest.raises(AssertionError, match="asarray"):
        ml.predict_with_ml([0.25] * 14 + [None], path)
