"""The spline softmax, a peer: what it sees, and that it learns from the training rows alone."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from virality.evaluation.metrics import surprises
from virality.evaluation.splits import time_split
from virality.training.labelled import Labelled
from virality.training.peers import peers, spline_softmax

N = 1500


@pytest.fixture(scope="module")
def rows():
    """The usual outcome tells of the tier, where known; the hashtags would tell it for certain."""
    pytest.importorskip("sklearn")
    draws = np.random.default_rng(3)
    usual = np.exp(draws.normal(8, 2, N))
    outcome = usual * np.exp(draws.normal(0, 0.5, N))
    known = draws.random(N) > 0.1
    columns = [
        np.where(known, usual, np.nan),
        draws.integers(0, 2, N).astype(float),
        np.full(N, np.nan),
        outcome,
    ]
    return Labelled(
        names=("history_level", "is_photo", "followers", "history_hashtags"),
        features=np.column_stack(columns),
        filled=np.nan_to_num(np.column_stack(columns)),
        tiers=np.searchsorted(np.quantile(outcome, [0.25, 0.5, 0.75, 0.9]), outcome) + 1,
        outcome=outcome,
        weight=np.ones(N),
        seconds=np.arange(float(N)),
        authors=None,
    )


@pytest.fixture(scope="module")
def split(rows):
    return time_split(rows.seconds)


@pytest.fixture(scope="module")
def predicted(rows, split):
    return spline_softmax(rows, split, 0)


def test_it_gives_probabilities_the_same_each_time(rows, split, predicted):
    assert predicted.shape == (len(split.test), 5)
    assert np.allclose(predicted.sum(axis=1), 1)
    assert np.array_equal(spline_softmax(rows, split, 0), predicted)


def test_it_sees_what_a_plain_column_tells(rows, split, predicted):
    """A tier is a bend in the usual outcome, which no straight line has."""
    test = rows.part(split.test)
    known = ~np.isnan(test.features[:, 0])
    losses = surprises(predicted, test.tiers)
    assert losses[known].mean() < 1.0 < losses[~known].mean() < 2.0


def test_columns_that_are_not_plain_are_left_out(rows, split, predicted):
    other = replace(rows, features=rows.features * [1, 1, 1, -1])
    assert np.array_equal(spline_softmax(other, split, 0), predicted)
    few = replace(rows, names=rows.names[3:], features=rows.features[:, 3:])
    assert spline_softmax(few, split, 0) is None


def test_it_learns_from_the_training_rows_alone(rows, split, predicted):
    """Neither tiers, outcome nor inputs of other rows that judge move a prediction."""
    features, tiers = rows.features.copy(), rows.tiers.copy()
    features[split.test[1:]] = 1e12
    tiers[split.test] = 1
    other = replace(rows, features=features, tiers=tiers)
    assert np.array_equal(spline_softmax(other, split, 0)[0], predicted[0])


def test_a_tier_that_no_training_row_has_is_hardly_likely(rows, split):
    tiers = np.where(rows.tiers == 5, 4, rows.tiers)
    predicted = spline_softmax(replace(rows, tiers=tiers), split, 0)
    assert np.all((predicted[:, 4] > 0) & (predicted[:, 4] < 0.01))
    assert np.allclose(predicted.sum(axis=1), 1)
    assert spline_softmax(replace(rows, tiers=np.ones_like(tiers)), split, 0) is None


def test_a_peer_that_is_not_installed_is_left_out(rows, split, monkeypatch):
    for name in ("lightgbm", "sklearn.preprocessing", "sklearn.linear_model"):
        monkeypatch.setitem(sys.modules, name, None)
    assert peers(rows, split, 0) == {}
