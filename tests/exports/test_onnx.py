"""A model as an ONNX graph, run by ONNX Runtime."""

import json

import numpy as np
import pytest

from exported import (
    SCHEMAS,
    artefact,
    assert_agrees,
    evil,
    only,
    planned_sets,
    rows,
    without_population,
)
from hostile import hostile_run
from virality.exports.exporting import Wishes, export

onnx = pytest.importorskip("onnx", reason="of the extra 'onnx'")
runtime = pytest.importorskip("onnxruntime", reason="of the group 'test'")


def asked(made, X, **wishes):
    """Run the graph of a model."""
    content = export(made, "onnx", Wishes(**wishes)).content
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    session = runtime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    return dict(zip(names, session.run(None, {"features": X}), strict=True)), session


def answered(made, X):
    """What a graph says of rows, one by one."""
    said, _ = asked(made, X)
    said["tier_probabilities"] = said.pop("probabilities")
    return [{name: column[row] for name, column in said.items()} for row in range(len(X))]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_answers_are_the_librarys_in_double_precision(schema):
    X, classifier = rows(schema), artefact(schema).classifier
    learned = classifier.population.gaps.known if classifier.model.gaps else []
    gappy = [only(X[:30], np.flatnonzero(known)) for known in learned]
    X = np.vstack([X, *gappy, np.full((1, X.shape[1]), np.nan)])
    found = answered(artefact(schema), X)
    assert_agrees(schema, X[:10_000], found[:10_000])
    assert_agrees(schema, X[10_000:], found[10_000:])


@pytest.mark.parametrize("schema", SCHEMAS)
def test_rows_that_take_an_average_get_nan(schema):
    X = np.vstack([only(rows(schema)[:2], columns) for columns in planned_sets(schema)])
    said, _ = asked(artefact(schema), X)
    assert not said.pop("tier").any()
    assert all(np.isnan(column).all() for column in said.values())


def test_what_is_not_finite_counts_as_unknown():
    X = rows("reference-15")[:2].copy()
    X[0], X[1, 3] = np.inf, -np.inf
    said, _ = asked(artefact("reference-15"), X)
    assert said["probabilities"][0] == pytest.approx(
        artefact("reference-15").classifier.population.prior
    )
    assert np.isnan(said["score"][1])


def test_a_graph_says_what_it_was_made_from():
    _, session = asked(artefact("creator-1"), rows("creator-1")[:1], fingerprint="0123456789abcdef")
    said = session.get_modelmeta().custom_metadata_map
    assert tuple(json.loads(said["feature_names"])) == artefact("creator-1").names
    assert "0123456789abcdef" in said["model"]
    assert said["moment"] == "before"


def test_a_graph_without_a_population_answers_when_all_is_known():
    made = without_population(artefact("reference-15"))
    X = np.vstack([rows("reference-15")[:2], np.full((1, 15), np.nan)])
    said, _ = asked(made, X)
    truth = made.classifier.predict_proba(X[:2])
    np.testing.assert_allclose(said["probabilities"][:2], truth, atol=1e-9)
    assert np.isnan(said["probabilities"][2]).all()
    assert set(said) == {"score", "tier", "probabilities"}


def test_a_hostile_model_is_written_and_read_as_any_other():
    model = hostile_run()[0].scorer
    X = np.full((1, len(model.feature_names)), np.nan)
    said, session = asked(evil(model.artefact), X)
    assert said["score"][0] == pytest.approx(model.score({}).score, abs=1e-9)
    assert "onerror" in session.get_modelmeta().custom_metadata_map["outcome"]
