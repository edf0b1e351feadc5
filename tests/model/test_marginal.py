"""Unknown inputs of a model that is no softmax, has cells finer than tiers, and learned gaps."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.cells import Cells
from virality.model.classifier import Classifier
from virality.model.population import Population

LAYOUT = Cells(np.array([0, 0, 1, 1, 2]), np.array([0.5, 0.5, 0.5, 0.5, 1.0]))


@dataclass(frozen=True)
class Ladder:
    """Five ordered cells; the location is x0 + x1 ** 2 + x2, and a gap adds its own number."""

    missing: float = 2.0
    layout: Cells = LAYOUT
    gaps: bool = True

    def cells(self, X):
        parts = np.where(np.isnan(X), self.missing, X * np.where(np.arange(3) == 1, X, 1.0))
        steps = 1 / (
            1 + np.exp(-2 * (np.array([-1.0, 0.0, 1.0, 2.5]) - parts.sum(axis=1)[:, None]))
        )
        return np.diff(np.pad(steps, ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1))), axis=1)


def ladder(rows=6000, share=0.4, **changes):
    """Rows of correlated inputs, x1 missing at random from some; cells drawn from the model."""
    generator = np.random.default_rng(5)
    X = generator.normal(size=(rows, 3))
    X[:, 2] = 0.7 * X[:, 0] + np.sqrt(0.51) * X[:, 2]
    X[generator.uniform(size=rows) < share, 1] = np.nan
    model = Ladder(**changes)
    drawn = model.cells(X).cumsum(axis=1) > generator.uniform(size=(rows, 1))
    y = drawn.argmax(axis=1)
    within = np.bincount(y, minlength=5) / np.bincount(LAYOUT.tier[y])[LAYOUT.tier]
    model = Ladder(layout=Cells(LAYOUT.tier, within), **changes)
    population = Population.fit(X, LAYOUT.tier[y], 3, np.ones(rows))
    return Classifier(model, population), X, y


CLASSIFIER, X, Y = ladder()


def test_gaps_that_were_common_in_training_are_answered_by_the_model_itself():
    rows = X[:50]
    assert np.isnan(rows).any()
    assert np.array_equal(CLASSIFIER.cells(rows), CLASSIFIER.model.cells(rows))


def test_gaps_that_were_not_are_averaged_over():
    rows = X[~np.isnan(X[:, 1])][:20].copy()
    rows[:, 0] = np.nan
    cells = CLASSIFIER.cells(rows)
    assert not np.allclose(cells, CLASSIFIER.model.cells(rows))
    assert cells.sum(axis=1) == pytest.approx(np.ones(20))


def test_a_model_that_has_learned_no_gaps_is_averaged_over_the_common_ones_too():
    classifier, rows, _ = ladder(gaps=False)
    lacking = rows[np.isnan(rows[:, 1])][:5]
    assert not np.allclose(classifier.cells(lacking), classifier.model.cells(lacking))


def test_nothing_known_is_the_populations_shares_of_tiers_and_of_cells():
    cells = CLASSIFIER.cells(np.full((2, 3), np.nan))
    assert cells[0] == pytest.approx(np.bincount(Y) / len(Y))
    prior = CLASSIFIER.population.prior
    assert CLASSIFIER.predict_proba(np.full((1, 3), np.nan))[0] == pytest.approx(prior, abs=1e-15)


def test_everything_known_is_the_full_model():
    known = X[~np.isnan(X).any(axis=1)][:50]
    assert np.array_equal(CLASSIFIER.cells(known), CLASSIFIER.model.cells(known))


def test_the_answer_is_the_average_over_values_and_over_gaps():
    """Given x0, by brute force: x2 is Gaussian, and x1 missing in two of five rows."""
    generator = np.random.default_rng(1)
    for value in (-1.0, 0.3):
        draws = np.full((200_000, 3), value)
        draws[:, 1] = generator.normal(size=len(draws))
        draws[: len(draws) * 2 // 5, 1] = np.nan
        draws[:, 2] = 0.7 * value + np.sqrt(0.51) * generator.normal(size=len(draws))
        truth = CLASSIFIER.model.cells(draws).mean(axis=0)
        ours = CLASSIFIER.cells(np.array([[value, np.nan, np.nan]]))[0]
        assert ours == pytest.approx(truth, abs=0.04)


def test_knowing_more_foresees_better():
    hidden = np.full(X.shape, np.nan)
    losses = []
    for column in (None, 0, 1, 2):
        if column is not None:
            hidden[:, column] = X[:, column]
        losses.append(-np.log(CLASSIFIER.cells(hidden)[np.arange(len(Y)), Y]).mean())
    assert (np.diff(losses) < 0).all()


@given(st.lists(st.booleans(), min_size=3, max_size=3), st.integers(0, 5999))
def test_any_gaps_give_probabilities_of_cells_that_sum_to_those_of_tiers(known, row):
    given_row = np.where(known, X[row], np.nan)[None, :]
    cells = CLASSIFIER.cells(given_row)
    assert (cells > 0).all()
    assert cells.sum() == pytest.approx(1.0)
    tiers = CLASSIFIER.predict_proba(given_row)[0]
    assert tiers == pytest.approx([cells[0, :2].sum(), cells[0, 2:4].sum(), cells[0, 4]])
