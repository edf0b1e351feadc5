"""How far off estimates may be, as the few directions that tell most of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats

_MOST = 7
_TOLD = 0.99999


def directions(covariance: Floats) -> Floats:
    """Write a covariance (d, d) as a sum of the outer products of few vectors, (r, d).

    The smallest are left out as long as 99.999 % of the total variance is told, and beyond seven.
    """
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    told = np.cumsum(values)
    if not len(told) or told[-1] <= 0:
        return np.zeros((0, len(covariance)))
    count = min(_MOST, int(np.searchsorted(told, _TOLD * told[-1])) + 1)
    ways: Floats = (vectors[:, :count] * np.sqrt(values[:count])).T
    return ways
