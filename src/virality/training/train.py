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
from virality.labels import TIERS, expected_score
from virality.records import read
from virality.scorer import Scorer
from virality.training.auditing import audited, with_audit
from virality.training.estimation import Estimate, estimate
from virality.training.examples import Examples, examples_from
from virality.training.judging import judge
from virality.training.labelled import Labelled, Task
from virality.training.labelling import labelled, thresholds_for
from virality.training.measuring import Measured, measured
from virality.training.parting import parted
from virality.training.provenance import choices, fingerprint, now
from virality.training.settings import Settings, settings_with
from virality.training.standing import score_ranks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.model.classifier import Classifier
    from virality.records import Sources


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
    """

    scorer: Scorer
    examples: Examples
    rows: Labelled
    split: Split
    evaluated: Classifier

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

    def predictions(self) -> pl.DataFrame:
        """Give for each video ``video_id``, ``split``, ``tier``, ``p1``-``p5`` and ``score``."""
        names = np.full(len(self.tiers), "train", dtype=object)
        names[self.split.test] = "test"
        return pl.DataFrame(
            {
                "video_id": self.examples.videos["video_id"],
                "split": pl.Series(names.tolist(), dtype=pl.String),
                "tier": self.tiers,
                **{f"p{tier}": self.probabilities[:, tier - 1] for tier in TIERS},
                "score": expected_score(self.probabilities),
            }
        )


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
        return _learn(examples, settings, progress)


def _learn(examples: Examples, settings: Settings, progress: Callable[[str], None]) -> Run:
    """Learn on one thread: blocks are small, and more threads cost more than they bring."""
    split = parted(examples, settings)
    progress("computing features")
    values = measured(examples, split, settings)
    thresholds = thresholds_for(examples, values.outcome[split.train], settings)
    rows = labelled(examples, values, thresholds)
    progress("looking for leaks")
    audit = audited(examples, rows, split, settings)
    audit.require_honest()
    progress("fitting")
    evaluated = estimate(Task(rows.part(split.train), examples.inputs, thresholds), settings)
    progress("evaluating")
    evaluation = judge(examples, rows, split, evaluated.classifier, settings)
    evaluation = with_audit(evaluation, audit)
    fitted = _Fitted(values, rows, split.train, evaluated)
    if settings.refit:
        progress("fitting on all rows")
        fitted = _refitted(examples, split, thresholds, settings)
    artefact = _artefact(examples, fitted, settings)
    artefact = replace(artefact, thresholds=thresholds, evaluation=evaluation)
    return Run(Scorer(artefact), examples, rows, split, evaluated.classifier)


@dataclass(frozen=True)
class _Fitted:
    """What the saved model rests on: ``used`` numbers the rows that trained it."""

    values: Measured
    rows: Labelled
    used: Ints
    estimated: Estimate


def _refitted(
    examples: Examples, split: Split, thresholds: Floats | None, settings: Settings
) -> _Fitted:
    """Fit on all rows; the tiers begin where they began for the evaluated model."""
    everything = np.sort(np.concatenate([split.train, split.test]))
    values = measured(examples, replace(split, train=everything, test=everything[:0]), settings)
    rows = labelled(examples, values, thresholds)
    estimated = estimate(Task(rows, examples.inputs, thresholds), settings)
    return _Fitted(values, rows, everything, estimated)


def _artefact(examples: Examples, fitted: _Fitted, settings: Settings) -> Artefact:
    """State the model, what it was trained on, and how."""
    classifier, population = fitted.estimated.classifier, fitted.rows.part(fitted.used)
    return Artefact(
        names=fitted.values.names,
        classifier=classifier,
        ranks=score_ranks(classifier, population, settings.seed),
        inputs=examples.inputs,
        history=fitted.values.history,
        early_age=settings.early_age,
        mature_age=settings.mature_age,
        outcome="" if examples.made is not None else settings.outcome,
        thresholds=None,
        trained_at=now(),
        data=fingerprint(examples, fitted.rows, fitted.used),
        training=choices(settings, examples),
        certificate=fitted.estimated.certificate,
    )
