import numpy as np
import pytest

from virality.evaluation.intervals import intervals, paired_difference
from virality.evaluation.metrics import CalibrationGaps, calibration_error, measure


def judged(rows, seed, sharpness=3.0):
    """Predictions that are calibrated: each tier is drawn from its own probabilities."""
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(5) / sharpness, size=rows)
    tiers = (probabilities.cumsum(axis=1) < generator.uniform(size=(rows, 1))).sum(axis=1) + 1
    tiers = np.minimum(tiers, 5)
    return probabilities, tiers, tiers + generator.uniform(size=rows)


def test_the_estimate_lies_within_its_interval():
    probabilities, tiers, outcome = judged(500, seed=0)
    found = measure(probabilities, tiers, outcome)
    for name, (low, high) in intervals(probabilities, tiers, outcome).items():
        assert low < getattr(found, name) < high


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """Of 60 samples, some 57 intervals of accuracy cover the accuracy of the population."""
    probabilities, tiers, outcome = judged(30_000, seed=1)
    truth = measure(probabilities, tiers, outcome).accuracy
    covered = 0
    for number in range(60):
        rows = slice(number * 500, (number + 1) * 500)
        low, high = intervals(probabilities[rows], tiers[rows], outcome[rows])["accuracy"]
        covered += low <= truth <= high
    assert 52 <= covered <= 60


def test_videos_of_one_account_widen_the_interval():
    """Ten copies of each row carry no more information than one, if they are one account's."""
    probabilities, tiers, outcome = (np.repeat(part, 10, axis=0) for part in judged(100, seed=2))
    accounts = np.repeat(np.arange(100), 10)
    by_row = intervals(probabilities, tiers, outcome)["log_loss"]
    by_account = intervals(probabilities, tiers, outcome, accounts)["log_loss"]
    assert by_account[1] - by_account[0] > 2 * (by_row[1] - by_row[0])


def test_a_metric_without_meaning_has_no_interval():
    constant = np.tile([0.2] * 5, (20, 1))
    assert "spearman" not in intervals(constant, np.tile([1, 2], 10), np.arange(20.0))


def test_the_same_seed_gives_the_same_interval():
    data = judged(50, seed=3)
    assert intervals(*data, seed=7) == intervals(*data, seed=7)
    assert intervals(*data, seed=7) != intervals(*data, seed=8)


def test_a_paired_difference_is_narrower_than_two_intervals_apart():
    generator = np.random.default_rng(0)
    hard = generator.exponential(size=400)
    difference = paired_difference(hard + 0.05, hard)
    assert difference.mean == pytest.approx(0.05)
    assert difference.low == pytest.approx(0.05)
    assert difference.high == pytest.approx(0.05)


def test_the_calibration_error_of_single_rows_is_that_of_the_metric():
    generator = np.random.default_rng(1)
    probabilities = generator.dirichlet(np.ones(5), size=300)
    tiers = generator.integers(1, 6, size=300)
    gaps = CalibrationGaps.of(probabilities, tiers)
    ends = intervals(probabilities, tiers, tiers.astype(float))["ece"]
    assert gaps.error(np.ones(300)) == calibration_error(probabilities, tiers)
    assert gaps.error(np.full(300, 7.0)) == pytest.approx(gaps.error(np.ones(300)))
    assert ends[0] <= ends[1]
