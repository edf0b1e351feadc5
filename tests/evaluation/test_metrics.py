import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as oracle

from virality.evaluation.metrics import (
    calibration_error,
    confusion_matrix,
    measure,
    uniformity_distance,
)
from virality.evaluation.ranking import spearman

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
    f1 = oracle.f1_score(tiers, called, labels=labels, average="macro", zero_division=0)
    assert found.macro_f1 == pytest.approx(f1)
    squares = [oracle.brier_score_loss(tiers == k, probabilities[:, k - 1]) for k in labels]
    assert found.brier == pytest.approx(sum(squares))
    below = [oracle.brier_score_loss(tiers <= k, np.minimum(probabilities[:, :k].sum(axis=1), 1))
             for k in labels[:-1]]  # fmt: skip
    assert found.rps == pytest.approx(np.mean(below))
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


def test_a_near_miss_costs_less_than_a_far_one_in_the_ranked_score_alone():
    near, far = np.eye(5)[[1]], np.eye(5)[[4]]
    truth, outcome = np.array([1]), np.array([1.0])
    first, second = measure(near, truth, outcome), measure(far, truth, outcome)
    assert first.rps < second.rps
    assert first.brier == second.brier


def test_calibrated_probabilities_have_little_calibration_error_and_shifted_ones_have_much():
    generator = np.random.default_rng(0)
    probabilities = generator.dirichlet(np.ones(5), size=20_000)
    drawn = (probabilities.cumsum(axis=1) < generator.uniform(size=(20_000, 1))).sum(axis=1) + 1
    tiers = np.minimum(drawn, 5)
    assert calibration_error(probabilities, tiers) < 0.01
    sharpened = probabilities**3 / (probabilities**3).sum(axis=1, keepdims=True)
    assert calibration_error(sharpened, tiers) > 0.08


def test_the_calibration_error_is_that_of_bins_written_out():
    probabilities = np.array([[0.1, 0.2, 0.3, 0.4, 0.0], [0.5, 0.5, 0.0, 0.0, 0.0]])
    flat = sorted(
        (p, float(t == k)) for row, t in zip(probabilities, (4, 1), strict=True)
        for k, p in enumerate(row, start=1)
    )  # fmt: skip
    bins = [flat[:5], flat[5:]]
    expected = sum(abs(sum(p - hit for p, hit in part)) for part in bins) / 10
    assert calibration_error(probabilities, np.array([4, 1]), bins=2) == pytest.approx(expected)


@given(st.lists(st.floats(0, 100), min_size=1, max_size=40))
def test_the_distance_from_uniform_is_that_of_kolmogorov_and_smirnov(percentiles):
    expected = stats.kstest(np.array(percentiles) / 100, "uniform").statistic
    assert uniformity_distance(np.array(percentiles)) == pytest.approx(expected, abs=1e-12)


def test_a_constant_has_no_rank_correlation_however_round_off_falls():
    for size in (3, 1762, 2473, 3820):
        other = np.random.default_rng(size).normal(size=size)
        assert spearman(np.full(size, 46.625), other) is None
