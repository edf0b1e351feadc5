r"""What chance alone does: resampling of whole accounts, and the tails of what it gives.

A distance is never negative, so that even a perfect model of few videos shows one. What is
observed is compared with what noise alone would show among as many videos of as many accounts: by
the triangle inequality, a truth within the limit :math:`t` shows more than :math:`d` only if the
noise is more than :math:`d - t`.

References
----------
Wilson, E. and Hilferty, M. (1931). The distribution of chi-square. *PNAS* 17, 684-688.
Wallace, D. (1959). Bounds on normal approximations to Student's and the chi-square distributions.
*Annals of Mathematical Statistics* 30, 1121-1130.
Holm, S. (1979). A simple sequentially rejective multiple test procedure. *Scandinavian Journal of
Statistics* 6, 65-70.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.arrays import Floats, Ints

FEWEST_ROWS, FEWEST_ACCOUNTS = 50, 20
"""Fewer predictions, or of fewer accounts, are too few to say."""

RESAMPLES = 400
_NORMAL = NormalDist()


def enough(groups: Ints) -> bool:
    """Tell whether predictions of these accounts (n,) are enough to say something."""
    return len(groups) >= FEWEST_ROWS and len(np.unique(groups)) >= FEWEST_ACCOUNTS


def sums_by(groups: Ints, values: Floats) -> Floats:
    """Add up the rows (n, B) of each group, (G, B); groups are numbered from 0."""
    order = np.argsort(groups, kind="stable")
    begins = np.searchsorted(groups[order], np.arange(groups.max() + 1))
    totals: Floats = np.add.reduceat(values[order], begins, axis=0)
    return totals


def resampled(sums: Floats, seed: int = 0) -> Floats:
    """Draw groups with replacement and add up their sums.

    Parameters
    ----------
    sums
        (G, B) of each group.
    seed
        Of the drawing.

    Returns
    -------
    (R, B) totals of R drawings of G groups.
    """
    count = len(sums)
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(count, np.full(count, 1.0 / count), size=RESAMPLES)
    totals: Floats = drawn @ sums
    return totals


def upper_tail(noise: Floats, excess: float) -> float:
    """Estimate the probability that a positive noise exceeds something.

    It goes beyond what was drawn: the noise is taken to follow a gamma law of the same mean and
    variance, by the transformation of Wilson and Hilferty.

    Parameters
    ----------
    noise
        (R,) draws, none negative.
    excess
        What is to be exceeded.

    Examples
    --------
    >>> draws = np.random.default_rng(0).gamma(4.0, 1.0, 100_000)
    >>> round(upper_tail(draws, 10.05), 3)  # exactly .01
    0.01
    """
    mean, variance = float(noise.mean()), float(noise.var())
    if excess <= 0:
        return 1.0
    if not variance > 0:
        return 1.0 if mean >= excess else 0.0
    shape = mean**2 / variance
    root = (excess / mean) ** (1.0 / 3.0)
    return above((root - (1.0 - 1.0 / (9.0 * shape))) * math.sqrt(9.0 * shape))


def above(deviation: float, freedom: float = math.inf) -> float:
    """Give the probability that Student's t of so many degrees of freedom exceeds a number.

    Examples
    --------
    >>> round(above(1.959964), 4), round(above(2.093, 19), 4)  # both exactly .025
    (0.025, 0.025)
    """
    if math.isfinite(freedom):
        size = math.sqrt(freedom * math.log1p(deviation**2 / freedom))
        size *= (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0)
        deviation = math.copysign(size, deviation)
    return _NORMAL.cdf(-deviation)


def holm(probabilities: Sequence[float]) -> list[float]:
    """Correct probabilities for there being several, by Holm's method.

    Examples
    --------
    >>> holm([0.04, 0.01, 0.03])
    [0.06, 0.03, 0.06]
    """
    corrected = [1.0] * len(probabilities)
    largest = 0.0
    order = sorted(range(len(probabilities)), key=probabilities.__getitem__)
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(order) - rank) * probabilities[place]))
        corrected[place] = largest
    return corrected
