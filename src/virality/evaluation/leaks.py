"""What makes a number look better than foresight: inputs that define the label."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.labels import TIERS

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.inputs import Inputs
    from virality.features.schema import Schema
    from virality.labels import Outcome


WES_RATES = {"likeRate": 1.0, "commentRate": 2.0, "shareRate": 3.0}
WES_FORMULA = "likeRate + 2 commentRate + 3 shareRate"


def label_defining(schema: Schema | Inputs, outcome: Outcome) -> tuple[str, ...]:
    """Name the features that are known only afterwards and read what the outcome is made of."""
    return tuple(
        feature.name
        for feature in schema.features
        if feature.phase == "engagement" and set(feature.reads) & set(outcome.reads)
    )


def weighted_engagement(features: Floats, names: tuple[str, ...]) -> Floats | None:
    """Do the reference label's arithmetic on three inputs, (n,); None where one is absent."""
    if not set(WES_RATES) <= set(names):
        return None
    columns = [names.index(name) for name in WES_RATES]
    total: Floats = features[:, columns] @ np.array(list(WES_RATES.values()))
    return total


def rebuilt_share(values: Floats, tiers: Ints) -> float:
    """Share of rows whose tier four ascending thresholds on one number give back, at best.

    The best thresholds are found exactly, by dynamic programming over the sorted rows.

    Parameters
    ----------
    values
        (n,) a number for each row; rows where it is NaN are left out.
    tiers
        (n,) true tiers 1-5.

    Returns
    -------
    Between 0 and 1; 1 says that the number is the label in disguise.

    Examples
    --------
    >>> rebuilt_share(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 2]))
    1.0
    """
    known = np.isfinite(values)
    order = np.argsort(values[known], kind="stable")
    ascending, labels = values[known][order], tiers[known][order]
    if len(labels) == 0:
        return 0.0
    allowed = np.concatenate([[True], np.diff(ascending) > 0, [True]])
    best = np.full(len(labels) + 1, -np.inf)
    best[0] = 0.0
    for tier in TIERS:
        seen = np.concatenate([[0.0], np.cumsum(labels == tier)])
        best = np.maximum.accumulate(np.where(allowed, best - seen, -np.inf)) + seen
    return float(best[-1] / len(labels))
