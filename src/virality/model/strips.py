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
from numba import njit, types
from numba.extending import overload

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints

STRIP = 256
TILE = 4
_LOG2_E = 1.0 / math.log(2.0)
_LOG_2 = math.log(2.0)
_LOG_2_HIGH = 6.93147180369123816490e-01
_LOG_2_LOW = 1.90821492927058770002e-10
_ROUNDING_64 = 1.5 * 2.0**52

_LOWEST_32 = np.float32(-87.0)
_LOG2_E_32, _LOG_2_32 = np.float32(_LOG2_E), np.float32(_LOG_2)
_LOG_2_HIGH_32, _LOG_2_LOW_32 = np.float32(0.693359375), np.float32(-2.12194440e-4)
_ROUNDING_32 = np.float32(1.5 * 2.0**23)
_FIRST, _SECOND, _THIRD = np.float32(1.0), np.float32(0.5), np.float32(1.0 / 6.0)
_FOURTH, _FIFTH = np.float32(1.0 / 24.0), np.float32(1.0 / 120.0)
_SIXTH, _SEVENTH = np.float32(1.0 / 720.0), np.float32(1.0 / 5040.0)
_ODD_THIRD, _ODD_FIFTH = np.float32(1.0 / 3.0), np.float32(1.0 / 5.0)
_ODD_SEVENTH, _ODD_NINTH = np.float32(1.0 / 7.0), np.float32(1.0 / 9.0)

EXACT = {"contract", "nsz"}
REORDERED = EXACT | {"reassoc"}
"""A check for division by zero would keep loops from being vectorised: hence NumPy's model."""


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def predict(columns: Floats, coef: Floats, count: int, logits: Floats) -> None:
    """Multiply columns (w, STRIP), w a multiple of the tile, by coef (c, w) into logits."""
    classes, width = coef.shape
    whole = classes - classes % TILE
    logits[:, :count] = 0.0
    for j in range(0, width, TILE):
        u, v, w, x = columns[j], columns[j + 1], columns[j + 2], columns[j + 3]
        for k in range(0, whole, TILE):
            tile = coef[k : k + TILE, j : j + TILE]
            _predict_tile(columns[j : j + TILE], tile, count, logits[k : k + TILE])
        for k in range(whole, classes):
            out = logits[k]
            a, b, c, d = coef[k, j], coef[k, j + 1], coef[k, j + 2], coef[k, j + 3]
            for row in range(count):
                out[row] += a * u[row] + b * v[row] + c * w[row] + d * x[row]


@njit(nogil=True, cache=True, fastmath=REORDERED, error_model="numpy")
def _predict_tile(columns: Floats, coef: Floats, count: int, logits: Floats) -> None:
    u, v, w, x = columns[0], columns[1], columns[2], columns[3]
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
            a = b = c = d = left.dtype.type(0)
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
    nothing = left.dtype.type(0)
    a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = nothing
    c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = nothing
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
    nothing, one = logits.dtype.type(0), logits.dtype.type(1)
    own = blank = nothing
    for row in range(count):
        highest[row] = nothing
        blank += logits[0, row] * nothing
    for k in range(len(logits)):
        line, number = logits[k], k + 1
        for row in range(count):
            highest[row] = max(highest[row], line[row])
            own += weight[row] * line[row] if y[row] == number else nothing
    exponentials(logits, highest, count, total)
    loss = nothing
    for row in range(count):
        loss += weight[row] * (highest[row] + _logarithm(total[row]))
        total[row] = one / total[row]
    for k in range(len(logits)):
        line = logits[k]
        for row in range(count):
            line[row] *= total[row]
    return loss - own + blank


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def residuals(probabilities: Floats, y: Ints, weight: Floats, count: int) -> None:
    """Turn probabilities of classes 1..K-1 into weighted residuals P - e_y."""
    nothing, one = probabilities.dtype.type(0), probabilities.dtype.type(1)
    for k in range(len(probabilities)):
        line, number = probabilities[k], k + 1
        for row in range(count):
            line[row] = weight[row] * (line[row] - (one if y[row] == number else nothing))


@njit(nogil=True, cache=True, fastmath=EXACT, error_model="numpy")
def exponentials(logits: Floats, highest: Floats, count: int, total: Floats) -> None:
    """Replace logits by exponentials of what they lie below the highest, and sum them by row.

    The sum is that of all classes, class 0 among them.
    """
    for row in range(count):
        total[row] = _power(-highest[row])
    for k in range(len(logits)):
        line = logits[k]
        for row in range(count):
            power = _power(line[row] - highest[row])
            line[row] = power
            total[row] += power


def _power(below: float) -> float:
    """Exponential of a number up to some hundreds; next to nothing far below 0."""
    return math.exp(below)


def _logarithm(value: float) -> float:
    """Natural logarithm of a positive number."""
    return math.log(value)


@overload(_power, jit_options={"fastmath": EXACT, "error_model": "numpy"})
def _power_in_bits(below: float) -> Callable[[float], float]:
    """Compile the power; nothing in it may be reordered: adding and taking off again rounds."""
    return _power_32 if below == types.float32 else _power_64


@overload(_logarithm, jit_options={"fastmath": EXACT, "error_model": "numpy"})
def _logarithm_in_bits(value: float) -> Callable[[float], float]:
    return _logarithm_32 if value == types.float32 else _logarithm_64


def _power_64(below: float) -> float:
    x = max(below, -708.0)
    shifted = x * _LOG2_E + _ROUNDING_64
    whole = shifted - _ROUNDING_64
    bits = (np.float64(shifted).view(np.int64) << 52) + (1023 << 52)
    r = (x - whole * _LOG_2_HIGH) - whole * _LOG_2_LOW
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
    return (value * r + 1.0) * np.int64(bits).view(np.float64)


def _power_32(below: float) -> float:
    x = max(below, _LOWEST_32)
    shifted = x * _LOG2_E_32 + _ROUNDING_32
    whole = shifted - _ROUNDING_32
    bits = np.int32((np.float32(shifted).view(np.int32) << 23) + (127 << 23))
    r = (x - whole * _LOG_2_HIGH_32) - whole * _LOG_2_LOW_32
    value = _SEVENTH * r + _SIXTH
    value = value * r + _FIFTH
    value = value * r + _FOURTH
    value = value * r + _THIRD
    value = value * r + _SECOND
    value = value * r + _FIRST
    return (value * r + _FIRST) * bits.view(np.float32)


def _logarithm_64(value: float) -> float:
    bits = np.float64(value).view(np.int64)
    power = (bits - 0x3FE6A09E667F3BCD) >> 52
    part = np.int64(bits - (power << 52)).view(np.float64)
    ratio = (part - 1.0) / (part + 1.0)
    z = ratio * ratio
    series = 1.0 / 21.0
    series = series * z + 1.0 / 19.0
    series = series * z + 1.0 / 17.0
    series = series * z + 1.0 / 15.0
    series = series * z + 1.0 / 13.0
    series = series * z + 1.0 / 11.0
    series = series * z + 1.0 / 9.0
    series = series * z + 1.0 / 7.0
    series = series * z + 1.0 / 5.0
    series = series * z + 1.0 / 3.0
    return 2.0 * ratio * (series * z + 1.0) + power * _LOG_2


def _logarithm_32(value: float) -> float:
    bits = np.float32(value).view(np.int32)
    power = np.int32((bits - 0x3F3504F3) >> 23)
    part = np.int32(bits - (power << 23)).view(np.float32)
    ratio = (part - _FIRST) / (part + _FIRST)
    z = ratio * ratio
    series = _ODD_NINTH * z + _ODD_SEVENTH
    series = series * z + _ODD_FIFTH
    series = series * z + _ODD_THIRD
    return (ratio + ratio) * (series * z + _FIRST) + np.float32(power) * _LOG_2_32
