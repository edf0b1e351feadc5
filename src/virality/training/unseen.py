"""Videos that a model has not seen, with what happened and what the model says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from virality.answers import answer
from virality.labels import expected_score
from virality.training.comparing import groups_of, inside
from virality.training.evaluating import seen
from virality.training.standing import score_ranks

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.artefact import Artefact
    from virality.training.concluding import Run
    from virality.training.examples import Examples

Which = Literal["test", "later"]


@dataclass(frozen=True)
class Unseen:
    """n videos that have not trained the model that answers for them.

    Attributes
    ----------
    which
        ``"test"``: the part of the training's own records that judged; ``"later"``: other
        records, posted after the model's last training day.
    videos
        n records.
    names
        (p,) of the features.
    features
        (n, p), NaN where unknown.
    tiers, outcome
        (n,) what happened.
    probabilities
        (n, 5) of the tiers.
    percentiles
        (n,) of the scores, 0-100; None where the model does not tell.
    intervals
        (n, 3) low, median and high, percentiles of the population's outcomes; None where the model
        does not tell, or where tiers came ready-made and nothing has an order within them.
    groups
        (n,) number of each video's author; None where too few are known.
    population
        (m,) outcomes of the training rows, ascending; None where they are not at hand.
    """

    which: Which
    videos: pl.DataFrame
    names: tuple[str, ...]
    features: Floats
    tiers: Ints
    outcome: Floats
    probabilities: Floats
    percentiles: Floats | None
    intervals: Floats | None
    groups: Ints | None
    population: Floats | None

    def __len__(self) -> int:
        """How many videos they are."""
        return len(self.tiers)

    @property
    def scores(self) -> Floats:
        """Scores 0-100, (n,)."""
        return expected_score(self.probabilities)

    @cached_property
    def spans(self) -> Floats | None:
        """How many times the low end of each video's 80 % range its high end is, (n,).

        None where outcomes of the training rows are not at hand, or the range is not known; NaN
        where the low end is not above 0.
        """
        if self.intervals is None or self.population is None:
            return None
        low, high = np.quantile(self.population, self.intervals[:, [0, 2]].T / 100.0)
        spans: Floats = np.divide(high, low, out=np.full(len(low), np.nan), where=low > 0)
        return spans

    @cached_property
    def covered(self) -> Floats | None:
        """Whether each outcome lies in its 80 % range, (n,) of 1 and 0; None as for ``spans``."""
        if self.intervals is None or self.population is None:
            return None
        return inside(self.intervals, self.outcome, self.population)


def judged_part(run: Run) -> Unseen:
    """Give the part of a training's records that judged, as the evaluated model sees it."""
    rows, test, training = run.rows, run.split.test, run.rows.part(run.split.train)
    ordered = run.examples.made is None
    seed = int(run.scorer.artefact.training.get("seed", 0))
    evaluated = replace(
        run.scorer.artefact,
        classifier=run.evaluated,
        ranks=score_ranks(run.evaluated, training, seed),
    )
    found = answer(evaluated, rows.features[test])
    return Unseen(
        which="test",
        videos=run.examples.videos[test],
        names=rows.names,
        features=rows.features[test],
        tiers=rows.tiers[test],
        outcome=rows.outcome[test],
        probabilities=found.probabilities,
        percentiles=found.percentiles,
        intervals=found.intervals if ordered else None,
        groups=groups_of(rows.authors, test),
        population=np.sort(training.outcome) if ordered else None,
    )


def later_part(artefact: Artefact, examples: Examples) -> Unseen | None:
    """Give the videos posted after a saved model's last training day, as it sees them.

    None where the model does not say when that was, or no video is of a later day.

    Raises
    ------
    DataError
        When the model states no outcome or no thresholds.
    """
    last = artefact.data.get("last_posted")
    if not last or examples.made is not None:
        return None
    # of the last training day itself a date is all that the file states
    posted = examples.videos["created_at"].dt.date().cast(pl.String)
    chosen = np.flatnonzero((posted > last).fill_null(value=False).to_numpy())
    if len(chosen) == 0:
        return None
    rows = seen(artefact, examples)
    found = answer(artefact, rows.features[chosen])
    return Unseen(
        which="later",
        videos=examples.videos[chosen],
        names=artefact.names,
        features=rows.features[chosen],
        tiers=rows.tiers[chosen],
        outcome=rows.outcome[chosen],
        probabilities=found.probabilities,
        percentiles=found.percentiles,
        intervals=found.intervals,
        groups=groups_of(examples.authors, chosen),
        population=None,
    )
