"""The audit of a matrix: features, tiers and split in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.audit.cohorts import selected_on
from virality.evaluation.audit.findings import Finding, severity_of_leak
from virality.evaluation.audit.overlap import (
    repeated,
    repeated_across,
    repeated_within,
    shared_accounts,
)
from virality.evaluation.audit.plausibility import striking_features
from virality.evaluation.audit.rebuilding import MOST_FEATURES, Rebuilt, search
from virality.evaluation.audit.wording import amount, listed, share_of, times
from virality.features.schema import phases_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.features.schema import Phase

_NEAR = 0.9


@dataclass(frozen=True)
class Examined:
    """What is audited: n videos, p features.

    Attributes
    ----------
    names
        (p,) names of the features.
    phases
        (p,) when each becomes known; None where that is not known.
    features
        (n, p), NaN where unknown.
    tiers
        (n,) labels 1-5.
    outcome
        (n,) the number that tiers are cut from; the tiers themselves where there is no other.
    outcome_name
        What it is called.
    split
        Which rows train and which judge.
    authors
        (n,) numbers of the accounts; None where too few are known.
    moment
        What a model would be allowed to know.
    """

    names: tuple[str, ...]
    phases: tuple[Phase | None, ...]
    features: Floats
    tiers: Ints
    outcome: Floats
    outcome_name: str
    split: Split
    authors: Ints | None
    moment: str


def audit_matrix(rows: Examined, seed: int = 0) -> tuple[Finding, ...]:
    """Find what the numbers alone give away.

    Parameters
    ----------
    rows
        Features, tiers, outcome and split.
    seed
        Of the choice of rows on which sets of features are fitted.
    """
    return (
        *_later(rows),
        *_rebuilding(rows, seed),
        *_striking(rows),
        *_duplicates(rows),
        *_overlap(rows),
        *_selected(rows),
    )


def _later(rows: Examined) -> Iterator[Finding]:
    """Name features of a later phase than the moment."""
    allowed = phases_of(rows.moment)
    late = tuple(
        name
        for name, phase in zip(rows.names, rows.phases, strict=True)
        if phase is not None and phase not in allowed
    )
    if late:
        are = "are" if len(late) > 1 else "is"
        yield Finding(
            "later-phase",
            severity_of_leak(rows.moment),
            f"{listed(late)} {are} not known yet at the moment {rows.moment!r}.",
            late,
        )


def _rebuilding(rows: Examined, seed: int) -> Iterator[Finding]:
    """Name the sets of features that give back the tier, and the best of those that do not."""
    found = search(rows.features, rows.names, rows.tiers, seed)
    if not found.sets:
        yield Finding(
            "not-searched",
            "information",
            "Too few rows, tiers or known values to search for features that rebuild the tier.",
        )
    for rebuilt in found.found:
        yield _rebuilt(rebuilt, rows)
    if found.closest is not None:
        yield _closest(found.closest, found.sets, others=bool(found.found))


def _rebuilt(rebuilt: Rebuilt, rows: Examined) -> Finding:
    """Tell of a set that gives back the tier; what is seen early may, for it is seen in time."""
    early = any(
        phase == "early" and name in rebuilt.features
        for name, phase in zip(rows.names, rows.phases, strict=True)
    )
    seen = "what is seen early settles it" if early else f"{_summed(rebuilt)} the label in disguise"
    return Finding(
        "label-rebuilding",
        "warning" if early else severity_of_leak(rows.moment),
        f"{listed(rebuilt.features)} {_gives_back(rebuilt)}: {seen}.",
        rebuilt.features,
        {"share": rebuilt.share, "rows": rebuilt.rows},
    )


def _closest(best: Rebuilt, sets: int, *, others: bool) -> Finding:
    other = "other " if others else ""
    return Finding(
        "closest-set",
        "warning" if best.share >= _NEAR else "information",
        f"No {other}set of up to {MOST_FEATURES} features rebuilds the tier ({sets:,} tried). The "
        f"closest: {listed(best.features)} {_gives_back(best)}.",
        best.features,
        {"share": best.share, "rows": best.rows, "sets": sets},
    )


def _gives_back(rebuilt: Rebuilt) -> str:
    verb = "give back" if len(rebuilt.features) > 1 else "gives back"
    return f"{verb} the tier of {share_of(rebuilt.share)} of {rebuilt.rows:,} videos"


def _summed(rebuilt: Rebuilt) -> str:
    several = len(rebuilt.features) > 1
    return f"a weighted sum of their {rebuilt.form} is" if several else "it is"


def _striking(rows: Examined) -> Iterator[Finding]:
    """Name features that are suspiciously good on their own."""
    for one in striking_features(rows.features, rows.names, rows.phases, rows.outcome):
        yield Finding(
            "too-good",
            "warning",
            f"{one.feature} alone has a rank correlation of {one.correlation:.2f} with "
            f"{rows.outcome_name}; more than {one.bound:.2f} is not plausible for what is known "
            "then.",
            (one.feature,),
            {"correlation": one.correlation, "bound": one.bound, "rows": one.rows},
        )


def _duplicates(rows: Examined) -> Iterator[Finding]:
    """Count the rows that stand more than once."""
    numbers = repeated(rows.features, rows.outcome)
    across, within = repeated_across(numbers, rows.split), repeated_within(numbers)
    if within:
        are = "rows repeat another" if within > 1 else "row repeats another"
        yield Finding(
            "duplicates",
            "information",
            f"{within:,} {are}, number for number; {across:,} of the test rows "
            f"{'stands' if across == 1 else 'stand'} among the training rows, too.",
            figures={"repeated": within, "across": across},
        )


def _overlap(rows: Examined) -> Iterator[Finding]:
    """Count the accounts on both sides of the split."""
    if rows.authors is None:
        return
    accounts, videos = shared_accounts(rows.authors, rows.split)
    if accounts:
        share = videos / len(rows.split.test)
        yield Finding(
            "account-overlap",
            "information",
            f"{accounts:,} accounts have videos on both sides of the {rows.split.kind} split: "
            f"{share_of(share)} of the test videos. The author split judges on accounts that have "
            "not trained; where the model uses histories, they still have their own.",
            figures={"accounts": accounts, "videos": videos, "share": share},
        )


def _selected(rows: Examined) -> Iterator[Finding]:
    """Say whether the videos look chosen for their outcome."""
    accounts = None if rows.authors is None else len(np.unique(rows.authors))
    found = selected_on(rows.outcome, accounts)
    if found is not None:
        low = found.floor * found.low_step
        yield Finding(
            "selected-cohort",
            "warning",
            f"The videos look selected on {rows.outcome_name}: the lower tail is missing. From the "
            f"lowest 1 % ({amount(found.floor)}) to the lowest 5 % ({amount(low)}) it is a step of "
            f"{times(found.low_step)}, at the upper end one of {times(found.high_step)}. What is "
            "learned here holds for such videos, not for videos in general.",
            figures={
                "floor": found.floor,
                "low_step": found.low_step,
                "high_step": found.high_step,
            },
        )
