"""Evenly spread points of a standard Gaussian, the same on every machine.

A Kronecker sequence with the steps of a generalised golden ratio, each coordinate replaced by
Gaussian quantiles of its ranks: mean 0 and variance 1 hold exactly in each coordinate.

References
----------
Niederreiter, H. (1992). *Random Number Generation and Quasi-Monte Carlo Methods*, chapter 3. SIAM.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats

_FIXED_POINT_ROUNDS = 60


@lru_cache(maxsize=128)
def normal_nodes(size: int, dimensions: int) -> Floats:
    """Give M points of a standard Gaussian in d dimensions, (M, d), read-only.

    The first coordinates are the most even ones.
    """
    from statistics import NormalDist  # noqa: PLC0415  slow to load, and some know all

    root = 2.0
    for _ in range(_FIXED_POINT_ROUNDS):
        root = (1.0 + root) ** (1.0 / (dimensions + 1.0))
    steps = root ** -np.arange(1.0, dimensions + 1.0)
    points = np.mod(0.5 + (np.arange(size)[:, None] + 0.5) * steps, 1.0)
    ranks = points.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    inverse = NormalDist().inv_cdf
    grid = np.array([inverse((number + 0.5) / size) for number in range(size)])
    nodes: Floats = (grid / grid.std())[ranks]
    nodes.setflags(write=False)
    return nodes
