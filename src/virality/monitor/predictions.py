"""The predictions of one model, as arrays: what there is to judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.monitor.drift import Counted
from virality.monitor.quality import Known
from virality.report.cohorts import by_account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from virality.arrays import Bools, Floats, Ints
    from virality.promise import Promise


@dataclass(frozen=True)
class Predictions:
    """n predictions of one model.

    Attributes
    ----------
    predicted
        (n,) Mondays of the weeks that they were made in, as ``datetime64[D]``.
    counted
        (n,) Mondays of the weeks that their outcomes were counted in; NaT where not yet known.
    features
        (n, p), NaN where unknown.
    inputs
        Score and features in the bins that drift is measured by.
    known
        All n; what became of those that are not known yet has no meaning.
    """

    predicted: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    counted: np.ndarray[tuple[int], np.dtype[np.datetime64]]
    features: Floats
    inputs: Counted
    known: Known

    @classmethod
    def of(cls, frame: pl.DataFrame, promise: Promise) -> Predictions:
        """Take rows of a log's frame that are of one model."""
        told = frame["outcome"].is_not_null() & frame["tier"].is_not_null()
        counted = frame["outcome_at"].zip_with(
            told, pl.Series([None], dtype=pl.Datetime("us", "UTC"))
        )
        inside = frame["outcome_percentile"].is_between(frame["low"], frame["high"])
        known = Known(
            _matrix(frame["probabilities"], 5),
            frame["tier"].fill_null(1).to_numpy().astype(np.intp),
            _numbers(frame["outcome"]),
            _numbers(inside),
            _numbers(frame["outcome_percentile"] > frame["median"]),
            _groups(frame),
        )
        features = _matrix(frame["features"], len(promise.names))
        return cls(
            _mondays(frame["predicted_at"]),
            _mondays(counted),
            features,
            Counted.of(features, _numbers(frame["score"]), known.groups, promise),
            known,
        )

    @property
    def weeks(self) -> tuple[date, ...]:
        """Every Monday from the first to the last week in which something happened."""
        happened = np.concatenate([self.predicted, self.counted[~np.isnat(self.counted)]])
        if len(happened) == 0:
            return ()
        step = np.timedelta64(7, "D")
        return tuple(np.arange(happened.min(), happened.max() + step, step).tolist())

    def cohorts(self, promise: Promise) -> Iterator[tuple[str, str, Bools]]:
        """Name all, and the parts by what the model knows of accounts, each with its rows (n,)."""
        yield "all", "all videos", np.ones(len(self.predicted), dtype=bool)
        yield from by_account(promise.names, self.features)


def _mondays(times: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    weeks = times.dt.truncate("1w").dt.date().to_numpy()
    return weeks.astype("datetime64[D]")


def _numbers(values: pl.Series) -> Floats:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _matrix(values: pl.Series, width: int) -> Floats:
    """Turn lists of a width into an array (n, width), null into NaN."""
    flat = values.explode().cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return flat.reshape(len(values), width)


def _groups(frame: pl.DataFrame) -> Ints:
    """Give the accounts numbers from 0; one that is unknown is that of its video alone."""
    alone = pl.format("row {}", pl.int_range(pl.len()))
    named = pl.format("account {}", "account"), pl.format("video {}", "video"), alone
    ranked = frame.select(pl.coalesce(named).rank("dense").cast(pl.Int64) - 1).to_series()
    return ranked.to_numpy().astype(np.intp)
