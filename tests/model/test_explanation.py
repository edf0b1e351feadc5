"""Contributions of inputs add up to the answer, and are Shapley values of replaced inputs."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virality.model.calibration import Calibrated, Calibration
from virality.model.conditional import typical
from virality.model.explanation import ROWS, Explainer, weights_for
from virality.model.linear import Linear
from virality.model.population import Population
from virality.model.unknown import Marginal
from worlds import scorer

WORTH = np.array([12.5, 35.0, 55.0, 72.5, 90.0])
MODELS = ["reference-15", "creator-1"]


def linear(width, seed=0, calibration=None):
    """A softmax on correlated columns, over its population; the last column never matters."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(3000, width)) @ generator.normal(size=(width, width))
    coef = generator.normal(0, 0.3, (5, width))
    coef[:, -1] = 0.0
    y = (X @ coef.T + generator.gumbel(size=(3000, 5))).argmax(axis=1)
    model = Linear(coef, np.zeros(5))
    full = model if calibration is None else Calibrated(model, calibration)
    return Marginal(Population.fit(X, y, 5, np.ones(3000)), full), X


def with_gaps(X, seed, share=0.4):
    return np.where(np.random.default_rng(seed).random(X.shape) < share, np.nan, X)


def attributed(marginal, X):
    return Explainer(marginal, WORTH).attribute(X)


def answers(marginal, X):
    return marginal.full.layout.summed(marginal.cells(X)) @ WORTH


@pytest.mark.parametrize("schema", MODELS)
@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), share=st.sampled_from([0.0, 0.2, 0.6, 0.95]))
def test_contributions_and_base_make_the_score(schema, seed, share):
    classifier = scorer(schema=schema).artefact.classifier
    marginal = Marginal(classifier.population, classifier._full)
    rows = typical(classifier.population, classifier.population.copula.varying, 50)[seed % 47 :][:3]
    X = with_gaps(rows, seed, share)
    found = attributed(marginal, X)
    total = found.base + found.contributions.sum(axis=1) + found.unknown
    assert np.abs(total - answers(marginal, X)).max() < 1e-9
    assert (found.contributions[np.isnan(X)] == 0).all()


def test_the_base_is_the_score_of_a_video_of_which_nothing_is_known():
    marginal, _ = linear(6)
    nothing = np.full((1, 6), np.nan)
    found = attributed(marginal, nothing)
    assert found.base == pytest.approx(answers(marginal, nothing)[0], abs=1e-9)
    assert not found.contributions.any()
    assert abs(found.unknown[0]) < 1e-9


def by_every_coalition(marginal, x):
    """Replace the inputs of the panel's rows by those of x (p,), one coalition after another."""
    population, full, width = marginal.population, marginal.full, len(x)
    rows = typical(population, population.copula.varying, ROWS)
    usual = full.layout.summed(full.cells(rows)) @ WORTH
    weight = weights_for(usual, float(population.prior @ WORTH))

    def value(coalition):
        replaced = rows.copy()
        replaced[:, list(coalition)] = x[list(coalition)]
        return weight @ (full.layout.summed(full.cells(replaced)) @ WORTH)

    shares = np.zeros(width)
    for player in range(width):
        others = [other for other in range(width) if other != player]
        for size in range(width):
            for coalition in combinations(others, size):
                gain = value((*coalition, player)) - value(coalition)
                shares[player] += gain / (width * comb(width - 1, size))
    return shares


@pytest.mark.parametrize(
    "calibration",
    [None, Calibration(np.array([0.8, 0.9, 1.0, 1.1, 1.2]), np.linspace(-0.2, 0.2, 5))],
)
def test_contributions_are_the_shapley_values_of_replaced_inputs(calibration):
    marginal, X = linear(8, calibration=calibration)
    found = attributed(marginal, X[:3])
    for row, shares in zip(X[:3], found.contributions, strict=True):
        assert np.abs(shares - by_every_coalition(marginal, row)).max() < 1e-9


@pytest.mark.parametrize("width", [4, 12])
def test_an_input_without_any_effect_contributes_nothing(width):
    marginal, X = linear(width)
    found = attributed(marginal, with_gaps(X[:20], 0, 0.3))
    assert not found.contributions[:, -1].any()
    assert np.abs(found.contributions[:, :-1]).max() > 0.1


@pytest.mark.parametrize("schema", MODELS)
def test_rows_are_explained_alike_alone_and_together(schema):
    classifier = scorer(schema=schema).artefact.classifier
    marginal = Marginal(classifier.population, classifier._full)
    rows = typical(classifier.population, classifier.population.copula.varying, 9)
    X = np.vstack([rows, with_gaps(rows, 4, 0.2)])
    together = attributed(marginal, X).contributions
    alone = np.vstack([attributed(marginal, row[None]).contributions for row in X])
    assert np.abs(together - alone).max() < 1e-9


@pytest.mark.parametrize("schema", MODELS)
def test_what_the_tiers_are_worth_is_what_their_probabilities_give(schema):
    full = scorer(schema=schema).artefact.classifier._full
    population = scorer(schema=schema).artefact.classifier.population
    X = with_gaps(typical(population, population.copula.varying, 40), 1, 0.2 * full.gaps)
    sums = np.sum([full.part(feature, values) for feature, values in enumerate(X.T)], axis=0)
    expected = full.layout.summed(full.cells(X)) @ WORTH
    assert np.abs(full.expected(sums, WORTH) - expected).max() < 1e-9


@given(
    values=st.lists(st.floats(0, 100), min_size=3, max_size=64),
    place=st.floats(0.02, 0.98),
)
def test_weights_bring_the_mean_to_where_it_should_be(values, place):
    values = np.array(values)
    target = float(values.min() + place * np.ptp(values))
    weight = weights_for(values, target)
    assert weight.min() >= 0
    assert weight.sum() == pytest.approx(1.0)
    if values.min() < target < values.max():
        assert weight @ values == pytest.approx(target, abs=1e-6)


@pytest.mark.parametrize("target", [-1.0, 2.0, 50.0, 51.0])
def test_where_no_weights_can_do_all_are_the_same(target):
    assert weights_for(np.array([2.0, 50.0, 3.0, 4.0]), target).tolist() == [0.25] * 4


def test_values_whose_mean_is_the_target_weigh_the_same():
    assert weights_for(np.array([1.0, 2.0, 3.0, 2.0]), 2.0).tolist() == [0.25] * 4
