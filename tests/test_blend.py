"""Blending scores, against the definition and an independent solver."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from virality.blend import FEWEST, WEIGHTS, blend, learn_weights
from virality.errors import DataError, OptionError

SCORES = st.none() | st.floats(0, 100)


def world(n=600, seed=0, missing=0.0):
    """Outcomes, three signals of which two tell, and accounts of five videos each."""
    draws = np.random.default_rng(seed)
    outcome = draws.uniform(0, 100, n)
    noise = draws.normal(size=(n, 3)) * [15, 20, 1]
    signals = np.column_stack([outcome, outcome, draws.uniform(0, 100, n)]) + noise
    signals = np.clip(signals, 0, 100)
    signals[:, 1:][draws.random((n, 2)) < missing] = np.nan
    return signals, outcome, np.arange(n) // 5


@given(st.fixed_dictionaries(dict.fromkeys(WEIGHTS, SCORES)))
def test_a_missing_signals_weight_is_shared_in_proportion(signals):
    known = {name: value for name, value in signals.items() if value is not None}
    if not known:
        with pytest.raises(DataError, match="no signal"):
            blend(signals)
        return
    found = blend(signals)
    total = math.fsum(WEIGHTS[name] for name in known)
    expected = math.fsum(WEIGHTS[name] * value for name, value in known.items()) / total
    assert found.score == pytest.approx(expected, abs=1e-9)
    assert set(found.missing) == set(signals) - set(known)
    assert math.fsum(found.weights.values()) == pytest.approx(1)
    assert min(known.values()) - 1e-9 <= found.score <= max(known.values()) + 1e-9


def test_weights_by_default_are_those_of_the_reference_and_sum_to_one():
    assert list(WEIGHTS.values()) == [0.35, 0.25, 0.15, 0.15, 0.10]
    assert blend(dict.fromkeys(WEIGHTS, 40.0)).score == pytest.approx(40)


@pytest.mark.parametrize(
    ("signals", "weights", "error"),
    [
        ({"ml": 101.0}, WEIGHTS, DataError),
        ({"ml": float("inf")}, WEIGHTS, DataError),
        ({"mood": 50.0}, WEIGHTS, OptionError),
        ({"ml": 50.0}, {"ml": -1.0}, OptionError),
        ({"ml": 50.0}, {"ml": float("nan")}, OptionError),
        ({"ml": 50.0}, {"ml": 0.0}, DataError),
        ({}, WEIGHTS, DataError),
        ({"ml": "5"}, WEIGHTS, DataError),
        ({"ml": 5.0}, {"ml": "x"}, OptionError),
    ],
)
def test_what_cannot_be_blended_is_refused_by_name(signals, weights, error):
    with pytest.raises(error):
        blend(signals, weights)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_learned_weights_are_those_of_an_independent_solver(missing):
    signals, outcome, accounts = world(missing=missing)
    found = np.array(list(learn_weights("abc", signals, outcome, accounts).weights.values()))

    def error(w):
        known = np.isfinite(signals)
        return np.mean(((np.where(known, signals, 0) @ w) / (known @ w) - outcome) ** 2)

    best = minimize(
        error, np.full(3, 1 / 3), bounds=[(1e-9, 1)] * 3, method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-12},
    )  # fmt: skip
    assert error(found) <= error(best.x) + 1e-6
    assert found == pytest.approx(best.x, abs=1e-3)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1)


def test_a_blend_of_two_that_tell_is_better_than_the_best_alone():
    found = learn_weights("abc", *world())
    assert found.best == "a"
    assert found.helps
    assert found.gain.low < found.gain.mean < found.gain.high < 0


def test_a_blend_is_not_called_better_where_one_signal_says_it_all():
    signals, outcome, accounts = world()
    signals = np.column_stack([signals[:, 0], signals[:, 2], signals[::-1, 2]])
    draws = np.random.default_rng(1)
    signals[:, 0] = np.clip(50 + 0.7 * (outcome - 50) + draws.normal(size=len(outcome)), 0, 100)
    signals[:, 1:] = draws.uniform(0, 100, (len(outcome), 2))
    found = learn_weights("abc", signals, 50 + 0.7 * (outcome - 50), accounts)
    assert not found.helps or found.gain.mean > -0.05
    assert found.weights["a"] > 0.98


def test_too_few_rows_or_rows_without_signals_teach_nothing():
    signals, outcome, accounts = world()
    with pytest.raises(DataError, match="too few"):
        learn_weights("abc", signals[: FEWEST - 1], outcome[: FEWEST - 1])
    with pytest.raises(DataError, match="accounts"):
        learn_weights("abc", signals, outcome, accounts % 3)
    for names, taught, said in (
        ("aac", signals, "one name"),
        ("abc", signals * 10, "0 to 100"),
        ("abc", signals * [1, np.nan, 1], "b: is never known"),
        ("a", [["much"]] * len(outcome), "no numbers"),
    ):
        with pytest.raises(DataError, match=said):
            learn_weights(names, taught, outcome, accounts)
    with pytest.raises(DataError, match="groups: not a number"):
        learn_weights("abc", signals, outcome, accounts - 5)
    signals[7] = np.nan
    with pytest.raises(DataError, match="no signal"):
        learn_weights("abc", signals, outcome, accounts)
    with pytest.raises(DataError, match="shape"):
        learn_weights("ab", signals, outcome, accounts)
