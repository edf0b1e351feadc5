"""Shapley values of games in which players move the predictors of a model.

Such a game starts at predictors that no player has moved. A coalition adds up the moves of its
players, and is worth what the model makes of the sum. The Shapley value of a player is what it adds
on average over all orders in which the players may come.

Up to eight players, every coalition is valued, and the values are exact. With more, the average is
taken over random orders, each forwards and backwards: the two together are exact for every value of
second degree in the predictors, and every player comes in every place equally often. The values of
the players sum exactly to what all of them add, whatever the orders are.

References
----------
Shapley, L. (1953). A value for n-person games. *Contributions to the Theory of Games* 2, 307-317.
Mitchell, R. et al. (2022). Sampling permutations for Shapley value estimation. *JMLR* 23.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints

    Value = Callable[[Floats], Floats]

MOST_EXACT = 8
_PLACES = 32


def shapley(start: Floats, moves: Floats, weight: Floats, value: Value) -> Floats:
    """Share out what all players add, in M games for each of n rows, averaged over the games.

    Parameters
    ----------
    start
        (M, D) predictors before any move.
    moves
        (n, M, P, D) what each of P players adds to them.
    weight
        (M,) of the games; they sum to 1.
    value
        Gives values (N,) of predictors (N, D).

    Returns
    -------
    (n, P) values of the players.
    """
    if moves.shape[2] <= MOST_EXACT:
        return _exact(start, moves, weight, value)
    count = max(1, round(_PLACES / moves.shape[2]))
    orders = _orders(len(start) * count, moves.shape[2]).reshape(count, len(start), -1)
    played = [_played(start, moves, chosen, value) for chosen in orders]
    shares: Floats = np.einsum("nmp,m->np", np.mean(played, axis=0), weight)
    return shares


def _exact(start: Floats, moves: Floats, weight: Floats, value: Value) -> Floats:
    """Value every coalition, (n, M, P, D) -> (n, P)."""
    rows, games, _, width = moves.shape
    members, share = _coalitions(moves.shape[2])
    sums = start[:, None, :] + np.einsum("cp,nmpd->nmcd", members, moves)
    values = value(sums.reshape(-1, width)).reshape(rows, games, -1)
    shares: Floats = np.einsum("nmc,m->nc", values, weight) @ share
    return shares


@lru_cache(maxsize=MOST_EXACT + 1)
def _coalitions(players: int) -> tuple[Floats, Floats]:
    """List the members (2^P, P) of all coalitions as 0 and 1, and how each counts for a player."""
    members = (np.arange(2**players)[:, None] >> np.arange(players) & 1).astype(np.float64)
    size = members.sum(axis=1).astype(int)
    chance = np.array([1.0 / (players * comb(players - 1, k)) for k in range(players)])
    joined = chance[np.maximum(size - 1, 0)][:, None] * members
    without = chance[np.minimum(size, players - 1)][:, None] * (1.0 - members)
    return members, joined - without


def _played(start: Floats, moves: Floats, orders: Ints, value: Value) -> Floats:
    """Average what each player adds in one order (M, P) for each game, and in its reverse.

    Returns
    -------
    (n, M, P); they sum over the players to the value of all moves less that of none.
    """
    rows, games, _, width = moves.shape
    places = orders[None, :, :, None]
    climbed = np.cumsum(np.take_along_axis(moves, places, axis=2), axis=2)
    path = np.concatenate([np.zeros_like(climbed[:, :, :1]), climbed], axis=2)
    forwards = start[:, None, :] + path
    backwards = start[:, None, :] + path[:, :, -1:] - path[:, :, 1:-1]
    up = value(forwards.reshape(-1, width)).reshape(rows, games, -1)
    down = value(backwards.reshape(-1, width)).reshape(rows, games, -1)
    down = np.concatenate([up[:, :, -1:], down, up[:, :, :1]], axis=2)
    gains = (np.diff(up, axis=2) - np.diff(down, axis=2)) / 2
    result = np.empty_like(gains)
    np.put_along_axis(result, np.broadcast_to(orders, gains.shape), gains, axis=2)
    return result


@lru_cache(maxsize=256)
def _orders(count: int, players: int) -> Ints:
    """Choose orders (count, P); of every P in a row, each player takes each place once."""
    generator = np.random.default_rng(0)
    rounds = [generator.permutation(players) for _ in range(-(-count // players))]
    orders: Ints = np.array([np.roll(order, turn) for order in rounds for turn in range(players)])
    return orders[:count]
