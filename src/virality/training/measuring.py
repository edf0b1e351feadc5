"""From videos to the matrix X: histories are learned from the training rows alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError
from virality.features.extraction import extract
from virality.features.history import fit_history, usable, with_history
from virality.features.inputs import Inputs
from virality.features.reference import REFERENCE_15
from virality.labels import outcome_named

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.evaluation.splits import Split
    from virality.features.history import HistoryModel
    from virality.training.examples import Examples
    from virality.training.settings import Settings


_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Measured:
    """What is known of n videos, as p numbers for each, and how each did.

    Attributes
    ----------
    names
        (p,) names of the features.
    features
        (n, p), NaN where unknown.
    filled
        (n, q) the features that the reference system would have had at this moment, as it fills
        what is unknown.
    outcome
        (n,) the number predicted; the tier itself where labels came ready-made.
    history
        What was learned of accounts; None where no feature and no outcome needs it, or where no
        record tells both its account and its date.
    """

    names: tuple[str, ...]
    features: Floats
    filled: Floats
    outcome: Floats
    history: HistoryModel | None


def measured(examples: Examples, split: Split, settings: Settings) -> Measured:
    """Compute features and outcome of all videos.

    Parameters
    ----------
    examples
        n videos.
    split
        Histories are learned from its training part. What an account did before is then shown to
        every video, so far as it was to be seen by the time of posting.
    settings
        The outcome.

    Raises
    ------
    DataError
        When the outcome is a multiple of what accounts usually get, and that is unknown.
    """
    inputs, made = examples.inputs, examples.made
    if made is not None or inputs is None:
        features = np.empty((0, 0)) if made is None else made.features
        names = () if made is None else made.names
        return Measured(names, features, features, examples.base, None)
    videos, history = examples.videos, None
    outcome = outcome_named(settings.outcome)
    if examples.past is not None and (inputs.uses("history") or outcome.relative):
        learnable = _learnable(examples, examples.past, split).filter(usable())
        history = fit_history(learnable, settings.mature_age / _DAY) if learnable.height else None
        videos = with_history(videos, examples.past, history, undated="unknown")
    reference = Inputs(REFERENCE_15, inputs.moment)
    return Measured(
        names=inputs.names,
        features=extract(videos, inputs),
        filled=extract(videos, reference, "default"),
        outcome=outcome.final(examples.base, _usual(videos)) if outcome.relative else examples.base,
        history=history,
    )


def _learnable(examples: Examples, past: pl.DataFrame, split: Split) -> pl.DataFrame:
    """Keep the videos that histories may learn from: those that train.

    After posting, videos without an early snapshot can neither train nor judge. They are as good
    to learn from as any, if they are of no time and of no account that is kept for judging.
    """
    training, judging = examples.videos[split.train], examples.videos[split.test]
    trains = pl.col("video_id").is_in(training["video_id"].implode())
    other = ~pl.col("video_id").is_in(judging["video_id"].implode())
    if split.kind == "time":
        other &= pl.col("created_at") <= training["created_at"].max()
    if split.kind == "author":
        other &= ~pl.col("author_id").is_in(judging["author_id"].drop_nulls().unique().implode())
    return past.filter(trains | other)


def _usual(videos: pl.DataFrame) -> Floats:
    """Give what the account of each video usually gets, (n,).

    Raises
    ------
    DataError
        When it is unknown of some.
    """
    usual = videos["history_level"].fill_null(float("nan")).to_numpy()
    unknown = int((~(usual > 0)).sum())
    if unknown:
        raise no_usual(unknown)
    return np.asarray(usual, dtype=np.float64)


def no_usual(unknown: int) -> DataError:
    """Build the error for so many videos of accounts of which nothing usual is known."""
    return DataError(
        f"of {unknown:,} videos it is unknown what their account usually gets",
        where="author_multiple",
        remedy="predict views",
    )
