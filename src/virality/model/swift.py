"""The expected value of a softmax for one row, compiled, for the extra ``fast``.

What :mod:`virality.model.plain` computes, in a quarter of its time: the numbers of a list are
written into memory that each thread keeps, from where compiled code takes them.

Importing this module imports Numba, so it is done late, and only where it is asked for.
"""

from __future__ import annotations

import math
import struct
from threading import local
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from virality.model.plain import ORDINARY

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats
    from virality.model.linear import Linear
    from virality.model.plain import Row


def expectation(
    linear: Linear, values: Floats, otherwise: Callable[[Row], float]
) -> Callable[[Row], float]:
    """Prepare a function of one row, which any thread may call.

    Parameters
    ----------
    linear
        A softmax of p features and K tiers.
    values
        (K,) values of the tiers.
    otherwise
        Answers what is no list or tuple of p finite numbers, or whose powers overflow.
    """
    apart = np.column_stack([linear.coef, linear.intercept])
    table = np.column_stack([apart - apart[0], values])
    width = linear.coef.shape[1]
    write, kept = struct.Struct(f"{width}d").pack_into, _Kept(width)
    _expected(table, kept.row)  # is compiled, or loaded, now

    def expected(row: Row) -> float:
        if type(row) in ORDINARY:
            numbers = kept.row
            try:
                write(numbers, 0, *row)
            except struct.error:
                return otherwise(row)
            found: float = _expected(table, numbers)
            if found == found:  # noqa: PLR0124  only NaN is not itself, which takes no call to see
                return found
        return otherwise(row)

    return expected


class _Kept(local):
    """A row of each thread."""

    def __init__(self, width: int) -> None:
        self.row: Any = np.zeros(width)  # an array, and memory that can be written to


@njit(cache=True, error_model="numpy")
def _expected(table: Floats, row: Floats) -> float:
    """Average values by a softmax; NaN where a number is not finite or a power overflows.

    Parameters
    ----------
    table
        (K, p+2): for each class its slopes and its shift, less those of the first, and its value.
    row
        (p,) numbers.
    """
    width = len(row)
    blank = 0.0
    for j in range(width):
        blank += row[j] * 0.0
    total, mean = 1.0 + blank, table[0, width + 1]
    for k in range(1, len(table)):
        logit = table[k, width]
        for j in range(width):
            logit += table[k, j] * row[j]
        power = math.exp(logit)
        total += power
        mean += table[k, width + 1] * power
    found: float = mean / total
    return found
