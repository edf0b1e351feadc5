"""The softmax of many rows, compiled, for the extra ``fast``: probabilities, or what they average.

Importing this module imports Numba, so :mod:`virality.model.kernels` does it late. What is written
goes straight to where it is wanted: memory that nobody has touched yet costs more than the sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from virality.model.powers import EXACT, power
from virality.model.strips import REORDERED, STRIP, exponentials, predict, room
from virality.model.turning import turn

if TYPE_CHECKING:
    from virality.arrays import Floats

_DOUBLE_BYTES = 8
_HIGHEST, _HIGHEST_32 = 700.0, 80.0


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def probabilities(X: Floats, coef: Floats, out: Floats) -> None:
    """Fill out (m, K) with the softmax of X (m, p).

    Parameters
    ----------
    X
        (m, p) features as they are, of float64 or float32.
    coef
        (K-1, w) padded coefficients of raw features less those of the first class, intercepts
        after them. Their precision is that of the work on a row.
    out
        (m, K) is written to; NaN where a feature is unknown or not finite.
    """
    columns, logits = room(coef, X.shape[1])
    spare = np.empty((3, STRIP), coef.dtype)
    first, total = spare[1], spare[2]
    mean, inverse = np.zeros(X.shape[1]), np.ones(X.shape[1])
    for begin in range(0, len(X), STRIP):
        end = min(begin + STRIP, len(X))
        turn(X[begin:end], mean, inverse, columns)
        _powers(columns, coef, end - begin, logits, spare)
        for row in range(end - begin):
            out[begin + row, 0] = first[row] / total[row]
        for k in range(len(logits)):
            for row in range(end - begin):
                out[begin + row, k + 1] = logits[k, row] / total[row]


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def expectations(X: Floats, coef: Floats, values: Floats, out: Floats) -> None:
    """Fill out (m,) with the expectation of values (K,) under the softmax of X (m, p).

    Other parameters are those of :func:`probabilities`, and so is what is NaN.
    """
    columns, logits = room(coef, X.shape[1])
    spare = np.empty((3, STRIP), coef.dtype)
    first, total = spare[1], spare[2]
    mean, inverse = np.zeros(X.shape[1]), np.ones(X.shape[1])
    for begin in range(0, len(X), STRIP):
        end = min(begin + STRIP, len(X))
        turn(X[begin:end], mean, inverse, columns)
        _powers(columns, coef, end - begin, logits, spare)
        _average(logits, first, total, values, out[begin:end])


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _powers(columns: Floats, coef: Floats, count: int, logits: Floats, spare: Floats) -> None:
    """Fill logits (K-1, m) with powers, and spare (3, m): with that of class 0, then their sum."""
    highest, first, total = spare[0], spare[1], spare[2]
    predict(columns, coef, count, logits)
    _level(logits, count, highest, first)
    for row in range(count):
        total[row] = first[row] + highest[row] * 0.0
    exponentials(logits, highest, count, total)


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _level(logits: Floats, count: int, highest: Floats, first: Floats) -> None:
    """Say what to take off a row's logits: 0 where all their powers are numbers, else the highest.

    A row with a logit that is no finite number is to lose NaN.
    """
    for row in range(count):
        highest[row], first[row] = 0.0, 1.0
    if _beyond(logits, count):
        _heighten(logits, count, highest, first)
    for k in range(len(logits)):
        for row in range(count):
            highest[row] += logits[k, row] * 0.0


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _beyond(logits: Floats, count: int) -> int:
    """Count the logits whose powers would be no numbers."""
    limit = _HIGHEST if logits.itemsize == _DOUBLE_BYTES else _HIGHEST_32
    beyond = 0
    for k in range(len(logits)):
        for row in range(count):
            beyond += not logits[k, row] <= limit
    return beyond


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _heighten(logits: Floats, count: int, highest: Floats, first: Floats) -> None:
    """Find the highest logit of each row, with that of class 0, and the power of the latter."""
    for k in range(len(logits)):
        for row in range(count):
            highest[row] = max(highest[row], logits[k, row])
    for row in range(count):
        first[row] = power(-highest[row])


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _average(powers: Floats, first: Floats, total: Floats, values: Floats, out: Floats) -> None:
    """Weigh values (K,) by powers (K-1, m), and by first (m,) for class 0."""
    for row in range(len(out)):
        out[row] = values[0] * first[row]
    for k in range(len(powers)):
        for row in range(len(out)):
            out[row] += values[k + 1] * powers[k, row]
    for row in range(len(out)):
        out[row] /= total[row]
