"""Which rows train and which rows judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from virality.errors import DataError

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints


Kind = Literal["time", "author", "random", "given"]
TEST_SHARE = 0.25


@dataclass(frozen=True)
class Split:
    """Row numbers of the training part and of the test part, which are disjoint.

    Attributes
    ----------
    kind
        How the rows were parted.
    train, test
        Row numbers.
    """

    kind: Kind
    train: Ints
    test: Ints


def time_split(seconds: Floats, test_share: float = TEST_SHARE) -> Split:
    """Train on the earlier rows, judge on the latest.

    Parameters
    ----------
    seconds
        (n,) times of posting, in seconds; NaN where unknown. Rows of unknown time train, as they
        cannot be said to be late.
    test_share
        Share of the rows that judge.

    Raises
    ------
    DataError
        When either part would be empty.
    """
    order = np.argsort(np.nan_to_num(seconds, nan=-np.inf), kind="stable")
    return _cut("time", order, test_share)


def author_split(authors: Ints, seed: int, test_share: float = TEST_SHARE) -> Split:
    """Judge on the videos of accounts of which none has trained.

    Parameters
    ----------
    authors
        (n,) numbers of the authors.
    seed
        Of the order in which accounts are drawn for judging, until they have their share of rows.
    test_share
        Share of the rows that judge, as nearly as whole accounts allow.

    Raises
    ------
    DataError
        When either part would be empty.
    """
    test = np.isin(authors, judging_accounts(np.bincount(authors), seed, test_share))
    return Split("author", np.flatnonzero(~test), np.flatnonzero(test))


def judging_accounts(counts: Ints, seed: int, test_share: float = TEST_SHARE) -> Ints:
    """Choose the accounts that judge.

    Parameters
    ----------
    counts
        How many rows each account has, by its number.
    seed, test_share
        As for :func:`author_split`.

    Returns
    -------
    Their numbers.

    Raises
    ------
    DataError
        When either part would be empty.
    """
    rows = int(counts.sum())
    drawn = np.random.default_rng(seed).permutation(np.flatnonzero(counts))
    judging = drawn[counts[drawn].cumsum() <= max(rows * test_share, counts[drawn[0]])]
    if counts[judging].sum() in (0, rows):
        raise DataError(
            "the videos of too few accounts cannot be parted by account",
            remedy="give videos of more accounts, or split by time",
        )
    chosen: Ints = judging
    return chosen


def random_split(rows: int, seed: int, test_share: float = TEST_SHARE) -> Split:
    """Part rows at random. Videos of one account then stand on both sides, which flatters.

    Raises
    ------
    DataError
        When either part would be empty.
    """
    return _cut("random", np.random.default_rng(seed).permutation(rows), test_share)


def _cut(kind: Kind, order: Ints, test_share: float) -> Split:
    first = training_rows(len(order), test_share)
    return Split(kind, order[:first], order[first:])


def training_rows(rows: int, test_share: float = TEST_SHARE) -> int:
    """Say how many of the rows, in their order, train.

    Raises
    ------
    DataError
        When either part would be empty.
    """
    first = int(rows * (1 - test_share))
    if first in {0, rows}:
        raise DataError(
            f"{rows} usable video{'s' if rows != 1 else ''} cannot be parted into "
            "training and test rows",
            remedy="give more videos, or see the rejections for the reasons",
        )
    return first
