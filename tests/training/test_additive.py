"""Fitting the additive model: what it finds where the truth is known."""

from dataclasses import replace

import numpy as np
import pytest

from virality.errors import DataError, NotConvergedError
from virality.features.extraction import SCHEMAS
from virality.features.inputs import Inputs
from virality.features.schema import Feature, Schema
from virality.labels import quantile_thresholds, tier_of
from virality.model.additive import Additive
from virality.model.ordered import Link, information, loss
from virality.storage.checked import Field
from virality.training.additive import _recency, cell_edges, fit_additive
from virality.training.labelled import Labelled, Task
from virality.training.penalised import fit
from virality.training.steps import Design


def feature(name, curve="linear", period=None):
    return Feature(
        name, "content", "units", -1e9, 1e9, (name,), lambda pl: pl.col(name), name,
        curve=curve, period=period,
    )  # fmt: skip


INPUTS = Inputs(
    Schema(
        "test",
        1,
        (
            feature("bent"),
            feature("noise"),
            feature("hour", "cycle", 24.0),
            feature("flag", "flag"),
        ),
    )
)


def task(n=4000, seed=0, gaps=0.0):
    """Outcome with a bent effect, a cycle, a flag, and noise twice as wide where the flag is 1."""
    generator = np.random.default_rng(seed)
    X = np.column_stack(
        [
            generator.normal(size=n),
            generator.normal(size=n),
            generator.uniform(0, 24, n),
            generator.integers(2, size=n).astype(float),
        ]
    )
    location = 1.5 * np.sin(1.5 * X[:, 0]) + 0.8 * np.cos(2 * np.pi * X[:, 2] / 24) + X[:, 3]
    outcome = np.exp(location + np.exp(0.7 * X[:, 3]) * 0.5 * generator.logistic(size=n))
    X[generator.uniform(size=n) < gaps, 0] = np.nan
    thresholds = quantile_thresholds(outcome)
    rows = Labelled(
        INPUTS.names, X, X, tier_of(outcome, thresholds), outcome, np.ones(n),
        np.arange(n, dtype=float), np.arange(n),
    )  # fmt: skip
    return Task(rows, INPUTS, thresholds)


FITTED = fit_additive(task(), half_life=None)


def test_the_bent_effect_is_found():
    x = np.linspace(-2, 2, 41)
    found = FITTED.model.curves[0].contributions(x)[:, 0]
    assert np.corrcoef(found, np.sin(1.5 * x))[0, 1] > 0.99


def test_the_cycle_is_found():
    hours = np.linspace(0, 24, 49)
    found = FITTED.model.curves[2].contributions(hours)[:, 0]
    assert np.corrcoef(found, np.cos(2 * np.pi * hours / 24))[0, 1] > 0.98


def test_the_wider_noise_is_found():
    off, on = FITTED.model.curves[3].contributions(np.array([0.0, 1.0]))
    assert on[1] - off[1] == pytest.approx(0.7, abs=0.15)


def test_a_feature_that_says_nothing_moves_next_to_nothing():
    assert FITTED.model.curves[1].span < 0.1 * FITTED.model.curves[0].span


def test_the_certificate_states_a_vanishing_gradient():
    assert FITTED.certificate["converged"]
    assert FITTED.certificate["gradient_norm"] <= FITTED.certificate["tolerance"]


def test_mean_probabilities_are_the_shares_of_the_tiers():
    rows = task().rows
    mean = FITTED.model.layout.summed(FITTED.model.cells(rows.features)).mean(axis=0)
    assert np.allclose(mean, rows.shares, atol=0.01)


def test_an_unknown_value_gets_an_effect_of_its_own():
    fitted = fit_additive(task(gaps=0.3), half_life=None)
    assert fitted.model.curves[0].unknown.any()
    assert fitted.certificate["rows_with_gaps"] > 1000


def test_the_same_rows_give_the_same_model():
    again = fit_additive(task(), half_life=None)
    assert np.array_equal(again.model.link.cuts, FITTED.model.link.cuts)


def test_where_no_feature_varies_there_is_nothing_to_fit():
    one = task(200)
    flat = one.rows.part(np.arange(200))
    flat.features[:] = 1.0
    with pytest.raises(DataError, match="no feature varies"):
        fit_additive(Task(flat, INPUTS, one.thresholds))


def test_edges_hold_the_thresholds_and_leave_no_thin_cell():
    outcome = np.random.default_rng(0).lognormal(size=2000)
    thresholds = np.array([0.11, 0.5, 2.0, 9.0])
    edges = cell_edges(outcome, thresholds)
    assert set(thresholds) <= set(edges)
    shares = np.bincount(np.searchsorted(edges, outcome, side="right")) / 2000
    assert shares.min() >= 0.005
    assert (np.diff(edges) > 0).all()


@pytest.mark.parametrize("thresholds", [(0.0, 1.0, 5.0, 1e9), (-9.0, 1.0, 1.0001, 5.0)])
def test_a_tier_that_no_row_is_of_keeps_a_little_probability(thresholds):
    given, cuts = task(1000), np.array(thresholds)
    rows = replace(given.rows, tiers=tier_of(given.rows.outcome, cuts))
    model = fit_additive(Task(rows, INPUTS, cuts)).model
    tiers = model.layout.summed(model.cells(rows.features))
    unseen = rows.shares == 0
    assert unseen.any()
    assert (tiers[:, unseen] > 0).all()
    assert (tiers[:, unseen] <= 1 / 1000).all()
    read = Additive.decode(Field(model.encode(INPUTS.names), "model"), INPUTS.names, 5)
    assert np.array_equal(read.cells(rows.features), model.cells(rows.features))


def test_late_rows_weigh_more_and_a_half_life_means_what_it_says():
    weight = _recency(np.arange(1000.0), 0.5)
    assert weight[999] / weight[499] == pytest.approx(2.0, rel=1e-9)
    assert weight.mean() == pytest.approx(1.0)
    assert (_recency(np.full(5, np.nan), 0.5) == 1).all()


def design(n=300):
    generator = np.random.default_rng(2)
    B = generator.normal(size=(n, 3))
    y = np.clip(np.round(B[:, 0] + generator.logistic(size=n) + 2), 0, 4).astype(np.intp)
    return Design(B, np.array([0, 1, 1]), y, np.ones(n), 1.0)


def link_of(one):
    shares = np.bincount(one.y, minlength=5) / len(one.y)
    before = np.cumsum(shares)[:-1]
    return Link(np.log(before / (1 - before)), shares, 0.01)


def test_the_solution_minimises_the_penalised_loss():
    """No small step in any direction lowers it: the gradient vanishes and the loss is lowest."""
    one = design()
    state = fit(one, link_of(one)).state
    penalty = np.where(np.isinf(state.penalty), 0, state.penalty)[:, one.parts]

    def value(point):
        cuts, coef = point[:4], point[4:].reshape(3, 3)
        fitted = loss(Link(cuts, state.link.shares, 0.01), one.B @ coef.T, one.y, one.weight)
        return fitted + (penalty * coef**2).sum() / 2

    best = value(state.point)
    generator = np.random.default_rng(0)
    free = np.concatenate([np.ones(4), np.isfinite(state.penalty[:, one.parts]).ravel()])
    for _ in range(50):
        assert value(state.point + 1e-3 * free * generator.normal(size=13)) > best


def test_columns_without_any_relation_leave_the_shares():
    generator = np.random.default_rng(0)
    one = Design(
        generator.normal(size=(2000, 4)), np.arange(4), generator.integers(5, size=2000),
        np.ones(2000), 4.0,
    )  # fmt: skip
    state = fit(one, link_of(one)).state
    cells = state.link.cells(one.B @ state.coef.T)
    assert np.abs(cells - state.link.shares).max() < 0.05
    told = information(state.link, (one.B,) * 3, one.B @ state.coef.T, one.y, one.weight)
    assert np.abs(told.gradient[:4]).max() < 1e-2


def test_not_converging_is_an_error(monkeypatch):
    monkeypatch.setattr("virality.training.penalised._POLISH", 0)
    with pytest.raises(NotConvergedError, match="gradient norm"):
        fit(design(), link_of(design()))


def test_creator_1_is_fitted_as_curves_and_reference_15_is_not():
    rows = task(50).rows
    assert Task(rows, Inputs(SCHEMAS["creator-1"], "before"), None).additive
    assert not Task(rows, Inputs(SCHEMAS["reference-15"]), None).additive
    assert not Task(rows, None, None).additive


def test_an_outcome_that_the_features_determine_has_an_optimum():
    """Coefficients would run to infinity, but for the least penalties."""
    given = task(1500)
    outcome = np.exp(3 * given.rows.features[:, 0] + given.rows.features[:, 3])
    cuts = quantile_thresholds(outcome)
    rows = replace(given.rows, outcome=outcome, tiers=tier_of(outcome, cuts))
    fitted = fit_additive(Task(rows, INPUTS, cuts))
    assert fitted.certificate["converged"]
    tiers = fitted.model.layout.summed(fitted.model.cells(rows.features))
    assert (tiers.argmax(axis=1) + 1 == rows.tiers).mean() > 0.95
