r"""How far off the coefficients of a fitted softmax may be.

With H the Hessian of the objective and :math:`s_i` the derivative of a row's part of it, the
coefficients that other rows of the same kind would have given spread by

.. math:: H^{-1} \Big(\sum_g s_g s_g^\top\Big) H^{-1},\quad s_g = \sum_{i \in g} s_i,

where g runs over the accounts, or over the rows where no accounts are known: the videos of one
account resemble each other, and tell less than as many of different ones.

References
----------
White, H. (1982). Maximum likelihood estimation of misspecified models. *Econometrica* 50, 1-25.
Cameron, A. and Miller, D. (2015). A practitioner's guide to cluster-robust inference. *Journal of
Human Resources* 50, 317-372.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.model.copula import rounded
from virality.model.crossentropy import statistics
from virality.model.doubt import directions
from virality.model.softmax import contrasts, softmax
from virality.scale import blocks_of, fold

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.scaling import Scaling
    from virality.training.fitting import Rows, Solution

_BLOCK = 1024
_DIGITS = 4
_SINGULAR = 1e-10


def coefficient_doubt(
    rows: Rows, solution: Solution, scaling: Scaling, l2: float, groups: Ints | None
) -> Floats:
    """Estimate how far off coefficients may be.

    Parameters
    ----------
    rows
        n rows of K classes that were fitted.
    solution
        The optimum.
    scaling
        Centre and spread of the columns; the penalty is on standardised coefficients.
    l2
        The penalty's factor.
    groups
        (n,) numbers of the accounts; None where each row counts by itself.

    Returns
    -------
    (p, K - 1, K) for the coefficients of raw columns: the outer products of the K - 1 vectors of a
    feature sum to the covariance of its coefficients.
    """
    basis = contrasts(len(rows.classes))
    theta = basis.T @ np.column_stack(
        [solution.coef * scaling.scale, solution.intercept + solution.coef @ scaling.mean]
    )
    blocks = blocks_of(len(rows.y), _BLOCK)

    def curvature(part: slice) -> Floats:
        ones = scaling.with_ones(rows.X[part])
        return statistics(ones, rows.y[part], rows.weight[part], theta).hessian

    hessian = fold(curvature, blocks)
    penalty = np.append(np.full(len(scaling.mean), l2), 0.0) * rows.weight.sum()
    hessian[np.diag_indices_from(hessian)] += np.tile(penalty, len(theta))
    numbers = (
        np.arange(len(rows.y)) if groups is None else np.unique(groups, return_inverse=True)[1]
    )
    inverse = np.linalg.pinv(hessian, rcond=_SINGULAR, hermitian=True)
    covariance = inverse @ _scores(rows, scaling, theta, numbers) @ inverse
    return _by_feature(covariance, basis, scaling)


def _scores(rows: Rows, scaling: Scaling, theta: Floats, numbers: Ints) -> Floats:
    """Sum the outer products of the groups' derivatives."""
    basis, order = contrasts(len(rows.classes)), np.argsort(numbers, kind="stable")
    ends = np.searchsorted(numbers[order], np.arange(numbers.max() + 2))
    total = np.zeros((theta.size, theta.size))
    for begin in range(0, len(ends) - 1, _BLOCK):
        last = min(begin + _BLOCK, len(ends) - 1)
        chosen = order[ends[begin] : ends[last]]
        ones = scaling.with_ones(rows.X[chosen])
        left = softmax(ones @ (basis @ theta).T)
        left[np.arange(len(chosen)), rows.y[chosen]] -= 1.0
        left = (left * rows.weight[chosen, None]) @ basis
        each = (left[:, :, None] * ones[:, None, :]).reshape(len(chosen), -1)
        joined = np.add.reduceat(each, ends[begin:last] - ends[begin], axis=0)
        total += joined.T @ joined
    return total


def _by_feature(covariance: Floats, basis: Floats, scaling: Scaling) -> Floats:
    """Take each feature's own part (K-1, K-1), in raw columns: (p, K - 1, K)."""
    size = basis.shape[1]
    wide = covariance.reshape(size, -1, size, len(scaling.mean) + 1)
    doubt = np.zeros((len(scaling.mean), size, len(basis)))
    for feature, factor in enumerate(scaling.inverse):
        ways = directions(wide[:, feature, :, feature] * factor**2)
        doubt[feature, : len(ways)] = ways @ basis.T
    return rounded(doubt, _DIGITS)
