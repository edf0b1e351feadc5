r"""The slopes of a softmax as one compiled pass over the rows, for the extra ``fast``.

Importing this module imports Numba, so :mod:`virality.model.kernels` does it late. The NumPy form
in :mod:`virality.model.crossentropy` says what is computed, and is the oracle.

A pass reads each row once. ``_STRIP`` rows at a time are standardised and turned round, so that
every inner loop runs along rows, where the compiler can use wide registers; what is made of a strip
never leaves the first cache.

The exponential of x is :math:`2^n e^r` with n the integer next to :math:`x / \ln 2` and
:math:`|r| \le \ln 2 / 2`, where the Taylor polynomial of degree 13 is exact to round-off. Adding
:math:`1.5 \cdot 2^{52}` rounds to an integer and leaves it in the low bits of the number, from
where it is shifted into the exponent. No instruction beyond addition, multiplication and a shift is
needed, so the loop is vectorised on every processor.

References
----------
Cody, W. and Waite, W. (1980). *Software Manual for the Elementary Functions*, chapter 6. Prentice
Hall (the reduction of the argument with a logarithm of 2 in two parts).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

_STRIP = 128
_LOG2_E = 1.0 / math.log(2.0)
_LOG_2_HIGH = 6.93147180369123816490e-01
_LOG_2_LOW = 1.90821492927058770002e-10
_ROUNDING = 1.5 * 2.0**52
_LOWEST = -708.0
_HIGHEST = 700.0
_BIAS = 1023
_EXPONENT = 52

_EXACT = {"contract", "nsz"}
_REORDERED = _EXACT | {"reassoc"}


@njit(nogil=True, cache=True, fastmath=_REORDERED)
def slopes(
    X: Floats, mean: Floats, inverse: Floats, y: Ints, weight: Floats, full: Floats
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
        (m,) row weights.
    full
        (K, p+1) coefficients of standardised columns, intercept last.

    Returns
    -------
    The loss, and its (K, p+1) gradient in ``full``. Where a feature is not finite the loss is not
    either.
    """
    classes, width = full.shape
    gradient = np.zeros((classes, width))
    columns = np.ones((width, _STRIP))
    logits = np.empty((classes, _STRIP))
    powers = np.empty(_STRIP)
    total = np.empty(_STRIP)
    loss = 0.0
    for begin in range(0, len(X), _STRIP):
        end = min(begin + _STRIP, len(X))
        count = end - begin
        _turn(X[begin:end], mean, inverse, columns)
        _predict(columns, full, count, logits)
        loss += _normalise(logits, y[begin:end], weight[begin:end], powers, total)
        _add(columns, logits, count, gradient)
    return loss, gradient


@njit(nogil=True, cache=True, fastmath=_REORDERED)
def expectations(X: Floats, apart: Floats, values: Floats, out: Floats) -> None:
    """Fill out (m,) with the expectation of values (K,) under the softmax of X (m, p).

    Parameters
    ----------
    X
        (m, p) features as they are.
    apart
        (K-1, p+1) coefficients of raw features less those of the first class, intercept last.
    values
        (K,) what each class is worth.
    out
        (m,) is written to; NaN where a feature is unknown or not finite, or a power would overflow.
    """
    others, width = apart.shape
    columns = np.ones((width, _STRIP))
    logits = np.empty((others, _STRIP))
    powers, total, first = np.empty(_STRIP), np.empty(_STRIP), np.zeros(_STRIP)
    mean, inverse = np.zeros(width - 1), np.ones(width - 1)
    for begin in range(0, len(X), _STRIP):
        end = min(begin + _STRIP, len(X))
        _turn(X[begin:end], mean, inverse, columns)
        _predict(columns, apart, end - begin, logits)
        _mark(logits, out[begin:end])
        _exponentials(logits, first, end - begin, powers, total)
        _average(logits, total, values, out[begin:end])


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _mark(logits: Floats, out: Floats) -> None:
    """Set out to NaN where a logit is not finite or too large for a power, and to 0 elsewhere."""
    for row in range(len(out)):
        out[row] = 0.0
    for k in range(len(logits)):
        for row in range(len(out)):
            logit = logits[k, row]
            out[row] += np.inf * 0.0 if logit > _HIGHEST else logit * 0.0


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _average(powers: Floats, total: Floats, values: Floats, out: Floats) -> None:
    """Weigh values by powers; that of the first class is 1. Out holds 0, or NaN, which stays."""
    for row in range(len(out)):
        out[row] += values[0]
    for k in range(len(powers)):
        for row in range(len(out)):
            out[row] += values[k + 1] * powers[k, row]
    for row in range(len(out)):
        out[row] /= 1.0 + total[row]


@njit(nogil=True, cache=True, fastmath=_REORDERED)
def moments(X: Floats, weight: Floats) -> tuple[float, Floats, Floats, Floats]:
    """Measure X (m, p): total weight, means, weighted sums of squared distances, peaks (p,)."""
    width = X.shape[1]
    mean, squares, peak = np.zeros(width), np.zeros(width), np.zeros(width)
    columns = np.empty((width, _STRIP))
    zeros, ones = np.zeros(width), np.ones(width)
    total = 0.0
    for begin in range(0, len(X), _STRIP):
        count = min(_STRIP, len(X) - begin)
        _turn(X[begin : begin + count], zeros, ones, columns)
        part = weight[begin : begin + count]
        more = part.sum()
        if more > 0.0:
            _join(columns, part, total, more, mean, squares)
            total += more
        for column in range(width):
            for row in range(count):
                peak[column] = max(peak[column], abs(columns[column, row]))
    return total, mean, squares, peak


@njit(nogil=True, cache=True, fastmath=_REORDERED)
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


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _turn(X: Floats, mean: Floats, inverse: Floats, columns: Floats) -> None:
    """Lay a strip's standardised features out column by column."""
    for row in range(len(X)):
        for column in range(len(mean)):
            columns[column, row] = (X[row, column] - mean[column]) * inverse[column]


@njit(nogil=True, cache=True, fastmath=_REORDERED)
def _predict(columns: Floats, full: Floats, count: int, logits: Floats) -> None:
    classes, width = full.shape
    for k in range(classes):
        for row in range(count):
            logits[k, row] = full[k, width - 1]
        for column in range(width - 1):
            slope = full[k, column]
            for row in range(count):
                logits[k, row] += slope * columns[column, row]


@njit(nogil=True, cache=True, fastmath=_REORDERED)
def _normalise(logits: Floats, y: Ints, weight: Floats, powers: Floats, total: Floats) -> float:
    """Turn logits into weighted residuals P - e_y; gives the weighted loss."""
    count, highest = len(y), np.empty(_STRIP)
    _peak(logits, count, highest)
    loss = 0.0
    for row in range(count):
        loss += weight[row] * (highest[row] - logits[y[row], row])
    _exponentials(logits, highest, count, powers, total)
    for row in range(count):
        loss += weight[row] * math.log(total[row])
        total[row] = weight[row] / total[row]
    for k in range(len(logits)):
        for row in range(count):
            logits[k, row] *= total[row]
    for row in range(count):
        logits[y[row], row] -= weight[row]
    return loss


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _peak(logits: Floats, count: int, highest: Floats) -> None:
    for row in range(count):
        highest[row] = logits[0, row]
    for k in range(1, len(logits)):
        for row in range(count):
            highest[row] = max(highest[row], logits[k, row])


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _exponentials(
    logits: Floats, highest: Floats, count: int, powers: Floats, total: Floats
) -> None:
    """Replace logits by exponentials of what they lie below the highest, and sum them by row."""
    bits = powers.view(np.int64)
    for row in range(count):
        total[row] = 0.0
    for k in range(len(logits)):
        for row in range(count):
            x = max(logits[k, row] - highest[row], _LOWEST)
            powers[row] = x * _LOG2_E + _ROUNDING
            whole = powers[row] - _ROUNDING
            logits[k, row] = _polynomial((x - whole * _LOG_2_HIGH) - whole * _LOG_2_LOW)
        for row in range(count):
            bits[row] = (bits[row] << _EXPONENT) + (_BIAS << _EXPONENT)
        for row in range(count):
            logits[k, row] *= powers[row]
            total[row] += logits[k, row]


@njit(nogil=True, inline="always", fastmath=_EXACT)
def _polynomial(r: float) -> float:
    """Sum of r**i / i! up to i = 13, by Horner's rule."""
    value = 1.0 / 6227020800.0
    value = value * r + 1.0 / 479001600.0
    value = value * r + 1.0 / 39916800.0
    value = value * r + 1.0 / 3628800.0
    value = value * r + 1.0 / 362880.0
    value = value * r + 1.0 / 40320.0
    value = value * r + 1.0 / 5040.0
    value = value * r + 1.0 / 720.0
    value = value * r + 1.0 / 120.0
    value = value * r + 1.0 / 24.0
    value = value * r + 1.0 / 6.0
    value = value * r + 0.5
    value = value * r + 1.0
    return value * r + 1.0


@njit(nogil=True, cache=True, fastmath=_REORDERED)
def _add(columns: Floats, residuals: Floats, count: int, gradient: Floats) -> None:
    """Add a strip's residuals times its columns."""
    classes, width = gradient.shape
    for k in range(classes):
        for column in range(width):
            part = 0.0
            for row in range(count):
                part += residuals[k, row] * columns[column, row]
            gradient[k, column] += part
