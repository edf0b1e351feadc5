"""Evenly spread points of a standard Gaussian, the same on every machine.

A Kronecker sequence with the square roots of primes as its steps, each coordinate replaced by
Gaussian quantiles of its ranks: mean 0 and variance 1 hold exactly in each coordinate. Only
operations that are exact, or rounded alike everywhere, are used.

References
----------
Niederreiter, H. (1992). *Random Number Generation and Quasi-Monte Carlo Methods*, chapter 3. SIAM.
Richtmyer, R. (1951). The evaluation of definite integrals, and a quasi-Monte-Carlo method based on
the properties of algebraic numbers. Los Alamos report LA-1342.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats


@lru_cache(maxsize=128)
def normal_nodes(size: int, dimensions: int) -> Floats:
    """Give M points of a standard Gaussian in d dimensions, (M, d), read-only.

    The first coordinates are the most even ones.
    """
    from statistics import NormalDist  # noqa: PLC0415  slow to load, and some know all

    steps = np.sqrt(_primes(dimensions))
    points = np.mod(0.5 + (np.arange(size)[:, None] + 0.5) * steps, 1.0)
    ranks = points.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    inverse = NormalDist().inv_cdf
    grid = np.array([inverse((number + 0.5) / size) for number in range(size)])
    nodes: Floats = (grid / grid.std())[ranks]
    nodes.setflags(write=False)
    return nodes


def _primes(count: int) -> list[int]:
    """List the first primes."""
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found
