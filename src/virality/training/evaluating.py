"""Judging a saved model on records that it may not have seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError
from virality.evaluation.metrics import uniformity_distance
from virality.evaluation.verdict import Evaluation
from virality.features.extraction import extract
from virality.features.history import with_history
from virality.labels import TIERS, expected_score, outcome_named, tier_of
from virality.records import read
from virality.training.comparing import Judged, groups_of
from virality.training.examples import Examples, examples_from
from virality.training.judging import FEWEST_TEST_ROWS
from virality.training.settings import settings_stated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from virality.arrays import Floats, Ints
    from virality.artefact import Artefact
    from virality.records import Sources
    from virality.scorer import Scorer
    from virality.training.settings import Settings

_KEPT = ("outcome", "schema", "moment", "age", "min_age", "features", "without")


@dataclass(frozen=True)
class Seen:
    """n videos as a saved model sees them, with what happened.

    Attributes
    ----------
    features
        (n, p), NaN where unknown.
    outcome, tiers
        (n,) the number predicted, and its tier 1-5.
    """

    features: Floats
    outcome: Floats
    tiers: Ints


def evaluate(
    scorer: Scorer,
    source: Sources,
    *,
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
    limit: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Judge a model on records whose outcomes are known.

    What accounts did before comes from these records themselves, so far as it was to be seen at
    the time of posting.

    Parameters
    ----------
    scorer
        The model; it stays as it is.
    source
        A file, several, a glob, a frame or a list of records.
    mapping, where, limit
        As in :func:`virality.records.read`.
    progress
        Told each step as it begins.

    Returns
    -------
    The verdict. Its notes say how many of the videos were posted before the model's last training
    day, and so may have trained it.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a condition or a mapping has no meaning.
    DataError
        When the model states no outcome or no thresholds, or no record can be judged.
    """
    artefact = scorer.artefact
    settings = _settings(artefact)
    progress("reading")
    reading = read(source, mapping=mapping, where=where, limit=limit, extras=settings.columns)
    if reading.made:
        raise DataError(
            "ready-made features cannot be judged by a model of records",
            remedy="give records, or train on this file",
        )
    examples = examples_from(reading, settings)
    if len(examples.base) == 0:
        raise DataError("no video can be judged", remedy="see: virality audit")
    progress("judging")
    rows = seen(artefact, examples)
    return _verdict(artefact, examples, rows)


def _settings(artefact: Artefact) -> Settings:
    """Ask for the same videos, features and outcome as the model's training did."""
    if artefact.inputs is None or artefact.thresholds is None or not artefact.outcome:
        raise DataError(
            "the model does not say which outcome it predicts and where its tiers begin",
            remedy="train one on records",
        )
    return settings_stated(artefact.training, _KEPT, outcome=artefact.outcome)


def seen(artefact: Artefact, examples: Examples) -> Seen:
    """Measure videos as a saved model sees them, and cut their outcomes where it does.

    Raises
    ------
    DataError
        When the model states no outcome or no thresholds.
    """
    videos, outcome = examples.videos, examples.base
    if artefact.history is not None:
        videos = with_history(videos, examples.past, artefact.history, undated="unknown")
    stated = outcome_named(artefact.outcome)
    if stated.relative:
        usual = videos["history_level"].fill_null(float("nan")).to_numpy()
        outcome = stated.final(outcome, np.asarray(usual, dtype=np.float64))
    features = extract(videos, artefact.inputs) if artefact.inputs is not None else np.empty((0, 0))
    return Seen(features, outcome, tier_of(outcome, np.asarray(artefact.thresholds)))


def _verdict(artefact: Artefact, examples: Examples, rows: Seen) -> Evaluation:
    classifier = artefact.classifier
    cells = classifier.cells(rows.features)
    groups = groups_of(examples.authors, np.arange(len(rows.tiers)))
    judged = Judged(classifier.model.layout.summed(cells), rows.tiers, rows.outcome, groups)
    seed = int(artefact.training.get("seed", 0))
    verdict = judged.verdict(seed)
    if artefact.ranks is not None:
        percentiles = artefact.ranks.percentile(expected_score(judged.probabilities))
        verdict["metrics"]["percentile_distance"] = uniformity_distance(percentiles)
    return Evaluation(
        n=len(rows.tiers),
        split={"kind": "all records", "resampled_by": "row" if groups is None else "author"},
        metrics=verdict["metrics"],
        intervals=verdict["intervals"],
        baselines=judged.against(_constants(artefact, len(rows.tiers)), seed),
        notes=tuple(_notes(artefact, examples)),
        synthetic=examples.synthetic,
    )


def _constants(artefact: Artefact, size: int) -> dict[str, Floats]:
    """Predictions that need no training rows: the shares that the model's file states."""
    population = artefact.classifier.population
    if population is None:
        return {}
    certain = np.eye(len(TIERS))[population.prior.argmax()]
    return {
        "prior": np.tile(population.prior, (size, 1)),
        "majority": np.tile(certain, (size, 1)),
    }


def _notes(artefact: Artefact, examples: Examples) -> list[str]:
    """Say in plain words what keeps the numbers from being foresight."""
    notes, size = [], len(examples.base)
    last = artefact.data.get("last_posted")
    if last:
        # the last training day itself counts: a date is all that the file states
        early = pl.col("created_at").dt.date().cast(pl.String) <= last
        may = int(examples.videos.select(early.fill_null(value=True).sum()).item())
        if may:
            notes.append(
                f"{may:,} of {size:,} videos were posted up to the model's last training day, "
                f"{last}, and may have trained it."
            )
    else:
        notes.append("The model does not say when it was trained: it may have seen these videos.")
    if size < FEWEST_TEST_ROWS:
        notes.append(f"{size:,} videos are too few to say much.")
    if examples.synthetic:
        notes.append("The data is synthetic: these numbers say nothing about real videos.")
    notes.append(
        "Baselines that learn, such as the account's history alone, need training rows: without a "
        "model given, virality evaluate trains and compares with them."
    )
    return notes
