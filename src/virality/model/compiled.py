"""The passes of a softmax over rows, compiled, for the extra ``fast``.

Importing this module imports Numba, so :mod:`virality.model.kernels` does it late. The NumPy form
in :mod:`virality.model.crossentropy` says what is computed, and is the oracle. A pass reads each
row once, a strip at a time: :mod:`virality.model.strips`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from virality.model.powers import EXACT
from virality.model.strips import (
    REORDERED,
    STRIP,
    TILE,
    add,
    add_tile,
    predict,
    residuals,
    room,
    soften,
)
from virality.model.turning import turn

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def slopes(
    X: Floats, mean: Floats, inverse: Floats, y: Ints, weight: Floats, coef: Floats
) -> tuple[float, Floats]:
    """Sum loss and gradient over rows; X is standardised on the way.

    Parameters
    ----------
    X
        (m, p) features as they are.
    mean, inverse
        (p,) centres, and reciprocals of spreads (0 for a column that does not count).
    y
        (m,) class numbers 0..K-1.
    weight
        (m,) row weights, or (1,) of all of them.
    coef
        (K-1, w) padded coefficients of standardised columns less those of the first class,
        intercepts after them. Their precision is that of the work on a row, whose results are added
        up in float64 strip by strip.

    Returns
    -------
    The loss, and its gradient in ``coef``. Where a feature is not finite the loss is not either.
    """
    gradient = np.zeros(coef.shape)
    columns, logits = room(coef, len(mean))
    mass = np.full(STRIP, weight[0], coef.dtype)
    highest, total = np.empty(STRIP, coef.dtype), np.empty(STRIP, coef.dtype)
    loss = 0.0
    for begin in range(0, len(X), STRIP):
        end = min(begin + STRIP, len(X))
        count, classes = end - begin, y[begin:end]
        if len(weight) > 1:
            mass[:count] = weight[begin:end]
        turn(X[begin:end], mean, inverse, columns)
        predict(columns, coef, count, logits)
        loss += soften(logits, classes, mass, count, highest, total)
        residuals(logits, classes, mass, count)
        add(logits, columns, count, gradient)
    return loss, gradient


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def statistics(
    X: Floats, mean: Floats, inverse: Floats, y: Ints, weight: Floats, coef: Floats
) -> tuple[float, Floats, Floats]:
    """Sum loss, gradient and curvature over rows; parameters as in :func:`slopes`.

    Returns
    -------
    The loss, its gradient in ``coef``, and (K(K-1)/2, w, w) second derivatives for each pair of
    classes (0, 0), (0, 1), .. (1, 1), ..; of each the upper triangle alone is right.
    """
    others = len(coef)
    gradient = np.zeros(coef.shape)
    curvature = np.zeros((others * (others + 1) // 2, coef.shape[1], coef.shape[1]))
    columns, logits = room(coef, len(mean))
    scaled = np.empty(columns.shape, coef.dtype)
    mass = np.full(STRIP, weight[0], coef.dtype)
    highest, total = np.empty(STRIP, coef.dtype), np.empty(STRIP, coef.dtype)
    loss = 0.0
    for begin in range(0, len(X), STRIP):
        end = min(begin + STRIP, len(X))
        count, classes = end - begin, y[begin:end]
        if len(weight) > 1:
            mass[:count] = weight[begin:end]
        turn(X[begin:end], mean, inverse, columns)
        predict(columns, coef, count, logits)
        loss += soften(logits, classes, mass, count, highest, total)
        pair = 0
        for k in range(others):
            for other in range(k, others):
                _bend(logits[k], logits[other], mass, count, highest)
                if k == other:
                    _straighten(logits[k], mass, count, highest)
                _add_curvature(columns, highest, count, scaled, curvature[pair])
                pair += 1
        residuals(logits, classes, mass, count)
        add(logits, columns, count, gradient)
    return loss, gradient, curvature


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _bend(one: Floats, other: Floats, weight: Floats, count: int, out: Floats) -> None:
    """Write the weighted second derivatives of the loss in the logits of two classes to out."""
    for row in range(count):
        out[row] = -weight[row] * one[row] * other[row]


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def _straighten(one: Floats, weight: Floats, count: int, out: Floats) -> None:
    """Add what those in the logit of one class have besides."""
    for row in range(count):
        out[row] += weight[row] * one[row]


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _add_curvature(
    columns: Floats, weight: Floats, count: int, scaled: Floats, out: Floats
) -> None:
    """Add weighted products of columns to out (w, w), on and above the diagonal."""
    for i in range(0, len(columns), TILE):
        for j in range(i, i + TILE):
            for row in range(count):
                scaled[j, row] = weight[row] * columns[j, row]
        for j in range(i, len(columns), TILE):
            left, right = scaled[i : i + TILE], columns[j : j + TILE]
            add_tile(left, right, count, out[i : i + TILE, j : j + TILE])


@njit(nogil=True, cache=True)
def tally(y: Ints, rows: Ints) -> None:
    """Count the rows of each class (K,)."""
    for row in range(len(y)):
        rows[y[row]] += 1


@njit(nogil=True, cache=True)
def weigh(y: Ints, weight: Floats, mass: Floats) -> None:
    """Sum the weights (m,) of each class (K,)."""
    for row in range(len(y)):
        mass[y[row]] += weight[row]


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def moments(X: Floats, weight: Floats) -> tuple[float, Floats, Floats, Floats]:
    """Measure X (m, p): total weight, means, weighted sums of squared distances, peaks (p,)."""
    width = X.shape[1]
    mean, squares, peak = np.zeros(width), np.zeros(width), np.zeros(width)
    columns = np.empty((width, STRIP))
    zeros, ones = np.zeros(width), np.ones(width)
    total = 0.0
    for begin in range(0, len(X), STRIP):
        count = min(STRIP, len(X) - begin)
        turn(X[begin : begin + count], zeros, ones, columns)
        part = weight[begin : begin + count]
        more = part.sum()
        if more > 0.0:
            _join(columns, part, total, more, mean, squares)
            total += more
        for column in range(width):
            for row in range(count):
                peak[column] = max(peak[column], abs(columns[column, row]))
    return total, mean, squares, peak


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _join(
    columns: Floats, weight: Floats, before: float, more: float, mean: Floats, squares: Floats
) -> None:
    """Join a strip's means and squares to those of the rows before it."""
    share = more / (before + more)
    for column in range(len(mean)):
        centre = 0.0
        for row in range(len(weight)):
            centre += weight[row] * columns[column, row]
        centre /= more
        spread = 0.0
        for row in range(len(weight)):
            spread += weight[row] * (columns[column, row] - centre) ** 2
        apart = centre - mean[column]
        mean[column] += share * apart
        squares[column] += spread + before * share * apart**2
