r"""What the compiled passes do with one strip of rows, which never leaves the first cache.

``STRIP`` rows at a time are standardised and turned round, so that every inner loop runs along
rows, where the compiler can use wide registers. Sums of products are made in tiles of four by four,
whose sixteen sums stay in registers, so that a number once loaded serves four times.

Logits are those of classes 1..K-1 less that of class 0, which is 0: one class less to work on.

The exponential of x is :math:`2^n e^r` with n the integer next to :math:`x / \ln 2` and
:math:`|r| \le \ln 2 / 2`, where the Taylor polynomial of degree 13 is exact to round-off. Adding
:math:`1.5 \cdot 2^{52}` rounds to an integer and leaves it in the low bits of the number, from
where it is shifted into the exponent. The logarithm of :math:`2^n m` with
:math:`\sqrt{1/2} \le m < \sqrt 2` is :math:`n \ln 2 + 2\,\mathrm{artanh}((m-1)/(m+1))`, by its
series. Neither needs more than arithmetic and shifts, so both are vectorised on every processor.

References
----------
Cody, W. and Waite, W. (1980). *Software Manual for the Elementary Functions*, chapters 5 and 6.
Prentice Hall.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

STRIP = 128
TILE = 4
_LOG2_E = 1.0 / math.log(2.0)
_LOG_2 = math.log(2.0)
_LOG_2_HIGH = 6.93147180369123816490e-01
_LOG_2_LOW = 1.90821492927058770002e-10
_ROUNDING = 1.5 * 2.0**52
_LOWEST = -708.0
_BIAS = 1023
_EXPONENT = 52
_ROOT_OF_HALF = 0x3FE6A09E667F3BCD

EXACT = {"contract", "nsz"}
REORDERED = EXACT | {"reassoc"}
"""A check for division by zero would keep loops from being vectorised: hence NumPy's model."""


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def turn(X: Floats, mean: Floats, inverse: Floats, columns: Floats) -> None:
    """Lay a strip's standardised features (m, p) out column by column."""
    for column in range(len(mean)):
        out, centre, factor = columns[column], mean[column], inverse[column]
        for row in range(len(X)):
            out[row] = (X[row, column] - centre) * factor


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def predict(columns: Floats, coef: Floats, count: int, logits: Floats) -> None:
    """Multiply columns (w, STRIP), w a multiple of the tile, by coef (c, w) into logits."""
    classes, width = coef.shape
    whole = classes - classes % TILE
    logits[:, :count] = 0.0
    for j in range(0, width, TILE):
        u, v, w, x = columns[j], columns[j + 1], columns[j + 2], columns[j + 3]
        for k in range(0, whole, TILE):
            _predict_tile(u, v, w, x, coef[k : k + TILE, j : j + TILE], count, logits[k : k + TILE])
        for k in range(whole, classes):
            out = logits[k]
            a, b, c, d = coef[k, j], coef[k, j + 1], coef[k, j + 2], coef[k, j + 3]
            for row in range(count):
                out[row] += a * u[row] + b * v[row] + c * w[row] + d * x[row]


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _predict_tile(
    u: Floats, v: Floats, w: Floats, x: Floats, coef: Floats, count: int, logits: Floats
) -> None:
    first, second, third, fourth = logits[0], logits[1], logits[2], logits[3]
    a0, a1, a2, a3 = coef[0, 0], coef[0, 1], coef[0, 2], coef[0, 3]
    b0, b1, b2, b3 = coef[1, 0], coef[1, 1], coef[1, 2], coef[1, 3]
    c0, c1, c2, c3 = coef[2, 0], coef[2, 1], coef[2, 2], coef[2, 3]
    d0, d1, d2, d3 = coef[3, 0], coef[3, 1], coef[3, 2], coef[3, 3]
    for row in range(count):
        p, q, r, s = u[row], v[row], w[row], x[row]
        first[row] += a0 * p + a1 * q + a2 * r + a3 * s
        second[row] += b0 * p + b1 * q + b2 * r + b3 * s
        third[row] += c0 * p + c1 * q + c2 * r + c3 * s
        fourth[row] += d0 * p + d1 * q + d2 * r + d3 * s


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def add(left: Floats, right: Floats, count: int, out: Floats) -> None:
    """Add products of left (c, STRIP) and right (w, STRIP), w a multiple of the tile, to out."""
    whole = len(left) - len(left) % TILE
    for k in range(0, whole, TILE):
        for j in range(0, len(right), TILE):
            add_tile(left[k : k + TILE], right[j : j + TILE], count, out[k : k + TILE, j:])
    for k in range(whole, len(left)):
        one = left[k]
        for j in range(0, len(right), TILE):
            u, v, w, x = right[j], right[j + 1], right[j + 2], right[j + 3]
            a = b = c = d = 0.0
            for row in range(count):
                a += one[row] * u[row]
                b += one[row] * v[row]
                c += one[row] * w[row]
                d += one[row] * x[row]
            out[k, j] += a
            out[k, j + 1] += b
            out[k, j + 2] += c
            out[k, j + 3] += d


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def add_tile(left: Floats, right: Floats, count: int, out: Floats) -> None:
    """Add products of four rows by four to the first four by four of out."""
    a, b, c, d = left[0], left[1], left[2], left[3]
    u, v, w, x = right[0], right[1], right[2], right[3]
    a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = 0.0
    c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = 0.0
    for row in range(count):
        p, q, r, s = u[row], v[row], w[row], x[row]
        one = a[row]
        a0, a1, a2, a3 = a0 + one * p, a1 + one * q, a2 + one * r, a3 + one * s
        one = b[row]
        b0, b1, b2, b3 = b0 + one * p, b1 + one * q, b2 + one * r, b3 + one * s
        one = c[row]
        c0, c1, c2, c3 = c0 + one * p, c1 + one * q, c2 + one * r, c3 + one * s
        one = d[row]
        d0, d1, d2, d3 = d0 + one * p, d1 + one * q, d2 + one * r, d3 + one * s
    sums = (a0, a1, a2, a3), (b0, b1, b2, b3), (c0, c1, c2, c3), (d0, d1, d2, d3)
    for k in range(TILE):
        for j in range(TILE):
            out[k, j] += sums[k][j]


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def soften(
    logits: Floats, y: Ints, weight: Floats, count: int, highest: Floats, total: Floats
) -> float:
    """Turn logits into probabilities; gives the weighted loss, not finite where a logit is not."""
    own = blank = 0.0
    for row in range(count):
        highest[row] = 0.0
        blank += logits[0, row] * 0.0
    for k in range(len(logits)):
        line, number = logits[k], k + 1
        for row in range(count):
            highest[row] = max(highest[row], line[row])
            own += weight[row] * line[row] if y[row] == number else 0.0
    exponentials(logits, highest, count, total)
    loss = 0.0
    for row in range(count):
        loss += weight[row] * highest[row]
    loss += logarithms(total, weight, count)
    for row in range(count):
        total[row] = 1.0 / total[row]
    for k in range(len(logits)):
        line = logits[k]
        for row in range(count):
            line[row] *= total[row]
    return loss - own + blank


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def residuals(probabilities: Floats, y: Ints, weight: Floats, count: int) -> None:
    """Turn probabilities of classes 1..K-1 into weighted residuals P - e_y."""
    for k in range(len(probabilities)):
        line, number = probabilities[k], k + 1
        for row in range(count):
            line[row] = weight[row] * (line[row] - (1.0 if y[row] == number else 0.0))


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def exponentials(logits: Floats, highest: Floats, count: int, total: Floats) -> None:
    """Replace logits by exponentials of what they lie below the highest, and sum them by row.

    The sum is that of all classes, class 0 among them. Nothing here may be reordered: adding a
    number and taking it off again is what rounds.
    """
    for row in range(count):
        total[row] = _power(-highest[row])
    for k in range(len(logits)):
        line = logits[k]
        for row in range(count):
            power = _power(line[row] - highest[row])
            line[row] = power
            total[row] += power


@njit(nogil=True, inline="always", fastmath=EXACT)
def _power(below: float) -> float:
    """Exponential of a number up to some hundreds; that of -708 where it is less."""
    x = max(below, _LOWEST)
    shifted = x * _LOG2_E + _ROUNDING
    whole = shifted - _ROUNDING
    bits = (np.float64(shifted).view(np.int64) << _EXPONENT) + (_BIAS << _EXPONENT)
    r = (x - whole * _LOG_2_HIGH) - whole * _LOG_2_LOW
    return _polynomial(r) * np.int64(bits).view(np.float64)


@njit(nogil=True, inline="always", fastmath=EXACT)
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


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def logarithms(values: Floats, weight: Floats, count: int) -> float:
    """Sum weighted logarithms of positive numbers."""
    found = 0.0
    for row in range(count):
        bits = np.float64(values[row]).view(np.int64)
        power = (bits - _ROOT_OF_HALF) >> _EXPONENT
        part = np.int64(bits - (power << _EXPONENT)).view(np.float64)
        ratio = (part - 1.0) / (part + 1.0)
        found += weight[row] * (2.0 * ratio * _series(ratio * ratio) + power * _LOG_2)
    return found


@njit(nogil=True, inline="always", fastmath=EXACT)
def _series(z: float) -> float:
    """Sum of z**i / (2 i + 1) up to i = 10, by Horner's rule."""
    value = 1.0 / 21.0
    value = value * z + 1.0 / 19.0
    value = value * z + 1.0 / 17.0
    value = value * z + 1.0 / 15.0
    value = value * z + 1.0 / 13.0
    value = value * z + 1.0 / 11.0
    value = value * z + 1.0 / 9.0
    value = value * z + 1.0 / 7.0
    value = value * z + 1.0 / 5.0
    value = value * z + 1.0 / 3.0
    return value * z + 1.0
