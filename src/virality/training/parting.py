"""Choosing the rows that train and the rows that judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.errors import DataError
from virality.evaluation.splits import Split, author_split, random_split, time_split
from virality.training.accounting import reasons

if TYPE_CHECKING:
    from virality.training.examples import Examples
    from virality.training.settings import Settings

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
        raise DataError(
            "no video can be used",
            where=reasons(examples.accounting, examples.rejections, settings),
            remedy="--rejects FILE lists every one",
        )
    if examples.made is not None and settings.split is None:
        return examples.made.split
    if settings.split == "author":
        return _by_author(examples, settings.seed)
    dated = np.isfinite(examples.seconds).mean()
    if settings.split == "time" and dated <= _MAJORITY:
        raise DataError(f"only {dated:.0%} of the videos have a date", remedy="use --split random")
    if settings.split == "time" or (settings.split is None and dated > _MAJORITY):
        return time_split(examples.seconds)
    return random_split(len(examples.seconds), settings.seed)


def _by_author(examples: Examples, seed: int) -> Split:
    if examples.authors is None:
        raise DataError(
            "the authors of most videos are unknown", remedy="use --split time or random"
        )
    return author_split(examples.authors, seed)
