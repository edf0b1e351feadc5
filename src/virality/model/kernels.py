"""Which form passes over the rows: compiled where that is installed and pays, NumPy otherwise."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np

from virality.model import crossentropy, scaling
from virality.model.crossentropy import Slopes
from virality.model.scaling import Moments
from virality.model.softmax import contrasts, softmax

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.model.scaling import Scaling

COMPILER = "numba"
_WORTH_LOADING = 200_000
_CACHED = 2048


@dataclass(frozen=True)
class Kernel:
    """The passes that a fit makes over rows.

    Attributes
    ----------
    moments
        Centre and spread of X (m, p) with weights (m,).
    slopes
        Loss and gradient for X (m, p), classes y and weights (m,), at coefficients (K-1, p+1) of
        columns that are standardised on the way.
    expectations
        Expectation (m,) of values (K,) under a softmax of X (m, p) with coefficients (K, p) and
        intercepts (K,); NaN where a feature is not finite.
    """

    moments: Callable[[Floats, Floats], Moments]
    slopes: Callable[[Floats, Ints, Floats, Scaling, Floats], Slopes]
    expectations: Callable[[Floats, Floats, Floats, Floats], Floats]


def kernel(rows: int, worth: int = _WORTH_LOADING) -> Kernel:
    """Choose the form for so many rows.

    Loading the compiler takes about as long as NumPy takes to fit a few hundred thousand rows, so
    it is loaded for more than are ``worth`` it, or used where it is loaded already.
    """
    wanted = COMPILER in sys.modules or rows >= worth
    return COMPILED if wanted and installed() else PORTABLE


@cache
def installed() -> bool:
    """Tell whether the extra ``fast`` is installed."""
    return find_spec(COMPILER) is not None


def _slopes(X: Floats, y: Ints, weight: Floats, scaled: Scaling, theta: Floats) -> Slopes:
    total = Slopes(0.0, 0.0, np.zeros_like(theta))
    for begin in range(0, len(X), _CACHED):
        rows = slice(begin, begin + _CACHED)
        Xb = scaled.with_ones(X[rows])
        total += crossentropy.slopes(Xb, y[rows], weight[rows], theta)
    return total


def _fast_moments(X: Floats, weight: Floats) -> Moments:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while

    total, mean, squares, peak = compiled.moments(X, weight)
    return Moments(float(total), mean, squares, peak)


def _fast_slopes(X: Floats, y: Ints, weight: Floats, scaled: Scaling, theta: Floats) -> Slopes:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while

    basis = contrasts(len(theta) + 1)
    loss, gradient = compiled.slopes(X, scaled.mean, scaled.inverse, y, weight, basis @ theta)
    return Slopes(float(weight.sum()), float(loss), basis.T @ gradient)


def _expectations(X: Floats, coef: Floats, intercept: Floats, values: Floats) -> Floats:
    found = np.empty(len(X))
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is told by NaN
        for begin in range(0, len(X), _CACHED):
            rows = slice(begin, begin + _CACHED)
            found[rows] = softmax(X[rows] @ coef.T + intercept) @ values
    return found


def _fast_expectations(X: Floats, coef: Floats, intercept: Floats, values: Floats) -> Floats:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while

    found = np.empty(len(X))
    full = np.column_stack([coef, intercept])
    compiled.expectations(X, full[1:] - full[0], values, found)
    rest = np.flatnonzero(np.isnan(found))
    found[rest] = _expectations(X[rest], coef, intercept, values)
    return found


PORTABLE = Kernel(scaling.moments, _slopes, _expectations)
COMPILED = Kernel(_fast_moments, _fast_slopes, _fast_expectations)
