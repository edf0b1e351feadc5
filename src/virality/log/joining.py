"""What became of videos, found among later scrapes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from virality.errors import DataError
from virality.labels import outcome_named
from virality.log.entries import Known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.log.pseudonyms import Pseudonyms

OLDEST = timedelta(days=30)


@dataclass(frozen=True)
class Later:
    """Outcomes among later records.

    Attributes
    ----------
    known
        One for each video that has one.
    left_out
        How many records were not used, by reason.
    """

    known: tuple[Known, ...]
    left_out: Mapping[str, int]


def outcome_of(models: Mapping[str, Mapping[str, object]]) -> str:
    """Name the one outcome that logged models predict.

    Raises
    ------
    DataError
        When they predict several, none was logged yet, or the outcome takes other videos as well.
    """
    names = sorted({str(one["outcome"]) for one in models.values()})
    if len(names) != 1:
        raise DataError(
            f"the log's models predict {' and '.join(names)}" if names else "the log is empty",
            where="the log",
            remedy="tell the outcomes one by one, by POST /v1/outcomes",
        )
    if outcome_named(names[0]).relative:
        raise DataError(
            f"{names[0]} is of an account's videos together",
            where="the log",
            remedy="tell the outcomes one by one, by POST /v1/outcomes",
        )
    return names[0]


def later(
    frame: pl.DataFrame,
    names: Pseudonyms,
    outcome: str,
    youngest: timedelta,
    oldest: timedelta = OLDEST,
) -> Later:
    """Find what became of videos.

    Parameters
    ----------
    frame
        Records in canonical columns.
    names
        The log's pseudonyms.
    outcome
        The name of what is predicted.
    youngest, oldest
        How long after posting a record has to be of; of several of a video the first is taken.
    """
    age = pl.col("scraped_at") - pl.col("created_at")
    reason = (
        pl.when(age.is_null())
        .then(pl.lit("of unknown age"))
        .when(age < youngest)
        .then(pl.lit("too early"))
        .when(age > oldest)
        .then(pl.lit("too late"))
        .when(pl.col("value").is_null())
        .then(pl.lit("without an outcome"))
    )
    told = frame.with_columns(outcome_named(outcome).formula(pl).alias("value"))
    told = told.with_columns(reason.alias("reason"))
    used = told.filter(pl.col("reason").is_null()).sort("scraped_at", maintain_order=True)
    first = used.unique("video_id", keep="first", maintain_order=True)
    rows = first.select("video_id", "value", "scraped_at", "created_at").iter_rows()
    known = tuple(
        Known(float(value), at, video=names.video(name), posted_at=posted)
        for name, value, at, posted in rows
    )
    reasons = told["reason"].drop_nulls().value_counts(sort=True).rows()
    further = used.height - first.height
    return Later(known, dict(reasons) | ({"further snapshots": further} if further else {}))
