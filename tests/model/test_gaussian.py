import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.gaussian import Gaussian, fit_gaussian, patterns


def normal_rows(rows, width, seed):
    generator = np.random.default_rng(seed)
    mixing = generator.normal(size=(width, width))
    return generator.normal(size=(rows, width)) @ mixing.T, mixing @ mixing.T


@given(st.integers(2, 6), st.integers(0, 999), st.data())
def test_a_conditional_is_the_precision_matrix_read_the_other_way(width, seed, data):
    """The oracle: the block of the precision matrix gives mean and covariance as well."""
    _, covariance = normal_rows(1, width, seed)
    covariance = covariance + 0.1 * np.eye(width)
    count = data.draw(st.integers(1, width - 1))
    known, unknown = np.arange(count), np.arange(count, width)
    regression, residual = Gaussian(np.zeros(width), covariance).conditional(known, unknown)
    precision = np.linalg.inv(covariance)
    block = np.linalg.inv(precision[np.ix_(unknown, unknown)])
    assert residual == pytest.approx(block, rel=1e-6, abs=1e-6)
    expected = -(block @ precision[np.ix_(unknown, known)]).T
    assert regression == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_without_gaps_the_covariance_is_the_sample_one_but_for_a_little_shrinking():
    rows, _ = normal_rows(5000, 4, seed=0)
    fitted = fit_gaussian(rows)
    assert fitted.mean == pytest.approx(rows.mean(axis=0))
    assert fitted.covariance == pytest.approx(np.cov(rows.T, bias=True), rel=0.01, abs=0.01)


def test_gaps_at_random_hardly_change_what_is_found():
    rows, covariance = normal_rows(20_000, 4, seed=1)
    gappy = np.where(np.random.default_rng(2).uniform(size=rows.shape) < 0.3, np.nan, rows)
    fitted = fit_gaussian(gappy)
    assert fitted.covariance == pytest.approx(covariance, abs=0.05 * np.abs(covariance).max())


def test_a_column_missing_where_another_is_large_is_described_by_their_relation():
    """The mean of what is seen is biased; the mean that EM finds is not."""
    generator = np.random.default_rng(3)
    first = generator.normal(size=20_000)
    second = first + 0.5 * generator.normal(size=20_000)
    rows = np.column_stack([first, np.where(first > 0, np.nan, second)])
    assert np.nanmean(rows[:, 1]) < -0.5
    assert fit_gaussian(rows).mean[1] == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("empty", [True, False])
def test_collinear_constant_and_empty_columns_stay_positive_definite(empty):
    rows, _ = normal_rows(50, 2, seed=4)
    last = np.full(50, np.nan) if empty else np.zeros(50)
    wide = np.column_stack([rows, rows.sum(axis=1), rows[:, 0], last])
    fitted = fit_gaussian(wide)
    assert np.isfinite(fitted.mean).all()
    assert np.linalg.eigvalsh(fitted.covariance).min() > 0


def test_patterns_part_the_rows():
    known = np.array([[True, False], [True, True], [True, False]])
    found = {tuple(pattern): rows.tolist() for pattern, rows in patterns(known)}
    assert found == {(True, False): [0, 2], (True, True): [1]}


@given(st.integers(0, 30), st.integers(1, 150), st.integers(0, 99))
def test_patterns_are_those_that_comparing_rows_finds(rows, width, seed):
    known = np.random.default_rng(seed).uniform(size=(rows, width)) < 0.9
    known[: rows // 2] = known[:1]
    found = {tuple(pattern): list(members) for pattern, members in patterns(known)}
    expected = {}
    for number, row in enumerate(known):
        expected.setdefault(tuple(row), []).append(number)
    assert found == expected
