import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.copula import MOST_ROWS, fit_copula, rounded, score_grid

ONES = np.ones(400)


def heavy(rows=400, seed=0):
    """Columns of every kind: heavy-tailed, tied, constant, empty, and one with gaps."""
    generator = np.random.default_rng(seed)
    gappy = np.where(generator.uniform(size=rows) < 0.4, np.nan, generator.normal(size=rows))
    return np.column_stack([
        np.exp(3 * generator.normal(size=rows)), generator.integers(0, 2, size=rows),
        np.full(rows, 0.7), np.full(rows, np.nan), gappy,
    ])  # fmt: skip


def test_scores_have_mean_zero_and_spread_one_and_keep_the_order():
    X = heavy()
    scores = fit_copula(X, ONES).encode(X, np.arange(5))
    assert scores[:, 0].mean() == pytest.approx(0, abs=1e-6)
    assert scores[:, 0].std() == pytest.approx(1, abs=1e-6)
    order = np.argsort(X[:, 0])
    assert (np.diff(scores[order, 0]) >= 0).all()
    assert (scores[:, 2] == 0).all()
    assert np.isnan(scores[:, 4]).mean() == pytest.approx(np.isnan(X[:, 4]).mean())


def test_decoding_undoes_encoding_up_to_the_spacing_of_the_knots():
    X = heavy()
    copula, column = fit_copula(X, ONES), np.array([0])
    inner = np.abs(copula.encode(X[:, column], column)[:, 0]) < 1.5
    back = copula.decode(copula.encode(X[:, column], column), column)[:, 0]
    assert np.log(back[inner]) == pytest.approx(np.log(X[inner, 0]), abs=0.2)
    tied = np.array([[0.0], [1.0]])
    assert copula.decode(copula.encode(tied, np.array([1])), np.array([1])) == pytest.approx(tied)


@pytest.mark.parametrize("share", [0.01, 0.06, 0.3, 0.5])
def test_standard_normal_scores_decode_to_the_columns_own_distribution(share):
    """Also where many rows share a value, as those of a flag or a count do."""
    generator = np.random.default_rng(0)
    X = np.column_stack([generator.uniform(size=4000) < share, generator.poisson(share, size=4000)])
    copula = fit_copula(X.astype(float), np.ones(4000))
    drawn = copula.decode(generator.normal(size=(20_000, 2)), np.arange(2))
    for column in range(2):
        assert drawn[:, column].mean() == pytest.approx(X[:, column].mean(), abs=0.02)
        assert (drawn[:, column] < 0.5).mean() == pytest.approx(
            (X[:, column] == 0).mean(), abs=0.02
        )


def test_moderate_scores_lie_within_4():
    X = np.zeros((2000, 1))
    X[:6] = 1.0
    copula, column = fit_copula(X, np.ones(2000)), np.array([0])
    assert copula.encode(X[:1], column)[0, 0] > 10
    assert copula.moderate(X[:1], column)[0, 0] == 4
    assert copula.moderate(X[-1:], column) == copula.encode(X[-1:], column)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_however_far_outside_has_a_finite_score(value):
    scores = fit_copula(heavy(), ONES).encode(np.full((1, 5), value), np.arange(5))
    assert np.isfinite(scores).all()


def test_no_single_row_shows_at_the_ends_of_the_quantiles():
    X = heavy()
    knots = fit_copula(X, ONES).knots
    assert X[:, 0].min() < knots[0].min()
    assert knots[0].max() < X[:, 0].max()


def test_row_weights_describe_the_weighted_population():
    X = np.repeat([[0.0], [1.0]], 200, axis=0) + np.random.default_rng(1).normal(size=(400, 1)) / 9
    weight = np.where(np.arange(400) < 200, 1.0, 9.0)
    median = np.median(fit_copula(X, weight).knots[0])
    assert median == pytest.approx(1.0, abs=0.3)


def test_very_many_rows_are_described_by_a_sample_of_them():
    X = np.random.default_rng(2).normal(size=(MOST_ROWS * 2, 1))
    copula = fit_copula(X, np.ones(len(X)))
    assert copula.knots[0, len(copula.knots[0]) // 2] == pytest.approx(0, abs=0.05)


def test_the_score_grid_is_symmetric_and_ascends():
    grid = score_grid(65, 0.01)
    assert grid == pytest.approx(-grid[::-1], abs=1e-9)
    assert (np.diff(grid) >= 0).all()


def test_what_is_kept_has_seven_digits():
    assert rounded(np.array([[2 / 3, -2e5 / 3]])).tolist() == [[0.6666667, -66666.67]]
