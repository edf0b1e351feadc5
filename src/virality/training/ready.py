"""Videos that are measured and parted, however they are held: what there is to learn from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from virality.training.estimation import Estimate
from virality.training.labelled import Labelled, Task
from virality.training.labelling import labelled, thresholds_for
from virality.training.measuring import Measured, measured
from virality.training.parting import parted

if TYPE_CHECKING:
    import polars as pl

    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.model.classifier import Classifier
    from virality.training.examples import Examples
    from virality.training.settings import Settings

Training = Callable[[], Iterable[Labelled]]
"""Gives all rows that train once more, some at a time, in the order of posting."""


Refined = Callable[[Estimate, Task], Estimate]
"""Goes on with a fit to some rows over all that there are."""


@dataclass(frozen=True)
class Whole:
    """All rows, where those that are held are a sample of them.

    Attributes
    ----------
    training
        Those that train.
    predicted
        Gives for each video what a classifier says of it, as
        :meth:`virality.training.concluding.Run.predictions` does.
    refined
        Goes on with a fit to the rows that are held, over all; None where those are all.
    """

    training: Training
    predicted: Callable[[Classifier], pl.LazyFrame]
    refined: Refined | None


@dataclass(frozen=True)
class Ready:
    """Videos to learn from and to judge by.

    Attributes
    ----------
    examples
        n videos: all, or a sample.
    split
        Which of them train and which judge.
    values
        Their features and outcomes.
    thresholds
        (4,) where the tiers begin, of all that train; None where labels came ready-made.
    again
        Gives the same, when every video trains; the tiers begin where they begin here.
    whole
        All rows; None where they are held.
    """

    examples: Examples
    split: Split
    values: Measured
    thresholds: Floats | None
    again: Callable[[], Ready]
    whole: Whole | None = None

    @property
    def rows(self) -> Labelled:
        """The videos with features and tiers."""
        return labelled(self.examples, self.values, self.thresholds)

    @property
    def used(self) -> Ints:
        """Numbers of the rows that train, ascending."""
        return np.sort(self.split.train)


@dataclass(frozen=True)
class Prepared:
    """Records that have been read.

    Attributes
    ----------
    rejections
        File, row, field and reason of each that could not be used.
    ready
        Measures and parts the videos.
    """

    rejections: pl.DataFrame | pl.LazyFrame
    ready: Callable[[], Ready]


def held(examples: Examples, settings: Settings) -> Ready:
    """Part and measure videos that are held.

    Raises
    ------
    DataError
        When they cannot be parted or measured.
    """
    split = parted(examples, settings)
    values = measured(examples, split, settings)
    thresholds = thresholds_for(examples, values.outcome[split.train], settings)
    everyone = np.sort(np.concatenate([split.train, split.test]))

    def again() -> Ready:
        every = replace(split, train=everyone, test=everyone[:0])
        return Ready(examples, every, measured(examples, every, settings), thresholds, again)

    return Ready(examples, split, values, thresholds, again)
