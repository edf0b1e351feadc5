"""Checking what is given to fit: features, labels, weights and options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Never

import numpy as np

from virality.errors import DataError, OptionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from virality.arrays import Floats, Ints

_COUNTED = 4096


def checked_matrix(X: ArrayLike) -> Floats:
    """Turn input into an (n, p) array of float64, whose numbers are not looked at.

    Raises
    ------
    DataError
        When it is not two-dimensional, or has no rows.
    """
    features = np.asarray(X, dtype=np.float64)
    if features.ndim != 2 or len(features) == 0:  # noqa: PLR2004  a matrix has two dimensions
        raise DataError(f"X has shape {features.shape}", remedy="give n rows of p features, n > 0")
    return features


def raise_not_finite(features: Floats) -> Never:
    """Say where the first number is that is not finite, or whose sum is too large.

    Raises
    ------
    DataError
        Always.
    """
    bad = np.argwhere(~np.isfinite(features))
    if len(bad) == 0:
        raise DataError("the numbers are too large to be added", where="X")
    raise DataError("not a finite number", where=f"X[{bad[0][0]}, {bad[0][1]}]")


def check_spread(scale: Floats) -> None:
    """Check that the spreads (p,) of columns are numbers.

    Raises
    ------
    DataError
        When one is not: with a spread of infinity its column would count for nothing.
    """
    bad = np.flatnonzero(~np.isfinite(scale))
    if len(bad):
        raise DataError(
            "the numbers are too large to be squared",
            where=f"X[:, {bad[0]}]",
            remedy="divide the column by a constant",
        )


def checked_weight(sample_weight: ArrayLike | None, rows: int) -> Floats:
    """Turn row weights into an array (n,); None is 1 for each row, which takes no memory.

    Raises
    ------
    DataError
        When their shape is wrong, or they are not finite, negative or all 0.
    """
    if sample_weight is None:
        return np.broadcast_to(np.float64(1.0), rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (rows,):
        raise DataError(f"shape {weight.shape}, not ({rows},)", where="sample_weight")
    if not np.isfinite(weight).all() or (weight < 0).any() or not weight.sum() > 0:
        raise DataError("weights must be finite, non-negative and not all 0", where="sample_weight")
    return weight


def checked_labels(y: ArrayLike, rows: int, weight: Floats) -> tuple[NDArray[np.generic], Ints]:
    """Give labels numbers from 0: the distinct ones (K,), ascending, and numbers (n,).

    Raises
    ------
    DataError
        When their shape is wrong, or fewer than two of them carry weight, or one carries none.
    """
    labels = np.asarray(y)
    if labels.shape != (rows,):
        raise DataError(f"shape {labels.shape}, not ({rows},)", where="y")
    classes, numbers, counts = _numbered(labels)
    uniform = weight.strides == (0,)
    present = (counts if uniform else np.bincount(numbers, weights=weight)) > 0
    if present.sum() < 2:  # noqa: PLR2004  one class leaves nothing to tell apart
        raise DataError("fewer than two classes carry weight", where="y")
    if not present.all():
        raise DataError(f"class {classes[~present][0]!r} has no weight", where="sample_weight")
    return classes, numbers


def _numbered(labels: NDArray[np.generic]) -> tuple[NDArray[np.generic], Ints, Ints]:
    """Find distinct labels and how often each occurs; small whole numbers need no sorting."""
    if labels.dtype.kind in "iu":
        least, most = int(labels.min()), int(labels.max())
        if most - least < _COUNTED:
            offset = labels - least if least else labels
            counts = np.bincount(offset)
            seen = counts > 0
            classes = (np.flatnonzero(seen) + least).astype(labels.dtype)
            numbers = offset if seen.all() else (np.cumsum(seen) - 1)[offset]
            return classes, numbers.astype(np.intp, copy=False), counts[seen]
    classes, numbers, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return classes, numbers.astype(np.intp), counts


def check_options(l2: float, tol: float) -> None:
    """Check what every fit is asked for.

    Raises
    ------
    OptionError
        When ``l2`` or ``tol`` is out of range.
    """
    if not (np.isfinite(l2) and l2 >= 0):
        raise OptionError(f"{l2} is not a number of at least 0", where="l2")
    if not (np.isfinite(tol) and tol > 0):
        raise OptionError(f"{tol} is not a number above 0", where="tol")
