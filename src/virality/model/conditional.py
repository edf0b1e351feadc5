"""What the unknown inputs of a row may be, given the known ones: evenly spread examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.model.nodes import normal_nodes

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.copula import Copula
    from virality.model.gaussian import Bools
    from virality.model.population import Population

_FLAT = 1e-4
"""What moves the answer by less than this share of what moves it most counts as moving nothing."""


@dataclass(frozen=True)
class Conditional:
    r"""The distribution of the unknown inputs given the known ones, as M equally likely nodes.

    Attributes
    ----------
    copula
        The features' joint distribution.
    known, unknown
        Column numbers S and U.
    regression
        (\|S\|, \|U\|) of the unknown scores on the known ones.
    nodes
        (M, \|U\|) deviations of the unknown scores from their regression.
    holes
        (M, \|U\|) which unknown inputs a node lacks altogether; None when it lacks none.
    """

    copula: Copula
    known: Ints
    unknown: Ints
    regression: Floats
    nodes: Floats
    holes: Bools | None = None

    def centre(self, scores: Floats) -> Floats:
        r"""Expect scores (n, \|U\|) of the unknown inputs, given those (n, \|S\|) of the known."""
        mean = self.copula.scores.mean
        expected: Floats = mean[self.unknown] + (scores - mean[self.known]) @ self.regression
        return expected

    def rows(self, filled: Floats) -> Floats:
        """Fill the unknown inputs in, once for each node.

        Parameters
        ----------
        filled
            (n, p) raw features, those in U of any value.

        Returns
        -------
        (n * M, p), row by row the nodes, laid out by column; NaN only where a node lacks an input.
        """
        centre = self.centre(self.copula.encode(filled[:, self.known], self.known))
        columns = np.empty((filled.shape[1], len(filled), len(self.nodes)))
        columns[:] = filled.T[:, :, None]
        for place, column in enumerate(self.unknown):
            drawn = centre[:, place, None] + self.nodes[:, place]
            columns[column] = self.copula.decode(drawn[..., None], np.array([column]))[..., 0]
            if self.holes is not None:
                columns[column, :, self.holes[:, place]] = np.nan
        return columns.reshape(len(columns), -1).T


def condition(
    population: Population, known: Ints, slopes: Floats, size: int, *, gaps: bool
) -> Conditional:
    """Describe what the inputs outside of a known set may be.

    Parameters
    ----------
    population
        Of the training data.
    known
        Numbers of varying columns S.
    slopes
        (p, D) how the answer moves with each score, at some places: the first coordinates of the
        nodes, which are the most even ones, are laid where it moves most.
    size
        M.
    gaps
        Whether nodes lack inputs as often as training rows did.
    """
    copula = population.copula
    unknown = np.setdiff1d(copula.varying, known)
    regression, residual = copula.scores.conditional(known, unknown)
    nodes = normal_nodes(size, len(unknown)) @ _factor(residual, slopes[unknown]).T
    holes = population.gaps.holes(known, unknown, size) if gaps else None
    return Conditional(copula, known, unknown, regression, nodes, holes)


def typical(population: Population, known: Ints, size: int) -> Floats:
    """Draw evenly spread rows (size, p) of the population; columns outside of S stay where it is.

    Parameters
    ----------
    population
        Of the training data.
    known
        Column numbers S.
    size
        How many rows.
    """
    copula = population.copula
    factor = np.linalg.cholesky(copula.scores.covariance[np.ix_(known, known)])
    scores = copula.scores.mean[known] + normal_nodes(size, len(known)) @ factor.T
    rows = np.tile(copula.knots[:, 0], (size, 1))
    rows[:, known] = copula.decode(scores, known)
    return rows


def _factor(residual: Floats, slopes: Floats) -> Floats:
    """Factor the residual covariance so that the first coordinates move the answer most.

    Decompositions leave signs open, and the basis of directions that move nothing; each library and
    processor takes what comes. Here all is settled, or the nodes, and so the answers, would not be
    the same on every machine.
    """
    values, vectors = np.linalg.eigh(residual)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T  # symmetric: the only such one
    left, sizes, _ = np.linalg.svd(root @ slopes, full_matrices=False)
    moving = left[:, sizes > _FLAT * sizes.max(initial=0.0)]
    moving *= np.where(np.sqrt(np.arange(2.0, len(root) + 2.0)) @ moving < 0, -1.0, 1.0)
    turn = np.linalg.qr(moving, mode="complete")[0]
    turn[:, : moving.shape[1]] = moving
    factor: Floats = root @ turn
    return factor
