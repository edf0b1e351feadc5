"""Checking feature rows that a caller gives as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from virality.arrays import Floats
    from virality.model.plain import Row


def one_row(features: Row, names: tuple[str, ...]) -> Floats:
    """Check one row of features (p,), in which None or NaN is unknown.

    Raises
    ------
    DataError
        When its length differs from that of the names, or an entry is no number.
    """
    try:
        numbers = np.asarray(features, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError("the features hold something other than numbers") from None
    if numbers.shape != (len(names),):
        raise DataError(
            f"{numbers.shape} features, not ({len(names)},)",
            remedy=f"give them in this order: {', '.join(names)}",
        )
    return numbers


def many_rows(X: ArrayLike, names: tuple[str, ...], *, general: bool = True) -> Floats:
    """Check rows of features (n, p), in which None or NaN is unknown.

    Parameters
    ----------
    X
        The rows.
    names
        Of the features.
    general
        Whether they are to be finite or NaN, and of float64; otherwise infinite ones pass, and
        float32 stays.

    Raises
    ------
    DataError
        When the shape does not suit the names, an entry is no number, or one is infinite; the last
        only where ``finite`` is asked for.
    """
    try:
        kept = isinstance(X, np.ndarray) and X.dtype == np.float32 and not general
        features: Floats = np.asarray(X, dtype=None if kept else np.float64)
    except (TypeError, ValueError):
        raise DataError("X holds something other than numbers") from None
    if features.ndim != 2 or features.shape[1] != len(names):  # noqa: PLR2004  rows and columns
        raise DataError(
            f"X has shape {features.shape}, not (n, {len(names)})",
            remedy=f"give the features in this order: {', '.join(names)}",
        )
    if general and np.isinf(features).any():
        row, column = np.argwhere(np.isinf(features))[0]
        raise DataError("infinite", where=f"X[{row}, {column}] ({names[column]})")
    return features
