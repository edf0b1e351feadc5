r"""Ordered cells of an outcome, with a location, a scale and a skew of their own for each row.

A row with location :math:`\mu`, log scale s and skew e falls into one of the lowest k of C cells
with probability

.. math:: P(Y \le k) = (1 - \epsilon)\, G(z_k) + \epsilon\, \Pi_k,\quad
          z_k = \sinh(\operatorname{arsinh}((t_k - \mu) e^{-s}) + e),

G the logistic distribution, :math:`t_k` free cuts, and :math:`\Pi_k` the cumulated shares of the
cells. The lapse :math:`\epsilon` says how often a row is simply a draw from the population, so that
no cell ever gets next to nothing. With s = e = 0 this is the proportional-odds model.

References
----------
McCullagh, P. (1980). Regression models for ordinal data. *JRSS B* 42, 109-142.
Jones, M. and Pewsey, A. (2009). Sinh-arcsinh distributions. *Biometrika* 96, 761-780.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

    Designs = tuple[Floats, Floats, Floats]

PREDICTORS = ("location", "scale", "skew")
_MOST = 30.0
_LEAST = 1e-300


@dataclass(frozen=True)
class Link:
    """What turns predictors into probabilities of cells.

    Attributes
    ----------
    cuts
        (C - 1,) ascending; a cell between two equal ones has the lapse's part alone.
    shares
        (C,) of the cells in the population.
    lapse
        How often a row is a draw from the population, 0 to 1.
    """

    cuts: Floats
    shares: Floats
    lapse: float

    def cells(self, predictors: Floats) -> Floats:
        """Probabilities (n, C) from location, log scale and skew (n, 3)."""
        z, _, _ = self._latent(predictors)
        probabilities: Floats = (1 - self.lapse) * _differences(z) + self.lapse * self.shares
        scaled: Floats = probabilities / probabilities.sum(axis=1, keepdims=True)
        return scaled

    def expected(self, predictors: Floats, worth: Floats) -> Floats:
        r"""Average the worth (C,) of cells at predictors (n, 3), without making the cells: (n,).

        By parts, and with :math:`\sinh(\operatorname{arsinh} d + e) = d \cosh e + \sqrt{1 + d^2}
        \sinh e`.
        """
        location, scale, skew = np.ascontiguousarray(predictors.T)
        narrow = np.exp(-np.clip(scale, -_MOST, _MOST))
        along, across = np.cosh(skew), np.sinh(skew)
        below = np.cumsum(self.shares)[:-1] / self.shares.sum()
        lost = np.full(len(location), float(self.lapse * (np.diff(worth) @ below)))
        for cut, step in zip(self.cuts, np.diff(worth), strict=True):
            distance = (cut - location) * narrow
            z = distance * along + np.sqrt(1.0 + distance * distance) * across
            lost += (1.0 - self.lapse) * step * _logistic(z)
        expected: Floats = worth[-1] - lost
        return expected

    def _latent(self, predictors: Floats) -> tuple[Floats, Floats, Floats]:
        """Latent cuts z (n, C - 1), the distances before the skew, and what they are bent to."""
        location, scale, skew = predictors.T[:, :, None]
        distance = (self.cuts - location) * np.exp(-np.clip(scale, -_MOST, _MOST))
        bent = np.clip(np.arcsinh(distance) + skew, -_MOST, _MOST)
        return np.sinh(bent), distance, bent

    def slopes(self, predictors: Floats) -> tuple[Floats, Floats]:
        """Probabilities of cells, and how the cumulated ones move.

        Returns
        -------
        (n, C) probabilities, and (n, C - 1, 4) derivatives of the cumulated probabilities in
        location, log scale, skew, and in their own cut.
        """
        z, distance, bent = self._latent(predictors)
        cells = (1 - self.lapse) * _differences(z) + self.lapse * self.shares
        decay = np.exp(-np.abs(z))
        density = (1 - self.lapse) * decay / (1 + decay) ** 2 * np.cosh(bent)
        inner = density / np.sqrt(1 + distance**2)
        narrow = inner * np.exp(-np.clip(predictors[:, 1:2], -_MOST, _MOST))
        return cells, np.stack([-narrow, -inner * distance, density, narrow], axis=2)


def _differences(z: Floats) -> Floats:
    r"""Logistic probability between neighbouring cuts (n, C - 1) -> (n, C), exact in both tails.

    :math:`G(b) - G(a) = G(b)\, G(-a)\, (1 - e^{a - b})`.
    """
    ends = np.full((len(z), 1), np.inf)
    upper, lower = np.hstack([z, ends]), np.hstack([-ends, z])
    with np.errstate(over="ignore", invalid="ignore"):
        gap = -np.expm1(np.where(np.isinf(upper) | np.isinf(lower), -np.inf, lower - upper))
        return np.maximum(_logistic(upper) * _logistic(-lower) * gap, 0.0)


def _logistic(x: Floats) -> Floats:
    with np.errstate(over="ignore"):
        value: Floats = 1.0 / (1.0 + np.exp(-x))
    return value


@dataclass(frozen=True)
class Information:
    """What a block of rows adds to the fit; blocks are joined by ``+``.

    Attributes
    ----------
    weight, loss
        Sums of the weights, and of the weighted negative log-probabilities.
    gradient
        (d,) of the loss in the cuts, and in each predictor's coefficients.
    hessian
        Its expectation under the model (Fisher's information), of that size squared.
    """

    weight: float
    loss: float
    gradient: Floats
    hessian: Floats

    def __add__(self, other: Information) -> Information:
        """Join the information of two disjoint sets of rows."""
        return Information(
            self.weight + other.weight,
            self.loss + other.loss,
            self.gradient + other.gradient,
            self.hessian + other.hessian,
        )


def loss(link: Link, predictors: Floats, y: Ints, weight: Floats) -> float:
    """Weighted sum of the negative log-probabilities of what happened, in nats."""
    given = link.cells(predictors)[np.arange(len(y)), y]
    return float(-(weight @ np.log(np.maximum(given, _LEAST))))


def information(
    link: Link, designs: Designs, predictors: Floats, y: Ints, weight: Floats
) -> Information:
    """Sum loss, gradient and expected Hessian over the rows of one block.

    Parameters
    ----------
    link
        The cuts, shares and lapse.
    designs
        Columns (m, q1), (m, q2), (m, q3) of location, log scale and skew.
    predictors
        (m, 3) where to evaluate.
    y
        (m,) cells 0..C-1.
    weight
        (m,) row weights.
    """
    cells, slopes = link.slopes(predictors)
    safe = np.maximum(cells, _LEAST)
    rows = np.arange(len(y))
    value = float(-(weight @ np.log(safe[rows, y])))
    moves = _moves(slopes)
    observed = moves[rows, y] / safe[rows, y, None] * weight[:, None]
    parts = [column @ B for column, B in zip(observed.T, designs, strict=True)]
    return Information(
        float(weight.sum()),
        value,
        -np.concatenate([_own(slopes, y, safe, weight), *parts]),
        _hessian(designs, moves, slopes[:, :, 3], weight[:, None] / safe),
    )


def _moves(slopes: Floats) -> Floats:
    """Derive the cells' probabilities by the three predictors, (m, C, 3)."""
    edge = np.zeros((len(slopes), 1, 3))
    bounded = np.concatenate([edge, slopes[:, :, :3], edge], axis=1)
    return np.diff(bounded, axis=1)


def _own(slopes: Floats, y: Ints, cells: Floats, weight: Floats) -> Floats:
    """Gradient (C - 1,) of the log-likelihood in the cuts."""
    rows, last = np.arange(len(y)), slopes.shape[1]
    given = weight / cells[rows, y]
    above, below = y < last, y > 0
    upper = slopes[rows[above], y[above], 3] * given[above]
    lower = slopes[rows[below], y[below] - 1, 3] * given[below]
    up, down = np.bincount(y[above], upper, last), np.bincount(y[below] - 1, lower, last)
    return np.asarray(up - down, dtype=np.float64)


def _hessian(designs: Designs, moves: Floats, cuts: Floats, inverse: Floats) -> Floats:
    """Fisher's information of cuts and coefficients, (C - 1 + q1 + q2 + q3) squared."""
    starts = np.cumsum([cuts.shape[1], *(B.shape[1] for B in designs)])
    full = np.zeros((starts[-1], starts[-1]))
    _put_cuts(full, cuts, inverse)
    ratio = moves * inverse[:, :, None]
    cross = cuts[:, :, None] * (ratio[:, :-1] - ratio[:, 1:])
    for first, left in enumerate(designs):
        rows = slice(starts[first], starts[first + 1])
        full[: starts[0], rows] = cross[:, :, first].T @ left
        for second in range(first, len(designs)):
            curvature = (ratio[:, :, first] * moves[:, :, second]).sum(axis=1)
            columns = slice(starts[second], starts[second + 1])
            full[rows, columns] = (left * curvature[:, None]).T @ designs[second]
    lower = np.tril_indices(len(full), -1)
    full[lower] = full.T[lower]
    return full


def _put_cuts(full: Floats, cuts: Floats, inverse: Floats) -> None:
    """Write the cuts' own block, which links each cut with its neighbours."""
    count = cuts.shape[1]
    own = (cuts**2 * (inverse[:, :-1] + inverse[:, 1:])).sum(axis=0)
    beside = -(cuts[:, :-1] * cuts[:, 1:] * inverse[:, 1:-1]).sum(axis=0)
    numbers = np.arange(count)
    full[numbers, numbers] = own
    full[numbers[:-1], numbers[1:]] = beside
