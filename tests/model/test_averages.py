"""The compiled average over unknown inputs against the one in NumPy, which is its oracle."""

import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virality.model import averages, kernels
from virality.model.calibration import Calibration
from virality.model.pieces import curve_pieces, raw_pieces
from virality.model.unknown import Marginal
from worlds import trained

pytestmark = pytest.mark.skipif(not kernels.installed(), reason="Numba is not installed")

MODELS = {
    "softmax": ("reference-15", {"moment": "full"}),
    "additive": ("creator-1", {}),
    "additive, later": ("creator-1", {"moment": "full"}),
}


def classifier(model, calibration=None):
    schema, changes = MODELS[model]
    found = trained(schema, **changes).scorer.artefact.classifier
    return found if calibration is None else replace(found, calibration=calibration)


def by(form, marginal, X, monkeypatch):
    """Answers of a fresh marginal, compiled or not."""
    fresh = Marginal(marginal.population, marginal.full)
    with monkeypatch.context() as patch:
        patch.setattr(averages, "pays", lambda _: form == "compiled")
        return fresh.cells(X)


def rows(marginal, count, seed, share=0.3):
    """Rows of training quantiles, beyond their ends too, with gaps at random."""
    generator = np.random.default_rng(seed)
    knots = marginal.population.copula.knots
    places = generator.integers(0, knots.shape[1], (count, len(knots)))
    X = np.take_along_axis(knots.T, places, axis=0) * generator.choice([0.5, 1, 1, 2], (count, 1))
    X[generator.uniform(size=X.shape) < share] = np.nan
    return X


@pytest.mark.parametrize("model", list(MODELS))
@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_the_compiled_average_is_that_of_numpy(model, share, monkeypatch):
    marginal = classifier(model).marginal
    X = rows(marginal, 60, 7, share)
    found = by("compiled", marginal, X, monkeypatch)
    assert found == pytest.approx(by("numpy", marginal, X, monkeypatch), abs=1e-12, rel=1e-10)


@given(seed=st.integers(0, 2**32), share=st.floats(0.02, 0.98))
@settings(max_examples=15, deadline=None)
def test_any_set_of_unknown_inputs_is_averaged_alike(seed, share):
    marginal = classifier("additive").marginal
    X = rows(marginal, 3, seed, share)
    with pytest.MonkeyPatch.context() as patch:
        expected = by("numpy", marginal, X, patch)
        assert by("compiled", marginal, X, patch) == pytest.approx(expected, abs=1e-12)


def test_each_single_unknown_input_and_each_single_known_one_are_averaged_alike(monkeypatch):
    for model in MODELS:
        marginal = classifier(model).marginal
        full = rows(marginal, 1, 3, 0.0)[0]
        one = np.eye(len(full), dtype=bool)
        X = np.vstack([np.where(one, np.nan, full), np.where(one, full, np.nan)])
        expected = by("numpy", marginal, X, monkeypatch)
        assert by("compiled", marginal, X, monkeypatch) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("model", ["additive", "softmax"])
def test_a_calibration_is_applied_to_each_node_before_the_average(model, monkeypatch):
    calibration = Calibration(np.linspace(0.5, 1.5, 5), np.linspace(-1.0, 1.0, 5))
    marginal = classifier(model, calibration).marginal
    X = rows(marginal, 40, 11)
    expected = by("numpy", marginal, X, monkeypatch)
    assert by("compiled", marginal, X, monkeypatch) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("model", list(MODELS))
def test_a_row_is_averaged_alike_alone_and_among_many(model, monkeypatch):
    marginal = classifier(model).marginal
    X = np.tile(rows(marginal, 1, 5), (5000, 1))
    X[1::2] = rows(marginal, 1, 6)
    many = by("compiled", marginal, X, monkeypatch)
    for number in (0, 1, 4998):
        alone = by("compiled", marginal, X[number : number + 1], monkeypatch)
        assert many[number] == pytest.approx(alone[0], abs=1e-14)


def test_rows_without_a_gap_and_no_rows_are_answered_by_the_model(monkeypatch):
    marginal = classifier("additive").marginal
    X = rows(marginal, 20, 5, 0.0)
    assert np.array_equal(by("compiled", marginal, X, monkeypatch), marginal.full.cells(X))
    assert by("compiled", marginal, X[:0], monkeypatch).shape == (0, len(marginal.full.layout.tier))


def test_pieces_give_what_score_and_curve_give():
    found = classifier("additive")
    copula, curves = found.population.copula, found.model.curves
    pieces, raw = curve_pieces(copula, curves), raw_pieces(copula)
    scores = np.linspace(-4.5, 4.5, 4001)
    for u, curve in enumerate(curves):
        values = copula.decode(scores[:, None], np.array([u]))[:, 0]
        at = np.searchsorted(raw.bounds[u], scores, side="right") - 1
        b, v, c = raw.lines[u][:, at]
        assert v + c * (scores - b) == pytest.approx(values, abs=1e-9, rel=1e-12)
        at = np.searchsorted(pieces.bounds[u], scores, side="right") - 1
        place = curve.axis.place(values) if pieces.offsets[u] >= 0 else scores
        base, *lines = pieces.curves[u][:, at]
        added = np.array(lines[:3]) + np.array(lines[3:]) * (place - base)
        if curve.varies:
            assert np.transpose(added) == pytest.approx(curve.contributions(values), abs=1e-10)


def test_a_circle_that_values_leave_has_no_pieces():
    found = classifier("additive")
    cut = [
        replace(curve, axis=replace(curve.axis, period=1.0))
        if curve.axis.shape == "cycle"
        else curve
        for curve in found.model.curves
    ]
    assert curve_pieces(found.population.copula, tuple(cut)) is None


def test_the_compiler_is_loaded_for_much_work_only(monkeypatch):
    monkeypatch.delitem(sys.modules, "numba", raising=False)
    assert not averages.pays(averages.WORTH_LOADING - 1)
    assert averages.pays(averages.WORTH_LOADING)
    monkeypatch.setattr(kernels, "installed", lambda: False)
    assert not averages.pays(averages.WORTH_LOADING)
