"""The whole way from files to an evaluated model.

Read, choose one row for each video, part the rows, cut the tiers on the training part, fit, judge
on the test part beside the baselines, and state it all in one value.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

from virality.artefact import Artefact
from virality.evaluation.metrics import predicted_tiers
from virality.features.extraction import SCHEMAS
from virality.labels import (
    TIERS,
    expected_score,
    outcome_named,
    quantile_thresholds,
    tier_of,
)
from virality.records import read
from virality.scorer import Scorer
from virality.training.estimation import Estimate, estimate
from virality.training.examples import Examples, examples_from
from virality.training.judging import judge
from virality.training.labelled import Labelled
from virality.training.settings import Settings, settings_with

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
    split
        Which of them trained and which judged.
    tiers
        (n,) their tiers 1-5.
    evaluated
        The classifier that was judged: it has seen the training rows alone.
    """

    scorer: Scorer
    examples: Examples
    split: Split
    tiers: Ints
    evaluated: Classifier

    @cached_property
    def probabilities(self) -> Floats:
        """What the evaluated model says of all n videos, (n, 5)."""
        return self.evaluated.predict_proba(self.examples.features)

    def accuracy(self, rows: Ints) -> float:
        """Share of some rows whose most probable tier is the true one."""
        return float((predicted_tiers(self.probabilities[rows]) == self.tiers[rows]).mean())

    def predictions(self) -> pl.DataFrame:
        """Give for each video ``video_id``, ``split``, ``tier``, ``p1``-``p5`` and ``score``."""
        names = np.full(len(self.tiers), "train", dtype=object)
        names[self.split.test] = "test"
        return pl.DataFrame(
            {
                "video_id": self.examples.video_ids,
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
    """Read records and compute what is learned from.

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
    extras = ["synthetic", *([settings.weight] if settings.weight else [])]
    reading = read(
        source,
        mapping=settings.mapping,
        where=settings.where,
        limit=settings.limit,
        extras=extras,
    )
    progress("computing features")
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
        When the records cannot be learned from.
    NotConvergedError
        When the optimum cannot be reached.
    """
    with threadpool_limits(1, "blas"):
        return _learn(examples, settings, progress)


def _learn(examples: Examples, settings: Settings, progress: Callable[[str], None]) -> Run:
    """Learn on one thread: blocks are small, and more threads cost more than they bring."""
    split = examples.parted(settings)
    thresholds = _thresholds(examples, split, settings)
    tiers = _tiers(examples, thresholds)
    rows = Labelled(examples.features, examples.filled, tiers, examples.weight, examples.seconds)
    progress("fitting")
    evaluated = estimate(rows.part(split.train), settings)
    progress("evaluating")
    evaluation = judge(examples, rows, split, evaluated.classifier, settings)
    used, estimated = split.train, evaluated
    if settings.refit:
        progress("fitting on all rows")
        used = np.arange(len(tiers))
        estimated = estimate(rows, settings)
    artefact = _artefact(examples, rows, used, estimated, settings)
    artefact = replace(artefact, thresholds=thresholds, evaluation=evaluation)
    return Run(Scorer(artefact), examples, split, tiers, evaluated.classifier)


def _thresholds(examples: Examples, split: Split, settings: Settings) -> Floats | None:
    """Cut the outcome where the settings say; quantiles are those of the training part alone."""
    if examples.tiers is not None:
        return None
    if settings.thresholds_from == "reference":
        return np.array(outcome_named(settings.outcome).fixed)
    return quantile_thresholds(examples.outcome[split.train])


def _tiers(examples: Examples, thresholds: Floats | None) -> Ints:
    if thresholds is None:
        return examples.tiers if examples.tiers is not None else np.array([], dtype=np.intp)
    return tier_of(examples.outcome, thresholds)


def _artefact(
    examples: Examples, rows: Labelled, used: Ints, estimated: Estimate, settings: Settings
) -> Artefact:
    """State the model, what it was trained on, and how."""
    known = next((one for one in SCHEMAS.values() if one.names == examples.names), None)
    return Artefact(
        names=examples.names,
        classifier=estimated.classifier,
        schema=examples.schema or known,
        outcome="" if examples.tiers is not None else settings.outcome,
        thresholds=None,
        trained_at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        data=_fingerprint(examples, rows, used),
        training={
            name: value
            for name, value in asdict(settings).items()
            if name not in {"mapping", "where"}
        },
        certificate=estimated.certificate,
    )


def _fingerprint(examples: Examples, rows: Labelled, used: Ints) -> dict[str, Any]:
    """Tell this training data from any other, without holding any of it."""
    content = hashlib.sha256(np.ascontiguousarray(rows.features[used]).tobytes())
    content.update(rows.tiers[used].astype(np.int8).tobytes())
    seconds = examples.seconds[used]
    dated = seconds[np.isfinite(seconds)]
    return {
        "rows": len(used),
        "sha256": content.hexdigest(),
        "first_posted": _date(dated.min()) if len(dated) else None,
        "last_posted": _date(dated.max()) if len(dated) else None,
        "synthetic": examples.synthetic,
    }


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(float(seconds), UTC).date().isoformat()
