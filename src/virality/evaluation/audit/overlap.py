"""What stands on both sides of a split: the same rows, and the same accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split


def repeated(features: Floats, outcome: Floats) -> Ints:
    """Give like rows like numbers, (n,).

    Parameters
    ----------
    features
        (n, p), NaN where unknown: unknown is like unknown.
    outcome
        (n,) which must be alike, too. Rows of which no feature is known are like none.
    """
    rows = np.column_stack([np.nan_to_num(features, nan=np.inf), outcome]) + 0.0
    joined = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.itemsize * rows.shape[1])))
    numbers = np.unique(joined.ravel(), return_inverse=True)[1].astype(np.intp)
    empty = ~np.isfinite(features).any(axis=1)
    return np.where(empty, len(rows) + np.arange(len(rows)), numbers)


def repeated_across(numbers: Ints, split: Split) -> int:
    """Count the test rows that stand among the training rows, too."""
    return int(np.isin(numbers[split.test], numbers[split.train]).sum())


def repeated_within(numbers: Ints) -> int:
    """Count the rows that say again what an earlier row says."""
    return len(numbers) - len(np.unique(numbers))


def shared_accounts(authors: Ints, split: Split) -> tuple[int, int]:
    """Count the accounts on both sides, and the test rows that are of such accounts.

    Parameters
    ----------
    authors
        (n,) numbers of the accounts.
    split
        Which rows train and which judge.
    """
    both = np.isin(authors[split.test], authors[split.train])
    return len(np.unique(authors[split.test][both])), int(both.sum())
