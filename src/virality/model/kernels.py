"""Which form passes over the rows: compiled where that is installed and pays, NumPy otherwise."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model import crossentropy, scaling
from virality.model.crossentropy import Slopes, Statistics
from virality.model.line import ROUND_OFF
from virality.model.scaling import Moments
from virality.model.softmax import differences, softmax
from virality.scale import blocks_of, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from virality.arrays import Floats, Ints
    from virality.model.scaling import Scaling

    Kind = type[np.float32 | np.float64]

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
    statistics
        The same and the Hessian.
    probabilities
        Fills out (m, K) with the softmax of X (m, p) with coefficients (K, p) and intercepts (K,);
        NaN where a feature is not finite. Compiled, rows of float32 are worked on in that
        precision.
    expectations
        Fills out (m,) with the expectation of values (K,) under the same.
    tally
        Rows (K,) and weight (K,) of each class, for classes y and weights (m,).
    resolution
        Round-off of a loss, relative to what it is made of.
    rough
        A quicker form of less resolution, for where the minimum is far; None where there is none.
    """

    moments: Callable[[Floats, Floats], Moments]
    slopes: Callable[[Floats, Ints, Floats, Scaling, Floats], Slopes]
    statistics: Callable[[Floats, Ints, Floats, Scaling, Floats], Statistics]
    probabilities: Callable[[Floats, Floats, Floats, Floats], None]
    expectations: Callable[[Floats, Floats, Floats, Floats, Floats], None]
    tally: Callable[[Ints, Floats, int], tuple[Ints, Floats]]
    resolution: float = ROUND_OFF
    rough: Kernel | None = None


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
    def some(rows: slice) -> Slopes:
        return crossentropy.slopes(scaled.with_ones(X[rows]), y[rows], weight[rows], theta)

    return fold(some, blocks_of(len(X), _CACHED))


def _statistics(X: Floats, y: Ints, weight: Floats, scaled: Scaling, theta: Floats) -> Statistics:
    def some(rows: slice) -> Statistics:
        return crossentropy.statistics(scaled.with_ones(X[rows]), y[rows], weight[rows], theta)

    return fold(some, blocks_of(len(X), _CACHED // 2))


def _fast_moments(X: Floats, weight: Floats) -> Moments:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while

    total, mean, squares, peak = compiled.moments(*_contiguous(X, weight))
    return Moments(float(total), mean, squares, peak)


def _fast_slopes(
    X: Floats, y: Ints, weight: Floats, scaled: Scaling, theta: Floats, kind: Kind = np.float64
) -> Slopes:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while
    from virality.model.strips import padded  # noqa: PLC0415  likewise

    X, y = _contiguous(X, y)
    apart = differences(len(theta) + 1)
    coef = padded(apart @ theta, kind)
    loss, gradient = compiled.slopes(X, scaled.mean, scaled.inverse, y, _compact(weight), coef)
    return Slopes(float(weight.sum()), float(loss), apart.T @ gradient[:, : theta.shape[1]])


def _fast_statistics(
    X: Floats, y: Ints, weight: Floats, scaled: Scaling, theta: Floats, kind: Kind = np.float64
) -> Statistics:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while
    from virality.model.strips import padded  # noqa: PLC0415  likewise

    X, y = _contiguous(X, y)
    width = theta.shape[1]
    apart = differences(len(theta) + 1)
    coef = padded(apart @ theta, kind)
    loss, gradient, curvature = compiled.statistics(
        X, scaled.mean, scaled.inverse, y, _compact(weight), coef
    )
    total = Slopes(float(weight.sum()), float(loss), apart.T @ gradient[:, :width])
    return Statistics(total, crossentropy.joined(curvature[:, :width, :width], apart))


def _contiguous(*arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Lay arrays out row by row: the compiler makes one form for each layout that it is given."""
    return tuple(np.ascontiguousarray(one) for one in arrays)


def _compact(weight: Floats) -> Floats:
    """Give one number for weights that are one number in memory."""
    return weight[:1].copy() if weight.strides == (0,) else np.ascontiguousarray(weight)


def _probabilities(X: Floats, coef: Floats, intercept: Floats, out: Floats) -> None:
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is told by NaN
        for rows in blocks_of(len(X), _CACHED):
            out[rows] = softmax(X[rows] @ coef.T + intercept)


def _expectations(X: Floats, coef: Floats, intercept: Floats, values: Floats, out: Floats) -> None:
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is told by NaN
        for rows in blocks_of(len(X), _CACHED):
            out[rows] = softmax(X[rows] @ coef.T + intercept) @ values


def _fast_probabilities(X: Floats, coef: Floats, intercept: Floats, out: Floats) -> None:
    from virality.model import softened  # noqa: PLC0415  loading it takes a while

    softened.probabilities(*_contiguous(X), _less_the_first(coef, intercept, X.dtype), out)


def _fast_expectations(
    X: Floats, coef: Floats, intercept: Floats, values: Floats, out: Floats
) -> None:
    from virality.model import softened  # noqa: PLC0415  loading it takes a while

    softened.expectations(*_contiguous(X), _less_the_first(coef, intercept, X.dtype), values, out)


def _less_the_first(coef: Floats, intercept: Floats, kind: np.dtype[Any]) -> NDArray[Any]:
    """Take the first class's coefficients off the others', in the precision of the rows."""
    from virality.model.strips import padded  # noqa: PLC0415  loading it takes a while

    full = np.column_stack([coef, intercept])
    return padded(full[1:] - full[0], np.float32 if kind == np.float32 else np.float64)


def _tally(y: Ints, weight: Floats, classes: int) -> tuple[Ints, Floats]:
    rows: Ints = np.bincount(y, minlength=classes).astype(np.intp)
    mass: Floats = np.bincount(y, weight, classes).astype(np.float64)
    return rows, mass


def _fast_tally(y: Ints, weight: Floats, classes: int) -> tuple[Ints, Floats]:
    from virality.model import compiled  # noqa: PLC0415  loading it takes a while

    rows: Ints = np.zeros(classes, dtype=np.intp)
    mass: Floats = np.zeros(classes)
    compiled.tally(np.ascontiguousarray(y), rows)
    if weight.strides == (0,):
        np.multiply(rows, weight[0], out=mass)
    else:
        compiled.weigh(*_contiguous(y, weight), mass)
    return rows, mass


PORTABLE = Kernel(
    moments=scaling.moments,
    slopes=_slopes,
    statistics=_statistics,
    probabilities=_probabilities,
    expectations=_expectations,
    tally=_tally,
)
ROUGH = Kernel(
    moments=_fast_moments,
    slopes=partial(_fast_slopes, kind=np.float32),
    statistics=partial(_fast_statistics, kind=np.float32),
    probabilities=_fast_probabilities,
    expectations=_fast_expectations,
    tally=_fast_tally,
    resolution=16 * float(np.finfo(np.float32).eps),
)
COMPILED = replace(
    ROUGH, slopes=_fast_slopes, statistics=_fast_statistics, resolution=ROUND_OFF, rough=ROUGH
)
