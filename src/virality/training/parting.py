"""Choosing the rows that train and the rows that judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError
from virality.evaluation.splits import Split, author_split, random_split, time_split
from virality.training.accounting import reasons

if TYPE_CHECKING:
    import polars as pl

    from virality.training.accounting import Accounting
    from virality.training.examples import Examples
    from virality.training.settings import Settings, SplitKind

_MAJORITY = 0.5


def parted(examples: Examples, settings: Settings) -> Split:
    """Choose the training and test rows.

    Raises
    ------
    DataError
        When there is no video, when most videos do not have the date or the author that a
        split needs, or when a part is empty.
    """
    if len(examples.base) == 0:
        raise no_videos(examples.accounting, examples.rejections, settings)
    if examples.made is not None and settings.split is None:
        return examples.made.split
    kind = kind_of_split(settings, float(np.isfinite(examples.seconds).mean()))
    if kind == "author":
        return _by_author(examples, settings.seed)
    if kind == "time":
        return time_split(examples.seconds)
    return random_split(len(examples.seconds), settings.seed)


def kind_of_split(settings: Settings, dated: float) -> SplitKind:
    """Say how the videos are to be parted, when it was left open too.

    Parameters
    ----------
    settings
        The split, where it was chosen.
    dated
        Share of the videos whose date is known.

    Raises
    ------
    DataError
        When that is too small for a split by time.
    """
    if settings.split == "time" and dated <= _MAJORITY:
        raise DataError(f"only {dated:.0%} of the videos have a date", remedy="use --split random")
    return settings.split or ("time" if dated > _MAJORITY else "random")


def no_videos(
    accounting: Accounting, rejections: pl.DataFrame | pl.LazyFrame, settings: Settings
) -> DataError:
    """Build the error for records of which none can be used."""
    return DataError(
        "no video can be used",
        where=reasons(accounting, rejections, settings),
        remedy="--rejects FILE lists every one",
    )


def no_authors() -> DataError:
    """Build the error for videos that cannot be parted by author."""
    return DataError("the authors of most videos are unknown", remedy="use --split time or random")


def _by_author(examples: Examples, seed: int) -> Split:
    if examples.authors is None:
        raise no_authors()
    return author_split(examples.authors, seed)
