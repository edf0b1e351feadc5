"""The whole way from files to an evaluated model.

Read, choose one row for each video, part the rows, cut the tiers on the training part, fit, judge
on the test part beside the baselines, and state it all in one value.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from virality.artefact import Artefact
from virality.evaluation.intervals import intervals
from virality.evaluation.leaks import (
    WES_FORMULA,
    label_defining,
    rebuilt_share,
    weighted_engagement,
)
from virality.evaluation.metrics import measure, predicted_tiers
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
from virality.training.baselines import baselines
from virality.training.estimation import Estimate, estimate
from virality.training.examples import Examples, accounting_json, examples_from
from virality.training.labelled import Labelled
from virality.training.settings import Settings, settings_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.records import Sources

_REBUILT = 0.99


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
    probabilities
        (n, 5) what the evaluated model says of them.
    """

    scorer: Scorer
    examples: Examples
    split: Split
    tiers: Ints
    probabilities: Floats

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
    split = examples.parted(settings)
    thresholds = _thresholds(examples, split, settings)
    tiers = _tiers(examples, thresholds)
    rows = Labelled(examples.features, examples.filled, tiers, examples.weight, examples.seconds)
    progress("fitting")
    evaluated = estimate(rows.part(split.train), settings)
    progress("evaluating")
    probabilities = evaluated.classifier.predict_proba(examples.features)
    evaluation = _evaluation(examples, rows, split, probabilities, settings)
    used, estimated = split.train, evaluated
    if settings.refit:
        progress("fitting on all rows")
        used = np.arange(len(tiers))
        estimated = estimate(rows, settings)
    artefact = _artefact(examples, rows, used, estimated, settings)
    artefact = replace(artefact, thresholds=thresholds, evaluation=evaluation)
    return Run(Scorer(artefact), examples, split, tiers, probabilities)


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


def _evaluation(
    examples: Examples, rows: Labelled, split: Split, probabilities: Floats, settings: Settings
) -> dict[str, Any]:
    """State how good the predictions are on the test rows, beside the baselines."""
    test = split.test
    groups = None
    if examples.authors is not None:
        groups = np.unique(examples.authors[test], return_inverse=True)[1].astype(np.intp)
    judged = (probabilities[test], rows.tiers[test], examples.outcome[test])
    metrics = measure(*judged)
    label = _label(examples, rows, settings)
    return {
        "rows": accounting_json(examples.accounting, split),
        "split": {"kind": split.kind, "resampled_by": "row" if groups is None else "author"},
        "metrics": asdict(metrics),
        "intervals": {
            name: list(interval)
            for name, interval in intervals(*judged, groups, seed=settings.seed).items()
        },
        "baselines": baselines(rows, examples.outcome, split),
        "label": label,
        "notes": _notes(examples, label, split),
        "synthetic": examples.synthetic,
        "refit": settings.refit,
    }


def _label(examples: Examples, rows: Labelled, settings: Settings) -> dict[str, Any]:
    """Measure how far the inputs define the label."""
    engagement = weighted_engagement(examples.features, examples.names)
    share = 0.0 if engagement is None else rebuilt_share(engagement, rows.tiers)
    if examples.schema is None:
        defining = ["likeRate", "commentRate", "shareRate"] if share >= _REBUILT else []
    else:
        defining = list(label_defining(examples.schema, outcome_named(settings.outcome)))
    return {
        "defining_features": defining,
        "rebuilt_by": WES_FORMULA if share >= _REBUILT else None,
        "rebuilt_share": share if share >= _REBUILT else None,
    }


def _notes(examples: Examples, label: dict[str, Any], split: Split) -> list[str]:
    """Say in plain words what a reader of the numbers has to know."""
    notes = []
    if examples.synthetic:
        notes.append("The data is synthetic: these numbers say nothing about real videos.")
    if label["rebuilt_by"]:
        notes.append(
            f"Three inputs define the label: thresholds on {label['rebuilt_by']} give back the "
            f"tier of {label['rebuilt_share']:.1%} of the videos. The accuracy measures this, "
            "not foresight."
        )
    elif label["defining_features"]:
        notes.append(
            "Some inputs are counted after posting and share columns with the outcome: "
            f"{', '.join(label['defining_features'])}. The numbers describe, they do not foresee."
        )
    if split.kind == "random":
        notes.append("The split is random: videos of one account stand on both sides.")
    if examples.unknown_scrape:
        notes.append(
            f"{examples.unknown_scrape:,} of {examples.accounting.used:,} videos do not say when "
            "they were scraped; their counts are taken as final."
        )
    empty = [
        name
        for name, column in zip(examples.names, examples.features.T, strict=True)
        if np.isnan(column).all()
    ]
    if empty:
        notes.append(f"Nothing is known of: {', '.join(empty)}. They have no influence.")
    return notes


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
