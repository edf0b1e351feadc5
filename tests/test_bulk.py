import numpy as np
import pytest

from virality.errors import DataError
from virality.labels import expected_score
from virality.model import kernels
from worlds import trained


@pytest.fixture(scope="module")
def scorer():
    return trained("reference-15").scorer


def rows(scorer, count, seed=0):
    return np.random.default_rng(seed).uniform(0, 1, (count, len(scorer.feature_names)))


@pytest.mark.parametrize("compiled", [False, True])
def test_many_rows_get_the_score_that_each_gets_alone(scorer, monkeypatch, compiled):
    if compiled and not kernels.installed():
        pytest.skip("Numba is not installed")
    form = kernels.COMPILED if compiled else kernels.PORTABLE
    monkeypatch.setattr("virality.bulk.kernel", lambda *_: form)
    X = rows(scorer, 70_000)
    found = scorer.score_rows(X)
    assert found == pytest.approx(expected_score(scorer.predict_proba(X)), rel=1e-12)
    for row in (0, 32_767, 32_768, 69_999):
        assert found[row] == pytest.approx(scorer.score_features(X[row].tolist()), rel=1e-12)


@pytest.mark.parametrize("compiled", [False, True])
def test_rows_of_single_precision_get_the_score_of_the_same_numbers(scorer, monkeypatch, compiled):
    if compiled and not kernels.installed():
        pytest.skip("Numba is not installed")
    form = kernels.COMPILED if compiled else kernels.PORTABLE
    monkeypatch.setattr("virality.bulk.kernel", lambda *_: form)
    X = rows(scorer, 1000).astype(np.float32)
    X[5, 1] = np.nan
    expected = expected_score(scorer.predict_proba(X))
    assert scorer.score_rows(X) == pytest.approx(expected, abs=2e-3 if compiled else 1e-9)


def test_rows_with_gaps_among_many_get_what_they_get_alone(scorer):
    X = rows(scorer, 300)
    X[7, 2] = X[9, :] = np.nan
    found = scorer.score_rows(X)
    assert found[7] == pytest.approx(scorer.score_features(X[7].tolist()), rel=1e-12)
    assert found[9] == pytest.approx(scorer.score_features([None] * X.shape[1]), rel=1e-12)


def test_many_probabilities_are_those_of_few(scorer):
    X = rows(scorer, 70_000)
    X[40_000, 3] = np.nan
    found = scorer.predict_proba(X)
    for begin in (0, 39_990):
        part = slice(begin, begin + 20)
        alone = scorer.predict_proba(X[part])
        np.testing.assert_allclose(found[part], alone, rtol=1e-12, atol=1e-15)


def test_infinite_numbers_and_wrong_shapes_are_refused(scorer):
    X = rows(scorer, 10)
    with pytest.raises(DataError, match="has shape"):
        scorer.score_rows(X[:, 1:])
    X[3, 0] = np.inf
    with pytest.raises(DataError, match="infinite"):
        scorer.score_rows(X)


def test_no_rows_give_no_scores(scorer):
    assert scorer.score_rows(np.empty((0, len(scorer.feature_names)))).tolist() == []


def test_another_model_than_a_softmax_scores_many_rows_too():
    other = trained("creator-1").scorer
    X = np.full((40, len(other.feature_names)), np.nan)
    X[:, 0] = np.linspace(1, 60, 40)
    assert other.score_rows(X) == pytest.approx(expected_score(other.predict_proba(X)))
