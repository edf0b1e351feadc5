"""The leak audit of records: what a training on them would flatter itself with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from virality.evaluation.audit.examination import Examined, audit_matrix
from virality.evaluation.audit.findings import Audit, Finding, gravest_first, severity_of_leak
from virality.evaluation.audit.movement import movement_findings, moving_features
from virality.evaluation.audit.wording import listed
from virality.evaluation.leaks import label_defining
from virality.features.extraction import extract
from virality.labels import outcome_named
from virality.records import age_in_words, read
from virality.threads import one_blas_thread
from virality.training.accounting import OUTCOME
from virality.training.examples import examples_from
from virality.training.labelling import labelled, thresholds_for
from virality.training.measuring import measured
from virality.training.parting import parted
from virality.training.settings import Settings, settings_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from virality.arrays import Floats
    from virality.evaluation.splits import Split
    from virality.features.schema import Feature
    from virality.records import Sources
    from virality.training.examples import Examples
    from virality.training.labelled import Labelled

_MANY = 0.5
_NAMED = 3


def audit(
    source: Sources,
    *,
    settings: Settings | None = None,
    progress: Callable[[str], None] = lambda _: None,
    **changes: Any,  # noqa: ANN401  each setting has its own type
) -> Audit:
    """Look for what would make a model on these records look better than foresight.

    Parameters
    ----------
    source
        A file, several, a glob, a Polars frame or a list of records.
    settings
        All choices of a training at once.
    progress
        Told each step as it begins.
    **changes
        Single choices, by the names in :class:`virality.training.settings.Settings`.

    Returns
    -------
    The findings. ``.refused`` are those that a training for a moment before the end refuses, too.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a choice has no meaning.
    DataError
        When the records cannot be learned from.
    """
    chosen = settings_with(changes) if settings is None else replace(settings, **changes)
    progress("reading")
    reading = read(
        source,
        mapping=chosen.mapping,
        where=chosen.where,
        limit=chosen.limit,
        extras=chosen.columns,
    )
    return examine(examples_from(reading, chosen), chosen, progress)


def examine(
    examples: Examples, settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> Audit:
    """Audit videos as they would be learned from.

    Parameters
    ----------
    examples
        What was read.
    settings
        The choices of a training.
    progress
        Told each step as it begins.

    Raises
    ------
    DataError
        When the videos cannot be parted, measured or labelled.
    """
    split = parted(examples, settings)
    progress("computing features")
    with one_blas_thread():
        values = measured(examples, split, settings)
        thresholds = thresholds_for(examples, values.outcome[split.train], settings)
        rows = labelled(examples, values, thresholds)
        progress("looking for leaks")
        return audited(examples, rows, split, settings)


def audited(examples: Examples, rows: Labelled, split: Split, settings: Settings) -> Audit:
    """Audit rows that are ready to be learned from.

    Parameters
    ----------
    examples
        Where they are from.
    rows
        Their features and tiers.
    split
        Which of them train and which judge.
    settings
        The outcome, the moment and the seed.
    """
    examined = _examined(examples, rows, split, settings)
    findings = (
        *_defining(examples, examined),
        *audit_matrix(examined, settings.seed),
        *_left_out(examples, examined),
        *_moving(examples, examined),
        *_merged(examples),
        *_ages(examples, settings),
    )
    return Audit(
        moment=examined.moment,
        outcome=examined.outcome_name,
        split=split.kind,
        rows=len(rows.tiers),
        synthetic=examples.synthetic,
        findings=gravest_first(findings),
    )


def with_audit(evaluation: Mapping[str, Any], audit: Audit) -> dict[str, Any]:
    """Put the findings into an evaluation, and its warnings into the notes that lack them."""
    label = evaluation["label"]
    said = {"unknown-age", "closest-set"}
    if label["rebuilt_by"] or label["defining_features"]:
        said |= {"label-defining", "label-rebuilding"}
    notes = [finding.what for finding in audit.warnings if finding.code not in said]
    return {
        **evaluation,
        "notes": [*evaluation["notes"], *notes],
        "audit": audit.stated()["findings"],
    }


def _examined(examples: Examples, rows: Labelled, split: Split, settings: Settings) -> Examined:
    inputs = examples.inputs
    phases = tuple(inputs.feature(name).phase if inputs else None for name in rows.names)
    return Examined(
        names=rows.names,
        phases=phases,
        features=rows.features,
        tiers=rows.tiers,
        outcome=rows.outcome,
        outcome_name="the label" if examples.made is not None else settings.outcome,
        split=split,
        authors=rows.authors,
        moment=inputs.moment if inputs else "full",
    )


def _features(examples: Examples) -> tuple[Feature, ...]:
    return () if examples.inputs is None else examples.inputs.features


def _defining(examples: Examples, examined: Examined) -> Iterator[Finding]:
    """Name the features that read, afterwards, what the outcome reads."""
    if examples.made is not None or examples.inputs is None:
        return
    outcome = outcome_named(examined.outcome_name)
    names = label_defining(examples.inputs, outcome)
    if names:
        read = "read" if len(names) > 1 else "reads"
        yield Finding(
            "label-defining",
            severity_of_leak(examined.moment),
            f"{listed(names)} {read} what {outcome.name} is made of, by the same final counts.",
            names,
        )


def _left_out(examples: Examples, examined: Examined) -> Iterator[Finding]:
    """Name the features of the schema that the moment leaves out, or whoever trains."""
    if examples.inputs is None:
        return
    chosen = tuple(one for one in examples.inputs.schema.names if one in examples.inputs.left_out)
    if chosen:
        are = "are" if len(chosen) > 1 else "is"
        what = f"{listed(chosen)} {are} left out, as was asked."
        yield Finding("left-out", "information", what, chosen)
    names = tuple(one.name for one in examples.inputs.later)
    if names:
        are = "are" if len(names) > 1 else "is"
        yield Finding(
            "later-phase",
            "information",
            f"{_some(names)} {are} not known yet at the moment {examined.moment!r}, and left out.",
            names,
        )


def _some(names: tuple[str, ...]) -> str:
    """Name three, and count the rest."""
    rest = len(names) - _NAMED
    return f"{', '.join(names[:_NAMED])} and {rest} others" if rest > 1 else listed(names)


def _moving(examples: Examples, examined: Examined) -> tuple[Finding, ...]:
    """Name the features that change when a video is scraped again."""
    repeats, features = examples.repeats, _features(examples)
    if repeats is None or not features:
        return ()
    first, last = (extract(each, features) for each in (repeats.first, repeats.last))
    growth = _outcomes(repeats.last) - _outcomes(repeats.first)
    moved = moving_features(first, last, examined.names, growth)
    phases = {one.name: one.phase for one in features}
    return movement_findings(moved, phases, examined.moment)


def _outcomes(snapshots: pl.DataFrame) -> Floats:
    known = snapshots[OUTCOME].cast(pl.Float64).fill_null(float("nan"))
    return np.asarray(known.to_numpy(), dtype=np.float64)


def _merged(examples: Examples) -> Iterator[Finding]:
    """Count the records that told of a snapshot already read."""
    merged = examples.accounting.duplicates
    if merged:
        told = "records tell" if merged > 1 else "record tells"
        yield Finding(
            "duplicates",
            "information",
            f"{merged:,} {told} again of a snapshot already read; they are merged.",
            figures={"merged": merged},
        )


def _ages(examples: Examples, settings: Settings) -> Iterator[Finding]:
    """Say how many videos are of no known age, and how many were counted too early."""
    unknown, used = examples.unknown_scrape, examples.accounting.used
    if unknown:
        yield Finding(
            "unknown-age",
            "warning" if unknown >= _MANY * used else "information",
            f"{unknown:,} of {used:,} videos do not say when they were scraped; their counts are "
            "taken as final.",
            figures={"unknown": unknown, "share": unknown / used},
        )
    immature = examples.accounting.immature
    if immature:
        mature = age_in_words(settings.mature_age)
        yield Finding(
            "immature",
            "information",
            f"{immature:,} records are of videos never scraped {mature} or more after posting; "
            "they are left out.",
            figures={"records": immature},
        )
