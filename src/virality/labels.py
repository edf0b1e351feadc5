"""What is predicted: the outcome of a video, and the five tiers that it is cut into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl
    from numpy.typing import ArrayLike

    from virality.arrays import Floats, Ints


TIERS = (1, 2, 3, 4, 5)
TIER_NAMES = (
    "unlikely to perform",
    "below average",
    "average",
    "strong potential",
    "viral potential",
)
SCORE_EDGES = (0.0, 25.0, 45.0, 65.0, 80.0, 100.0)
MIDPOINTS = np.array([12.5, 35.0, 55.0, 72.5, 90.0])
MIDPOINTS.setflags(write=False)
QUANTILES = (0.25, 0.5, 0.75, 0.9)
REFERENCE_THRESHOLDS = (0.045752, 0.095403, 0.159572, 0.239726)


@dataclass(frozen=True)
class Outcome:
    """A number that says how a video did.

    Attributes
    ----------
    name, unit, phrase
        How it is called, counted, and explained to people.
    reads
        The record columns that it is computed from. A feature known only afterwards that reads
        one of them helps to define the label.
    formula
        Given the Polars module, the expression that computes it; null where it is unknown.
    fixed
        Thresholds of its own, ascending; empty when only quantiles make sense.
    relative
        Whether what the formula gives is then divided by the account's usual.
    """

    name: str
    unit: str
    phrase: str
    reads: tuple[str, ...]
    formula: Callable[[Any], pl.Expr]
    fixed: tuple[float, ...] = ()
    relative: bool = False

    def final(self, base: Floats, usual: Floats) -> Floats:
        """Give the outcome itself, (n,).

        Parameters
        ----------
        base
            (n,) what the formula gives.
        usual
            (n,) the account's usual of that, above 0.
        """
        return base / usual if self.relative else base


def _views(polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    views: pl.Expr = polars.when(polars.col("views") > 0).then(polars.col("views"))
    return views


OUTCOMES = {
    outcome.name: outcome
    for outcome in (
        Outcome(
            "wes",
            "per view",
            "weighted engagement: likes + 2 comments + 3 shares, per view",
            ("likes", "comments", "shares", "views"),
            lambda pl: (
                (pl.col("likes") + 2 * pl.col("comments") + 3 * pl.col("shares"))
                / pl.when(pl.col("views") > 0).then(pl.col("views"))
            ),
            REFERENCE_THRESHOLDS,
        ),
        Outcome(
            "views",
            "views",
            "views",
            ("views",),
            _views,
        ),
        Outcome(
            "author_multiple",
            "times the account's usual",
            "views over the account's usual views",
            ("author_id", "views"),
            lambda pl: pl.when(pl.col("author_id").is_not_null()).then(_views(pl)),
            relative=True,
        ),
    )
}


def outcome_named(name: str) -> Outcome:
    """Look up an outcome; any other name is that of a column of numbers.

    Raises
    ------
    OptionError
        When it is no name.
    """
    if not name.strip():
        raise no_outcome(name)
    return OUTCOMES.get(name) or Outcome(name, "", name, (name,), partial(_column, name))


def unit_of(name: str) -> str:
    """Say in which unit an outcome is counted before it is divided by anything."""
    counted = outcome_named(name)
    base = OUTCOMES["views"] if counted.relative else counted
    return f"{base.name} {base.unit}" if base.unit.startswith("per ") else base.unit or base.name


def _column(name: str, polars: Any) -> pl.Expr:  # noqa: ANN401  the Polars module
    number = polars.col(name).cast(polars.Float64, strict=False)
    finite: pl.Expr = polars.when(number.is_finite()).then(number)
    return finite


def no_outcome(name: str, columns: Sequence[str] = ()) -> OptionError:
    """Build the error for a name that is neither an outcome nor a column of numbers."""
    return OptionError(
        f"there is no outcome {name!r}",
        where="--outcome",
        remedy=f"choose one of: {', '.join(dict.fromkeys([*OUTCOMES, *columns]))}, "
        "or a column of numbers",
    )


def quantile_thresholds(values: ArrayLike) -> Floats:
    """Cut an outcome at the 25, 50, 75 and 90 % quantiles of the training part.

    Parameters
    ----------
    values
        (n,) finite outcomes of training rows alone.

    Returns
    -------
    (4,) ascending thresholds.

    Raises
    ------
    DataError
        When there are no values, or so few distinct ones that two thresholds coincide.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if len(numbers) == 0:
        raise DataError("no video has a known outcome", remedy="see the rejections for the reasons")
    return checked_thresholds(np.quantile(numbers, QUANTILES))


def checked_thresholds(thresholds: Floats) -> Floats:
    """Refuse quantiles (4,) of which two coincide.

    Raises
    ------
    DataError
        When they do.
    """
    if not (np.diff(thresholds) > 0).all():
        raise DataError(
            "the outcome takes too few distinct values for five tiers: its 25, 50, 75 and 90 % "
            f"quantiles are {', '.join(f'{threshold:g}' for threshold in thresholds)}",
            remedy="give more, or more varied, videos",
        )
    return thresholds


def tier_of(values: ArrayLike, thresholds: ArrayLike) -> Ints:
    """Find the tier of each outcome; a value on a threshold belongs to the upper tier.

    Parameters
    ----------
    values
        (n,) outcomes.
    thresholds
        (4,) ascending.

    Returns
    -------
    (n,) tiers 1-5.

    Examples
    --------
    >>> tier_of([0.0, 2.0, 9.0], [1.0, 2.0, 3.0, 4.0])
    array([1, 3, 5])
    """
    return np.searchsorted(np.asarray(thresholds), np.asarray(values), side="right") + 1


def expected_score(probabilities: Floats) -> Floats:
    """Score 0-100: the sum of the tiers' probabilities times the midpoints of their ranges.

    Parameters
    ----------
    probabilities
        (..., 5) tier probabilities.

    Returns
    -------
    (...,) numbers between 12.5 and 90 by construction.
    """
    scores: Floats = np.clip(probabilities @ MIDPOINTS, 0.0, 100.0)
    return scores
