"""The whole way from files to an evaluated model.

Read, choose one row for each video, part the rows, learn from the training part what accounts
usually get, compute the features, cut the tiers on the training part, fit, judge on the test part
beside the baselines, and state it all in one value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from virality.artefact import Artefact
from virality.evaluation.metrics import predicted_tiers
from virality.records import read
from virality.scorer import Scorer
from virality.training.auditing import audited, with_audit
from virality.training.estimation import Estimate, estimate
from virality.training.examples import Examples, examples_from
from virality.training.judging import judge
from virality.training.labelled import Labelled, Task
from virality.training.provenance import choices, fingerprint, now
from virality.training.ready import Ready, held
from virality.training.settings import Settings, settings_with
from virality.training.standing import said_of, score_ranks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.model.classifier import Classifier
    from virality.records import Sources
    from virality.training.ready import Whole


@dataclass(frozen=True)
class Run:
    """A training that is done: the model, and the rows that it rests on.

    Attributes
    ----------
    scorer
        The evaluated model, or the one refitted on all rows.
    examples
        n videos.
    rows
        Their features and tiers, as the evaluated model saw them.
    split
        Which of them trained and which judged.
    evaluated
        The classifier that was judged: it has seen the training rows alone.
    whole
        All rows, where the n videos are a sample of them.
    """

    scorer: Scorer
    examples: Examples
    rows: Labelled
    split: Split
    evaluated: Classifier
    whole: Whole | None = None

    @property
    def tiers(self) -> Ints:
        """The videos' tiers 1-5, (n,)."""
        return self.rows.tiers

    @cached_property
    def probabilities(self) -> Floats:
        """What the evaluated model says of all n videos, (n, 5)."""
        return self.evaluated.predict_proba(self.rows.features)

    def accuracy(self, rows: Ints) -> float:
        """Share of some rows whose most probable tier is the true one."""
        return float((predicted_tiers(self.probabilities[rows]) == self.tiers[rows]).mean())

    def predictions(self) -> pl.DataFrame | pl.LazyFrame:
        """Give for each video ``video_id``, ``split``, ``tier``, ``p1``-``p5`` and ``score``.

        Lazy where the videos are not held.
        """
        if self.whole is not None:
            return self.whole.predicted(self.evaluated)
        names = np.full(len(self.tiers), "train", dtype=object)
        names[self.split.test] = "test"
        split = pl.Series(names.tolist(), dtype=pl.String)
        return said_of(self.examples.videos["video_id"], split, self.tiers, self.probabilities)


def train(
    source: Sources,
    *,
    out: str | Path | None = None,
    settings: Settings | None = None,
    **changes: Any,  # noqa: ANN401  each setting has its own type
) -> Scorer:
    """Train a model on records and evaluate it on the part that it has not seen.

    Parameters
    ----------
    source
        A file, several, a glob, a Polars frame or a list of records.
    out
        Where to write the model; None writes nothing.
    settings
        All choices at once.
    **changes
        Single choices, by the names in :class:`virality.training.settings.Settings`.

    Returns
    -------
    The model; ``.evaluation`` says how good it is.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a choice has no meaning.
    DataError
        When the records cannot be learned from.
    NotConvergedError
        When the optimum cannot be reached.
    OutputError
        When the model cannot be written.
    """
    chosen = settings_with(changes) if settings is None else replace(settings, **changes)
    scorer = run(source, chosen).scorer
    if out is not None:
        scorer.save(out)
    return scorer


def run(source: Sources, settings: Settings) -> Run:
    """Train, and keep the rows beside the model.

    Parameters
    ----------
    source, settings
        As in :func:`train`.

    Raises
    ------
    ViralityError
        As in :func:`train`.
    """
    return learn(prepare(source, settings), settings)


def prepare(
    source: Sources, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Examples:
    """Read records and choose the videos to learn from.

    Parameters
    ----------
    source, settings
        As in :func:`train`.
    progress
        Told each step as it begins.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a choice has no meaning.
    """
    progress("reading")
    reading = read(
        source,
        mapping=settings.mapping,
        where=settings.where,
        limit=settings.limit,
        extras=settings.columns,
    )
    return examples_from(reading, settings)


def learn(
    examples: Examples, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Run:
    """Part the rows, fit, and judge.

    Parameters
    ----------
    examples
        What :func:`prepare` gave.
    settings
        As in :func:`train`.
    progress
        Told each step as it begins.

    Raises
    ------
    DataError
        When the records cannot be learned from, or the audit refuses features at this moment.
    NotConvergedError
        When the optimum cannot be reached.
    """
    with threadpool_limits(1, "blas"):
        progress("computing features")
        return concluded(held(examples, settings), settings, progress)


def concluded(
    ready: Ready, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Run:
    """Fit, and judge.

    Parameters
    ----------
    ready
        The videos, with features and parted.
    settings, progress
        As in :func:`learn`.

    Raises
    ------
    DataError
        When the audit refuses features at this moment, or nothing can be learned.
    NotConvergedError
        When the optimum cannot be reached.
    """
    examples, split, rows = ready.examples, ready.split, ready.rows
    progress("looking for leaks")
    audit = audited(examples, rows, split, settings)
    audit.require_honest()
    progress("fitting")
    evaluated = _estimated(ready, rows.part(split.train), settings)
    progress("evaluating")
    evaluation = judge(examples, rows, split, evaluated.classifier, settings)
    evaluation = with_audit(evaluation, audit)
    final, used, estimated = ready, split.train, evaluated
    if settings.refit:
        progress("fitting on all rows")
        final = ready.again()
        used = final.used
        estimated = _estimated(final, final.rows, settings)
    artefact = _artefact(final, used, estimated, settings)
    artefact = replace(artefact, thresholds=ready.thresholds, evaluation=evaluation)
    return Run(Scorer(artefact), examples, rows, split, evaluated.classifier, ready.whole)


def _estimated(ready: Ready, rows: Labelled, settings: Settings) -> Estimate:
    """Fit, and say how many of the rows the fit has seen, where that is not all of them."""
    estimated = estimate(Task(rows, ready.examples.inputs, ready.thresholds), settings)
    if not ready.examples.sampled(ready.split):
        return estimated
    train, _ = ready.examples.counted(ready.split)
    sample = {"rows": len(rows.tiers), "of": train, "drawn": "whole accounts at random"}
    return replace(estimated, certificate={**estimated.certificate, "sample": sample})


def _artefact(ready: Ready, used: Ints, estimated: Estimate, settings: Settings) -> Artefact:
    """State the model, what it was trained on, and how."""
    examples, rows = ready.examples, ready.rows
    population = rows.part(used)
    training = ready.whole.training if ready.whole is not None else lambda: [population]
    return Artefact(
        names=ready.values.names,
        classifier=estimated.classifier,
        ranks=score_ranks(estimated.classifier, population, settings.seed),
        inputs=examples.inputs,
        history=ready.values.history,
        early_age=settings.early_age,
        mature_age=settings.mature_age,
        outcome="" if examples.made is not None else settings.outcome,
        thresholds=None,
        trained_at=now(),
        data=fingerprint(training, synthetic=examples.synthetic),
        training=choices(settings, examples),
        certificate=estimated.certificate,
    )
