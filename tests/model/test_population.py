"""What is put in place of unknown inputs while a model is fitted."""

import numpy as np
import pytest

from virality.model.conditional import typical
from virality.model.population import Population


def test_an_unknown_entry_becomes_its_mean_given_the_known_ones():
    """Of a logarithmic normal the mean is known: it counts how sure the known ones make it."""
    generator = np.random.default_rng(0)
    first, other = generator.normal(size=(2, 20_000))
    X = np.column_stack([first, np.exp(0.9 * first + np.sqrt(0.19) * other)])
    population = Population.fit(X, np.zeros(20_000, dtype=np.intp), 2, np.ones(20_000))
    asked = np.column_stack([np.linspace(-1, 1, 9), np.full(9, np.nan)])
    completed = population.complete(asked)
    assert completed[:, 0].tolist() == asked[:, 0].tolist()
    expected = np.exp(0.9 * asked[:, 0] + 0.19 / 2)
    assert completed[:, 1] == pytest.approx(expected, rel=0.05)


def test_what_is_known_stays_as_it_is():
    X = np.random.default_rng(1).normal(size=(50, 3))
    population = Population.fit(X, np.zeros(50, dtype=np.intp), 2, np.ones(50))
    assert population.complete(X).tolist() == X.tolist()


def test_typical_rows_vary_in_what_is_asked_for_and_stay_at_the_lowest_else():
    X = np.random.default_rng(2).normal(size=(400, 3))
    population = Population.fit(X, np.zeros(400, dtype=np.intp), 2, np.ones(400))
    rows = typical(population, np.array([0, 2]), 16)
    assert np.ptp(rows[:, 0]) > 1
    assert rows[:, 1].tolist() == [population.copula.knots[1, 0]] * 16
