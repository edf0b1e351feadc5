"""The end of a training: from videos that are ready to an evaluated model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.artefact import Artefact
from virality.evaluation.metrics import predicted_tiers
from virality.scorer import Scorer
from virality.training.auditing import audited, with_audit
from virality.training.estimation import Estimate, estimate
from virality.training.judging import judge
from virality.training.labelled import Task
from virality.training.provenance import choices, fingerprint, now, spread
from virality.training.standing import said_of, score_ranks

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.model.classifier import Classifier
    from virality.training.examples import Examples
    from virality.training.labelled import Labelled
    from virality.training.ready import Ready, Whole
    from virality.training.settings import Settings


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


def concluded(
    ready: Ready, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Run:
    """Fit, and judge.

    Parameters
    ----------
    ready
        The videos, with features and parted.
    settings, progress
        As for a training.

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
    """Fit, and say how many of the rows were held, where that is not all of them."""
    task = Task(rows, ready.examples.inputs, ready.thresholds)
    refined = None if ready.whole is None else ready.whole.refined
    estimated = estimate(task, settings, refined)
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
        data={
            **fingerprint(training, synthetic=examples.synthetic),
            "outcome_quantiles": spread(population),
        },
        training=choices(settings, examples),
        certificate=estimated.certificate,
    )
