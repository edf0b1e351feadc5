r"""A Gaussian description of rows of which some entries are unknown.

Given the known entries S of a Gaussian row, the unknown ones U are Gaussian with mean
:math:`\mu_U + (z_S - \mu_S) A`, :math:`A = \Sigma_{SS}^{-1}\Sigma_{SU}`, and covariance
:math:`\Sigma_{UU} - \Sigma_{US} A`. Where training rows have gaps, mean and covariance are found by
the EM algorithm on these two formulas.

References
----------
Little, R. and Rubin, D. (2019). *Statistical Analysis with Missing Data*, 3rd ed., chapter 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from virality.arrays import Floats, Ints

    Bools = NDArray[np.bool_]

_TINY = 1e-12
_LEAST_SHRINKING = 1e-4
_ROUNDS = 50
_TOLERANCE = 1e-4
_WORD = 8


@dataclass(frozen=True)
class Gaussian:
    """Mean (p,) and positive definite covariance (p, p)."""

    mean: Floats
    covariance: Floats

    def conditional(self, known: Ints, unknown: Ints) -> tuple[Floats, Floats]:
        r"""Regress the unknown entries on the known ones.

        Parameters
        ----------
        known, unknown
            Column numbers S and U.

        Returns
        -------
        The regression A (\|S\|, \|U\|) and the residual covariance (\|U\|, \|U\|).
        """
        covariance = self.covariance
        across = covariance[np.ix_(known, unknown)]
        solved = np.linalg.solve(covariance[np.ix_(known, known)], across)
        regression = np.asarray(solved, dtype=np.float64)
        residual = covariance[np.ix_(unknown, unknown)] - across.T @ regression
        return regression, (residual + residual.T) / 2.0

    def expected(self, rows: Floats, known: Ints, unknown: Ints, regression: Floats) -> Floats:
        r"""Conditional means (n, \|U\|) of the unknown entries of rows (n, p)."""
        means: Floats = self.mean[unknown] + (rows[:, known] - self.mean[known]) @ regression
        return means


def patterns(known: Bools) -> Iterator[tuple[Bools, Ints]]:
    """Group rows by which of their entries are known.

    Parameters
    ----------
    known
        (n, p).

    Yields
    ------
    A pattern (p,) and the numbers of the rows that have it.
    """
    packed = np.packbits(known, axis=1)
    words = np.zeros((len(known), -(-packed.shape[1] // _WORD) * _WORD), dtype=np.uint8)
    words[:, : packed.shape[1]] = packed
    keys = words.view(np.uint64)
    order = np.lexsort(keys.T)
    ends = np.flatnonzero((np.diff(keys[order], axis=0) != 0).any(axis=1)) + 1
    for rows in np.split(order, ends) if len(known) else []:
        yield known[rows[0]], np.sort(rows)


def fit_gaussian(rows: Floats) -> Gaussian:
    """Describe rows (n, p) in which NaN is unknown.

    Correlations are shrunk as if p + 2 more rows of unrelated columns had been seen, and by 1e-4 at
    least, so that collinear columns stay solvable.
    """
    known = ~np.isnan(rows)
    filled = np.where(known, rows, 0.0)
    centred = filled - filled.mean(axis=0)
    current = Gaussian(filled.mean(axis=0), _shrunk(centred.T @ centred / len(rows), len(rows)))
    if known.all():
        return current
    groups = list(patterns(known))
    for _ in range(_ROUNDS):
        following = _round(current, filled, groups)
        moved = np.abs(following.covariance - current.covariance).max()
        current = following
        if moved < _TOLERANCE:
            break
    return current


def _round(current: Gaussian, filled: Floats, groups: list[tuple[Bools, Ints]]) -> Gaussian:
    """Do one round of EM: expected entries and their spread, then mean and covariance."""
    expected, spread = filled.copy(), np.zeros_like(current.covariance)
    for pattern, rows in groups:
        known, unknown = np.flatnonzero(pattern), np.flatnonzero(~pattern)
        regression, residual = current.conditional(known, unknown)
        means = current.expected(filled[rows], known, unknown, regression)
        expected[np.ix_(rows, unknown)] = means
        spread[np.ix_(unknown, unknown)] += len(rows) * residual
    mean = expected.mean(axis=0)
    centred = expected - mean
    return Gaussian(mean, _shrunk((centred.T @ centred + spread) / len(filled), len(filled)))


def _shrunk(covariance: Floats, rows: int) -> Floats:
    """Draw the correlations towards zero, and give constant columns a variance of 1."""
    width = len(covariance)
    share = max((width + 2.0) / (rows + width + 2.0), _LEAST_SHRINKING)
    variances = np.diag(covariance)
    shrunk: Floats = (1.0 - share) * (covariance - np.diag(variances))
    shrunk[np.diag_indices(width)] = np.where(variances > _TINY, variances, 1.0)
    return shrunk
