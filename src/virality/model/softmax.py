"""Softmax, the logarithm under it, and a basis that removes its one free direction."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from virality.arrays import Floats


def log_sum_exp(logits: Floats) -> Floats:
    """Logarithm of the sum of exponentials along the last axis, without overflow.

    Parameters
    ----------
    logits
        (..., K) finite numbers.

    Returns
    -------
    (...,) numbers.
    """
    by_class = _classes_first(logits)
    peak = by_class.max(axis=0)
    total: Floats = peak + np.log(np.exp(by_class - peak).sum(axis=0))
    return total


def softmax(logits: ArrayLike) -> Floats:
    """Probabilities proportional to the exponentials of the logits.

    Parameters
    ----------
    logits
        (..., K) finite numbers; a shift common to a row changes nothing.

    Returns
    -------
    (..., K) positive numbers that sum to 1 along the last axis.

    Examples
    --------
    >>> softmax([0.0, 0.0])
    array([0.5, 0.5])
    """
    by_class = _classes_first(np.asarray(logits, dtype=np.float64))
    exponentials: Floats = np.exp(by_class - by_class.max(axis=0))
    exponentials /= exponentials.sum(axis=0)
    return np.moveaxis(exponentials, 0, -1)


def _classes_first(logits: Floats) -> Floats:
    """Lay numbers out class by class: sums over a few classes are then sums of long vectors."""
    return np.ascontiguousarray(np.moveaxis(logits, -1, 0))


@cache
def contrasts(classes: int) -> Floats:
    """Return an orthonormal basis of the vectors of length ``classes`` that sum to zero.

    Parameters
    ----------
    classes
        K, at least 2.

    Returns
    -------
    (K, K-1) Helmert contrasts, read-only; its columns are orthonormal and orthogonal to ones.
    """
    basis = np.zeros((classes, classes - 1))
    for column in range(classes - 1):
        basis[: column + 1, column] = 1.0
        basis[column + 1, column] = -(column + 1.0)
    basis /= np.linalg.norm(basis, axis=0)
    basis.setflags(write=False)
    return basis


@cache
def differences(classes: int) -> Floats:
    """Turn coefficients in the basis of :func:`contrasts` into those less the first class's.

    Returns
    -------
    (K-1, K-1), read-only and invertible.
    """
    basis = contrasts(classes)
    found: Floats = basis[1:] - basis[0]
    found.setflags(write=False)
    return found
