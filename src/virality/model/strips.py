r"""What the compiled passes do with one strip of rows, which never leaves the first cache.

``STRIP`` rows at a time are standardised and turned round, so that every inner loop runs along
rows, where the compiler can use wide registers. Sums of products are made in tiles of four by four,
whose sixteen sums stay in registers, so that a number once loaded serves four times.

Logits are those of classes 1..K-1 less that of class 0, which is 0: one class less to work on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from virality.model.powers import EXACT, logarithm, power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from virality.arrays import Floats, Ints

STRIP = 512
TILE = 4
_APART = 16
REORDERED = EXACT | {"reassoc"}
"""A check for division by zero would keep loops from being vectorised: hence NumPy's model."""


def padded(apart: Floats, kind: type[np.floating] = np.float64) -> NDArray[Any]:
    """Append columns of zeros to (K-1, p+1) coefficients, so that tiles fit."""
    classes, width = apart.shape
    wide = np.zeros((classes, -(-width // TILE) * TILE), kind)
    wide[:, :width] = apart
    return wide


@njit(nogil=True, cache=True)
def room(coef: Floats, features: int) -> tuple[Floats, Floats]:
    """Make room for a strip's columns (w, m), 1 for the intercept, and logits (K-1, m).

    With m a power of two all columns would lie in a few lines of the cache, and drive each other
    out.
    """
    rows = STRIP + _APART
    columns = np.zeros((coef.shape[1], rows), coef.dtype)
    columns[features] = 1.0
    return columns, np.zeros((len(coef), rows), coef.dtype)


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
    for row in range(count):
        total[row] = power(-highest[row])
    exponentials(logits, highest, count, total)
    loss = nothing
    for row in range(count):
        loss += weight[row] * (highest[row] + logarithm(total[row]))
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
    """Replace logits by exponentials of what they lie below the highest; total adds them up."""
    for k in range(len(logits)):
        line = logits[k]
        for row in range(count):
            one = power(line[row] - highest[row])
            line[row] = one
            total[row] += one
