import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.classifier import Classifier
from virality.model.linear import Linear
from virality.model.population import Population


def classifier_of(strengths, *, seed=0, columns=None):
    """A softmax whose tiers climb with the sum of columns, each with its own strength."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(2000, len(strengths))) if columns is None else columns
    coef = np.arange(-2.0, 3.0)[:, None] * np.asarray(strengths)
    y = (X @ coef.T + generator.gumbel(size=(len(X), 5))).argmax(axis=1)
    return Classifier(Linear(coef, np.zeros(5)), Population.fit(X, y, 5, np.ones(len(X))))


def narrowing(classifier, row):
    return classifier.narrowing(row, classifier.predict_proba(row[None, :])[0])


@given(st.permutations([0.1, 0.2, 0.4, 2.0]), st.lists(st.booleans(), min_size=4, max_size=4))
def test_the_strongest_of_the_unknown_inputs_narrows_most(strengths, known):
    row = np.where(known, 0.3, np.nan)
    expected = [(strength, j) for j, strength in enumerate(strengths) if not known[j]]
    found = narrowing(classifier_of(strengths), row)
    assert found is None or found in {j for _, j in expected}
    if any(strength == 2.0 for strength, _ in expected):
        assert found == max(expected)[1]


def test_an_input_that_the_known_ones_tell_already_narrows_little():
    """The second column is all but the first; the third is weaker, and news."""
    generator = np.random.default_rng(2)
    X = generator.normal(size=(2000, 3))
    X[:, 1] = X[:, 0] + 0.05 * X[:, 1]
    classifier = classifier_of([0.5, 0.5, 0.5], columns=X)
    assert narrowing(classifier, np.array([0.2, np.nan, np.nan])) == 2


def test_an_input_that_hardly_counts_is_not_named():
    assert narrowing(classifier_of([1.0, 0.005]), np.array([0.2, np.nan])) is None


def test_half_a_point_is_worth_saying_and_less_is_not():
    row = np.array([0.2, np.nan])
    assert narrowing(classifier_of([1.0, 0.1]), row) == 1
    assert narrowing(classifier_of([1.0, 0.05]), row) is None


def test_a_flag_is_not_credited_with_what_lies_behind_it():
    """A flag hardly counts in the model; only knowing it better than it can be known would help."""
    generator = np.random.default_rng(3)
    X = generator.normal(size=(4000, 2))
    X[:, 0] = X[:, 0] > 1.5
    assert narrowing(classifier_of([0.1, 0.8], columns=X), np.full(2, np.nan)) == 1


def test_it_is_the_same_every_time_and_never_a_constant_column():
    X = np.column_stack([np.random.default_rng(4).normal(size=(500, 2)), np.full(500, 3.0)])
    classifier = classifier_of([0.5, 1.0, 1.0], columns=X)
    found = {narrowing(classifier, np.full(3, np.nan)) for _ in range(3)}
    assert found == {1}
    assert narrowing(classifier, np.array([0.1, 0.2, np.nan])) is None


@pytest.mark.parametrize("known", [[], [0], [1, 3]])
def test_knowing_it_narrows_the_answer_more_than_knowing_another(known):
    """Mean width over the population of what would be answered with one more input."""
    from virality.model.quantiles import width

    classifier = classifier_of([0.3, 1.2, 0.5, 0.8])
    X = np.random.default_rng(5).normal(size=(400, 4))
    row = np.where(np.isin(np.arange(4), known), 0.0, np.nan)
    found, widths = narrowing(classifier, row), {}
    for column in set(range(4)) - set(known):
        rows = np.tile(row, (400, 1))
        rows[:, column] = X[:, column]
        widths[column] = width(classifier.cells(rows), classifier.edges).mean()
    assert min(widths, key=widths.get) == found
