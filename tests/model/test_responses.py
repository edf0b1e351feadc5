"""How answers respond to one input: by replacing it in rows, and by drawing other models."""

from dataclasses import replace

import numpy as np
import pytest

from virality.model.explanation import Explainer
from virality.model.responses import effect, response
from virality.model.unknown import Marginal
from worlds import scorer

WORTH = np.array([12.5, 35.0, 55.0, 72.5, 90.0])
MODELS = {"reference-15": "durationSeconds", "creator-1": "duration_seconds"}


def explained(schema):
    artefact = scorer(schema=schema).artefact
    classifier = artefact.classifier
    explainer = Explainer(Marginal(classifier.population, classifier._full), WORTH)
    feature = artefact.names.index(MODELS[schema])
    return explainer, feature, classifier.population.copula.knots[feature, [10, 30, 50]]


def value(full, X):
    return full.layout.summed(full.cells(X)) @ WORTH


@pytest.mark.parametrize("schema", MODELS)
def test_an_effect_is_the_mean_over_rows_in_which_the_input_is_set(schema):
    explainer, feature, at = explained(schema)
    found = effect(explainer, feature, at)
    for one, expected in zip(at, found.values, strict=True):
        rows = explainer.panel.rows.copy()
        rows[:, feature] = one
        set_to = value(explainer.marginal.full, rows) @ explainer.panel.weight
        assert expected == pytest.approx(set_to, abs=1e-9)


@pytest.mark.parametrize("schema", MODELS)
@pytest.mark.parametrize("unknown", [0, 4])
def test_a_response_is_the_answer_to_the_row_with_its_input_set(schema, unknown):
    explainer, feature, at = explained(schema)
    row = explainer.panel.rows[7].copy()
    row[[(feature + 1 + k) % len(row) for k in range(unknown)]] = np.nan
    found = response(explainer, row, feature, at)
    for one, expected in zip(at, found.values, strict=True):
        row[feature] = one
        assert expected == pytest.approx(explainer.values(row[None])[0], abs=1e-9)


@pytest.mark.parametrize("schema", MODELS)
def test_what_stays_as_it_is_is_in_no_doubt(schema):
    explainer, feature, at = explained(schema)
    row = explainer.panel.rows[7].copy()
    row[feature] = at[1]
    found = response(explainer, row, feature, at)
    assert found.deviations[1] == pytest.approx(0.0, abs=1e-12)
    assert found.deviations[[0, 2]].min() > 0


def with_other_effect(full, feature, off):
    """The model with one effect moved along its directions of doubt by draws ``off`` (r,)."""
    if hasattr(full, "coef"):
        coef = full.coef.copy()
        coef[:, feature] += off @ full.doubt[feature]
        return replace(full, coef=coef)
    curve = full.curves[feature]
    heights = curve.heights.copy()
    heights[0] += off @ curve.doubt
    curves = list(full.curves)
    curves[feature] = replace(curve, heights=heights)
    return replace(full, curves=tuple(curves))


@pytest.mark.parametrize("schema", MODELS)
def test_deviations_are_those_of_models_drawn_as_the_doubt_says(schema):
    explainer, feature, at = explained(schema)
    full = explainer.marginal.full
    row = explainer.panel.rows[7].copy()
    row[np.isnan(row)] = 0.0
    row[feature] = at[0]
    X = np.tile(row, (3, 1))
    X[:, feature] = at
    generator = np.random.default_rng(0)
    directions = len(full.doubts(feature, at))
    drawn = [
        value(with_other_effect(full, feature, generator.normal(size=directions)), X)
        for _ in range(600)
    ]
    changes = np.array(drawn) - np.array(drawn)[:, :1]
    said = response(explainer, row, feature, at).deviations
    assert np.allclose(changes.std(axis=0)[1:], said[1:], rtol=0.15)


def test_a_model_that_does_not_tell_its_doubt_gives_no_deviation():
    explainer, feature, at = explained("reference-15")
    plain = replace(explainer.marginal.full, doubt=None)
    silent = Explainer(Marginal(explainer.marginal.population, plain), WORTH)
    assert effect(silent, feature, at).deviations is None
    assert response(silent, explainer.panel.rows[0], feature, at).deviations is None


@pytest.mark.parametrize("schema", MODELS)
def test_an_input_that_no_row_of_the_panel_knows_is_as_doubtful_as_it_is_by_itself(schema):
    explainer, feature, at = explained(schema)
    row = explainer.panel.rows[7].copy()
    row[feature] = np.nan
    rows = explainer.panel.rows.copy()
    rows[:, feature] = np.nan
    explainer.__dict__["panel"] = replace(explainer.panel, rows=rows)
    found = response(explainer, row, feature, at)
    alone = explainer.marginal.full.doubts(feature, at)
    assert alone.shape[0] > 2
    assert found.deviations.shape == at.shape
    assert found.deviations.min() > 0
