r"""A compact description of the training rows' features: a Gaussian copula.

Every column is turned into normal scores by its own quantiles, which takes heavy tails, ties and
units out of the matter; the scores are described by one mean and one covariance. Nothing else is
kept: no row, and at the ends of the quantiles no single row's value.

References
----------
Nelsen, R. (2006). *An Introduction to Copulas*, 2nd ed. Springer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from virality.model.gaussian import Gaussian, fit_gaussian

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

KNOTS = 65
MOST_ROWS = 20_000
_CONSTANT = 1e-6
_DIGITS = 7
_FAR = 4.0


@dataclass(frozen=True)
class Copula:
    """Quantiles of each column, and a Gaussian of their normal scores.

    Attributes
    ----------
    knots
        (p, Q) quantiles of each column, ascending, in its own unit.
    low
        The lowest level at which quantiles are kept; the highest is ``1 - low``.
    centre, scale
        (p,) what brings a column's scores to mean 0 and spread 1; scale 0 marks a constant column.
    scores
        Mean and covariance of the scores.
    """

    knots: Floats
    low: float
    centre: Floats
    scale: Floats
    scores: Gaussian

    @cached_property
    def varying(self) -> Ints:
        """Numbers of the columns that varied in training."""
        return np.flatnonzero(self.scale > 0)

    @cached_property
    def _tables(self) -> list[tuple[Floats, Floats]]:
        return [score_table(knots, self.low) for knots in self.knots]

    def encode(self, values: Floats, columns: Ints) -> Floats:
        """Turn raw values (n, d) of some columns into normal scores (n, d); NaN stays NaN."""
        scores = np.zeros(values.shape)
        for place, column in enumerate(columns):
            if self.scale[column] > 0:
                raw = np.interp(values[:, place], *self._tables[column])
                scores[:, place] = (raw - self.centre[column]) / self.scale[column]
        return scores

    def moderate(self, values: Floats, columns: Ints) -> Floats:
        """Encode, but draw scores beyond 4 in: a rare flag's may be 50, and decide a fit alone."""
        return drawn_in(self.encode(values, columns))

    def decode(self, scores: Floats, columns: Ints) -> Floats:
        """Turn normal scores (..., d) of some columns into raw values (..., d)."""
        grid = score_grid(self.knots.shape[1], self.low)
        values = np.empty(scores.shape)
        for place, column in enumerate(columns):
            values[..., place] = np.interp(scores[..., place], grid, self.knots[column])
        return values


def drawn_in(scores: Floats) -> Floats:
    """Draw scores beyond 4 in."""
    return np.clip(scores, -_FAR, _FAR)


@cache
def score_grid(size: int, low: float) -> Floats:
    """Give normal scores (Q,) of levels from ``low`` to ``1 - low``, dense in both tails."""
    levels = (1.0 - np.cos(np.pi * np.arange(size) / (size - 1))) / 2.0
    from statistics import NormalDist  # noqa: PLC0415  slow to load, and some know all

    inverse = NormalDist().inv_cdf
    grid = np.array([inverse(level) for level in np.clip(levels, low, 1.0 - low)])
    grid.setflags(write=False)
    return grid


def score_table(knots: Floats, low: float) -> tuple[Floats, Floats]:
    """Distinct knots and their scores; a value that many rows share gets its mean score."""
    grid = score_grid(len(knots), low)
    distinct, which = np.unique(knots, return_inverse=True)
    return distinct, np.bincount(which, grid) / np.bincount(which)


def fit_copula(X: Floats, weight: Floats, seed: int = 0) -> Copula:
    """Describe the training rows.

    Parameters
    ----------
    X
        (n, p) raw features, NaN where unknown.
    weight
        (n,) row weights. Where they differ, a random sample drawn in their proportion is
        described; so is a random sample of very many rows.
    seed
        Of that sample.
    """
    rows = _sample(X, weight, seed)
    low = min(2.5 / len(rows), 0.25)
    from statistics import NormalDist  # noqa: PLC0415

    levels = np.array([NormalDist().cdf(score) for score in score_grid(KNOTS, low)])
    knots = np.array([_quantiles(column[~np.isnan(column)], levels) for column in rows.T])
    scores = np.column_stack(
        [np.interp(column, *score_table(k, low)) for column, k in zip(rows.T, knots, strict=True)]
    )
    known = ~np.isnan(scores)
    count = np.maximum(known.sum(axis=0), 1)
    centre = rounded(np.where(known, scores, 0.0).sum(axis=0) / count)
    deviations = np.where(known, scores - centre, 0.0)
    spread = np.sqrt((deviations**2).sum(axis=0) / count)
    scale = rounded(np.where(spread > _CONSTANT, spread, 0.0))
    standard = np.where(known, deviations / np.where(scale > 0, scale, 1.0), np.nan)
    fitted = fit_gaussian(standard)
    return Copula(
        knots, low, centre, scale, Gaussian(rounded(fitted.mean), rounded(fitted.covariance))
    )


def rounded(values: Floats, digits: int = _DIGITS) -> Floats:
    """Round to some significant digits: what is kept is what a file can state exactly."""
    return np.array([float(f"{value:.{digits}g}") for value in values.ravel()]).reshape(
        values.shape
    )


def _sample(X: Floats, weight: Floats, seed: int) -> Floats:
    if len(X) <= MOST_ROWS and weight.min() == weight.max():
        return X
    generator = np.random.default_rng(seed)
    size = min(len(X), MOST_ROWS)
    even = weight.min() == weight.max()
    chosen = generator.choice(
        len(X), size, replace=not even, p=None if even else weight / weight.sum()
    )
    return X[np.sort(chosen)]


def _quantiles(values: Floats, levels: Floats) -> Floats:
    """Quantiles that never descend: round-off must not break runs of equal values apart."""
    if len(values) == 0:
        return np.zeros(len(levels))
    return np.maximum.accumulate(rounded(np.quantile(values, levels)))
