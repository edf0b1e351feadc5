import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as oracle

from virality.evaluation.metrics import confusion_matrix, measure, spearman

ROWS = st.integers(2, 60)


def predictions(rows, seed):
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(5), size=rows)
    return probabilities, generator.integers(1, 6, size=rows), generator.integers(0, 9, size=rows)


@given(ROWS, st.integers(0, 10**6))
def test_metrics_agree_with_scikit_learn(rows, seed):
    probabilities, tiers, outcome = predictions(rows, seed)
    found, called = measure(probabilities, tiers, outcome), probabilities.argmax(axis=1) + 1
    labels = [1, 2, 3, 4, 5]
    assert found.n == rows
    assert found.log_loss == pytest.approx(oracle.log_loss(tiers, probabilities, labels=labels))
    assert found.accuracy == pytest.approx(oracle.accuracy_score(tiers, called))
    matrix = oracle.confusion_matrix(tiers, called, labels=labels)
    assert np.array_equal(found.confusion_matrix, matrix)
    for name, score in (("precision", oracle.precision_score), ("recall", oracle.recall_score)):
        values = score(tiers, called, labels=labels, average=None, zero_division=np.nan)
        for tier, value in zip(found.per_tier, values, strict=True):
            ours = getattr(tier, name)
            assert (ours is None and np.isnan(value)) or ours == pytest.approx(value)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=40))
def test_rank_correlation_agrees_with_scipy_ties_included(pairs):
    first, second = np.array(pairs, dtype=float).T
    ours = spearman(first, second)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        assert ours is None
    else:
        assert ours == pytest.approx(stats.spearmanr(first, second).statistic, abs=1e-12)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 3)), min_size=2, max_size=30
    ).filter(lambda rows: sum(count for *_, count in rows) > 0)
)
def test_a_weight_in_a_rank_correlation_is_the_row_so_many_times(rows):
    first, second, count = np.array(rows).T
    weighted = spearman(first, second, weight=count)
    repeated = spearman(np.repeat(first, count), np.repeat(second, count))
    assert weighted == (None if repeated is None else pytest.approx(repeated, abs=1e-9))


def test_a_sure_mistake_costs_much_and_not_infinitely():
    certain = np.eye(5)[[0]]
    assert measure(certain, np.array([5]), np.array([1.0])).log_loss == pytest.approx(
        34.54, abs=0.01
    )


def test_rows_of_the_confusion_matrix_are_what_happened():
    matrix = confusion_matrix(np.array([1, 1, 2]), np.array([3, 3, 2]))
    assert matrix[0, 2] == 2
    assert matrix[1, 1] == 1
    assert matrix.sum() == 3
