"""Exact order statistics of numbers that pass by in blocks, however many there are.

The bits of a float, read as a whole number, sort as the floats do. Four passes find 16 bits of a
number of a given rank each, by counting the numbers that share the bits found before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.labels import QUANTILES, checked_thresholds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from virality.arrays import Floats

    Blocks = Callable[[], Iterable[Floats]]

_BITS = 16
_SIGN = np.uint64(1 << 63)


def ranked(blocks: Blocks, ranks: Sequence[int]) -> Floats:
    """Find numbers by their ranks.

    Parameters
    ----------
    blocks
        Gives all numbers once more, some at a time; none is NaN.
    ranks
        (k,) from 0, each below their count.

    Returns
    -------
    (k,) the numbers.

    Examples
    --------
    >>> ranked(lambda: [np.array([3.0, 1.0]), np.array([-2.0])], [0, 1]).tolist()
    [-2.0, 1.0]
    """
    found = [0 for _ in ranks]
    left = list(ranks)
    for shift in range(64 - _BITS, -1, -_BITS):
        counts = _counted(blocks, set(found), shift)
        for place, bits in enumerate(found):
            below = np.cumsum(counts[bits])
            digit = int(np.searchsorted(below, left[place], side="right"))
            left[place] -= int(below[digit - 1]) if digit else 0
            found[place] = (bits << _BITS) | digit
    return _floats(np.array(found, dtype=np.uint64))


def quantile_thresholds(blocks: Blocks) -> Floats:
    """Find thresholds as :func:`virality.labels.quantile_thresholds` does, (4,).

    Raises
    ------
    DataError
        When there are too few distinct numbers.
    """
    count = sum(len(numbers) for numbers in blocks())
    places = [quantile * (count - 1) for quantile in QUANTILES]
    lower = [int(place) for place in places]
    upper = [min(place + 1, count - 1) for place in lower]
    low, high = np.split(ranked(blocks, [*lower, *upper]), 2)
    parts = [place - int(place) for place in places]
    found = [np.quantile(pair, part) for *pair, part in zip(low, high, parts, strict=True)]
    return checked_thresholds(np.array(found))


def _counted(blocks: Blocks, prefixes: set[int], shift: int) -> dict[int, NDArray[np.int64]]:
    """Count the next 16 bits of the numbers that begin with some bits."""
    counts = {bits: np.zeros(1 << _BITS, dtype=np.int64) for bits in prefixes}
    for numbers in blocks():
        keys = _keys(numbers)
        upper = keys >> np.uint64(shift)
        for bits in prefixes:
            of_it = upper >> np.uint64(_BITS) == np.uint64(bits)
            digits = upper[of_it] & np.uint64((1 << _BITS) - 1)
            counts[bits] += np.bincount(digits.astype(np.int64), minlength=1 << _BITS)
    return counts


def _keys(numbers: Floats) -> NDArray[np.uint64]:
    """Turn floats into whole numbers of the same order; both zeros are one."""
    bits = (numbers + 0.0).view(np.uint64)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def _floats(keys: NDArray[np.uint64]) -> Floats:
    """Undo :func:`_keys`."""
    floats: Floats = np.where(keys & _SIGN, keys ^ _SIGN, ~keys).view(np.float64)
    return floats
