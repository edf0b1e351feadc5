"""What training needs to know of videos besides their features: times, authors, weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError, OptionError

if TYPE_CHECKING:
    from datetime import datetime

    from virality.arrays import Floats, Ints


def seconds_of(times: pl.Series) -> Floats:
    """Give times as Unix time, (n,), NaN where unknown."""
    seconds: Floats = times.dt.epoch("ms").cast(pl.Float64).fill_null(float("nan")).to_numpy() / 1e3
    return seconds


def latest_of(times: pl.Series) -> datetime | None:
    """Give the latest of some times; None where none is known."""
    latest: datetime | None = times.max()  # type: ignore[assignment]  # Polars says any value
    return latest


def authors_of(ids: pl.Series) -> Ints | None:
    """Give each author a number, (n,); unknown ones stand alone. None when most are unknown."""
    return None if ids.null_count() * 2 > len(ids) else numbers_of(ids)


def numbers_of(ids: pl.Series) -> Ints:
    """Give each author a number, (n,); unknown ones stand alone."""
    numbers = ids.rank("dense").cast(pl.Int64).to_numpy(allow_copy=True)
    missing = ids.is_null().to_numpy()
    known = np.where(missing, 0, np.nan_to_num(numbers.astype(float))).astype(np.intp)
    alone = known.max(initial=0) + np.cumsum(missing)
    return np.unique(np.where(missing, alone, known), return_inverse=True)[1].astype(np.intp)


def weights_of(videos: pl.DataFrame, column: str | None) -> Floats:
    """Give row weights, (n,) of mean 1; 1 where no column is named.

    Raises
    ------
    OptionError
        When the column is absent.
    DataError
        When it does not hold weights.
    """
    weight = stated_weights(videos, column)
    if column is None:
        return weight
    if not weight.sum() > 0:
        raise no_weights(column)
    scaled = weight / weight.max()
    return np.asarray(scaled / scaled.mean(), dtype=np.float64)


def stated_weights(videos: pl.DataFrame, column: str | None) -> Floats:
    """Give row weights as a column states them, (n,); 1 where none is named.

    Raises
    ------
    OptionError
        When the column is absent.
    DataError
        When it does not hold weights.
    """
    if column is None:
        return np.ones(videos.height)
    if column not in videos.columns:
        raise OptionError(f"there is no column {column!r}", where="weight")
    weight = videos[column].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    if not ((weight >= 0) & np.isfinite(weight)).all():
        raise no_weights(column)
    return np.asarray(weight, dtype=np.float64)


def no_weights(column: str) -> DataError:
    """Build the error for a column that holds none."""
    return DataError("weights must be known, finite, non-negative and not all 0", where=column)


def is_synthetic(videos: pl.DataFrame) -> bool:
    """Tell whether any record says that it is made up."""
    if "synthetic" not in videos.columns:
        return False
    return bool((videos["synthetic"].cast(pl.String).str.to_lowercase() == "true").any())
