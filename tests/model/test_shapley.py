"""Shapley values are what their axioms say, and what valuing every order gives."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.model.shapley import MOST_EXACT, shapley

WORTH = np.array([12.5, 35.0, 55.0, 72.5, 90.0])


def worth(predictors):
    """Value predictors (N, 5) as a model does: softmax, then the mean of the tiers' midpoints."""
    powers = np.exp(predictors - predictors.max(axis=1, keepdims=True))
    return powers @ WORTH / powers.sum(axis=1)


def game(seed, players, games=6, rows=3, size=1.0):
    generator = np.random.default_rng(seed)
    weight = generator.uniform(0.5, 1.0, games)
    start = generator.normal(0, 1, (games, 5))
    moves = generator.normal(0, size, (rows, games, players, 5))
    return start, moves, weight / weight.sum()


def by_every_order(start, moves, weight, value):
    """Average over all orders, one after another."""
    rows, games, players, _ = moves.shape
    total = np.zeros((rows, players))
    orders = list(permutations(range(players)))
    for row in range(rows):
        for number in range(games):
            for order in orders:
                point = start[number].copy()
                before = value(point[None])[0]
                for player in order:
                    point = point + moves[row, number, player]
                    after = value(point[None])[0]
                    total[row, player] += weight[number] * (after - before)
                    before = after
    return total / len(orders)


@pytest.mark.parametrize("players", [1, 2, 3, 5])
def test_values_of_few_players_are_those_of_every_order(players):
    played = game(players, players, games=3, rows=2)
    assert np.abs(shapley(*played, worth) - by_every_order(*played, worth)).max() < 1e-10


@given(seed=st.integers(0, 10**6), players=st.integers(1, 20))
def test_values_sum_to_what_all_players_add(seed, players):
    start, moves, weight = game(seed, players)
    ends = worth((start + moves.sum(axis=2)).reshape(-1, 5)).reshape(len(moves), -1)
    added = (ends - worth(start)) @ weight
    assert np.abs(shapley(start, moves, weight, worth).sum(axis=1) - added).max() < 1e-9


@given(seed=st.integers(0, 10**6), players=st.integers(2, 20))
def test_a_player_that_never_moves_anything_gets_nothing(seed, players):
    start, moves, weight = game(seed, players)
    moves[:, :, 1] = 0.0
    assert np.abs(shapley(start, moves, weight, worth)[:, 1]).max() < 1e-12


@given(seed=st.integers(0, 10**6), players=st.integers(2, MOST_EXACT))
def test_players_that_move_alike_get_the_same(seed, players):
    start, moves, weight = game(seed, players)
    moves[:, :, 1] = moves[:, :, 0]
    values = shapley(start, moves, weight, worth)
    assert np.abs(values[:, 1] - values[:, 0]).max() < 1e-9


@given(seed=st.integers(0, 10**6), players=st.integers(2, 20))
def test_values_do_not_depend_on_how_players_are_numbered(seed, players):
    """Exact up to eight players; beyond, orders are a sample, and this is its stated error."""
    start, moves, weight = game(seed, players, games=64, rows=1, size=0.3)
    turned = shapley(start, moves[:, :, ::-1], weight, worth)[:, ::-1]
    apart = shapley(start, moves, weight, worth) - turned
    if players <= MOST_EXACT:
        assert np.abs(apart).max() < 1e-9
    assert np.abs(apart).max() < 0.5
    assert np.sqrt((apart**2).mean()) < 0.15


@pytest.mark.parametrize("players", [9, 12, 16])
def test_sampled_orders_come_near_all_coalitions(players, monkeypatch):
    played = game(players, players, games=64, rows=2, size=0.5)
    sampled = shapley(*played, worth)
    monkeypatch.setattr("virality.model.shapley.MOST_EXACT", players)
    exact = shapley(*played, worth)
    assert np.abs(sampled - exact).max() < 0.3
    assert np.sqrt(((sampled - exact) ** 2).mean()) < 0.1


@given(seed=st.integers(0, 10**6), players=st.integers(9, 20))
def test_sampled_orders_are_exact_for_values_of_second_degree(seed, players):
    start, moves, weight = game(seed, players)
    form = np.random.default_rng(seed).normal(0, 1, (5, 5))

    def value(x):
        return np.einsum("ni,ij,nj->n", x, form, x) + x[:, 0]

    half = start[None] + moves.sum(axis=2) / 2
    slope = half @ (form + form.T) + np.eye(5)[0]
    exact = np.einsum("nmd,nmpd,m->np", slope, moves, weight)
    scale = np.abs(exact).max()
    assert np.abs(shapley(start, moves, weight, value) - exact).max() < 1e-9 * scale
