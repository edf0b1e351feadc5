import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from virality.monitor.noise import above, enough, holm, resampled, sums_by, upper_tail

probabilities = st.lists(st.floats(0, 1), max_size=8)


@pytest.mark.parametrize("shape", [2.0, 6.0, 40.0])
@pytest.mark.parametrize("p", [0.3, 1e-2, 1e-4])
def test_a_tail_is_that_of_a_gamma_law(shape, p):
    draws = np.random.default_rng(0).gamma(shape, 2.0, 400_000)
    far = stats.gamma(shape, scale=2.0).isf(p)
    assert upper_tail(draws, far) == pytest.approx(p, rel=0.15 if p > 1e-3 else 0.4)


@pytest.mark.parametrize("freedom", [19, 60, 500])
@pytest.mark.parametrize("p", [0.4, 1e-2, 1e-5])
def test_a_tail_of_few_accounts_is_that_of_student(freedom, p):
    assert above(stats.t(freedom).isf(p), freedom) == pytest.approx(p, rel=0.05)
    assert above(-stats.t(freedom).isf(p), freedom) == pytest.approx(1 - p, rel=0.05)


def test_without_noise_a_tail_is_certain():
    still = np.zeros(10)
    assert upper_tail(still, 0.0) == 1.0
    assert upper_tail(still, 0.1) == 0.0


@given(probabilities)
def test_the_correction_is_that_of_scipy(values):
    if values:
        order = np.argsort(values, kind="stable")
        by_hand = np.empty(len(values))
        steps = np.array(values)[order] * np.arange(len(values), 0, -1)
        by_hand[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
        assert holm(values) == pytest.approx(by_hand)
    assert all(after >= before for before, after in zip(values, holm(values), strict=True))


def test_resamples_spread_as_sums_of_whole_groups_do():
    generator = np.random.default_rng(1)
    groups = generator.integers(50, size=2000)
    values = generator.normal(size=(2000, 1)) + generator.normal(size=50)[groups][:, None]
    sums = sums_by(groups, values)
    assert sums[7] == pytest.approx(values[groups == 7].sum(axis=0))
    expected = np.sqrt(50 * sums.var())
    assert resampled(sums).std() == pytest.approx(expected, rel=0.12)


def test_few_rows_or_few_accounts_are_not_enough():
    assert enough(np.arange(50))
    assert not enough(np.arange(49))
    assert not enough(np.arange(500) % 19)
