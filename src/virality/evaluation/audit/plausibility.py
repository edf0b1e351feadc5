"""Columns that are suspiciously good on their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.ranking import spearman

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.features.schema import Phase

FEWEST_ROWS = 100

PLAUSIBLE: dict[Phase, float] = {"content": 0.5, "account": 0.85, "history": 0.93}
"""The most that one feature's rank correlation with the outcome can plausibly be, by phase.

On real data, all content together reaches .16 to .35, followers .70, and the account's own history
.74 to .86. Early and final counts follow the outcome by their nature: no bound is set to them.
"""


@dataclass(frozen=True)
class Striking:
    """A feature that says too much.

    Attributes
    ----------
    feature
        Its name.
    correlation
        Rank correlation with the outcome where it is known, -1 to 1.
    bound
        What is plausible for its phase.
    rows
        Of how many rows it is known.
    """

    feature: str
    correlation: float
    bound: float
    rows: int


def striking_features(
    features: Floats, names: tuple[str, ...], phases: tuple[Phase | None, ...], outcome: Floats
) -> tuple[Striking, ...]:
    """List the features that follow the outcome more closely than such things can.

    Parameters
    ----------
    features
        (n, p), NaN where unknown.
    names, phases
        (p,) of the features; a phase of None sets no bound.
    outcome
        (n,) the number predicted.
    """
    found = []
    for name, phase, column in zip(names, phases, features.T, strict=True):
        bound = None if phase is None else PLAUSIBLE.get(phase)
        known = np.isfinite(column) & np.isfinite(outcome)
        if bound is None or known.sum() < FEWEST_ROWS:
            continue
        correlation = spearman(column[known], outcome[known])
        if correlation is not None and abs(correlation) > bound:
            found.append(Striking(name, correlation, bound, int(known.sum())))
    return tuple(found)
