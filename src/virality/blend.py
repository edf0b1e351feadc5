"""One score from several: this model's, and what rules, a language model or trends say.

With signals s_j of 0-100 and weights w_j that are at least 0 and sum to 1, the blend of those that
are known is

    Σ_j w_j s_j / Σ_j w_j    over the known j,

so that the weight of a missing signal is shared among the others in proportion. Weights are given,
or learned from outcomes: those of least squares on that simplex.

References
----------
Breiman, L. (1996). Stacked regressions. *Machine Learning* 24. Non-negative weights, learned on
predictions of unseen rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError, OptionError
from virality.evaluation.intervals import Difference, paired_difference
from virality.model.simplex import blended, simplex_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.arrays import Floats, Ints

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"behavioural": 0.35, "llm": 0.25, "ml": 0.15, "rules": 0.15, "trends": 0.10}
)
"""Weights where none are given; ``ml`` is the score of this package."""

FEWEST = 100
"""Rows with an outcome below which no weights are learned."""

_FOLDS = 5
_HIGHEST = 100.0
_OFF = 1e-9


@dataclass(frozen=True)
class Blended:
    """A blended score.

    Attributes
    ----------
    score
        0-100.
    weights
        What each known signal counted, by name; they sum to 1.
    missing
        Names of the signals that were not known.
    """

    score: float
    weights: Mapping[str, float]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Learned:
    """Weights learned from outcomes, and what they are worth on rows that did not teach them.

    Attributes
    ----------
    weights
        By name, at least 0, summing to 1.
    n
        Rows that were learned from.
    best
        The single signal that does best on all of them.
    gain
        Squared error of the blend less that of the best single signal, row by row, each chosen
        without the fold that it is judged on: below 0 the blend is better. ``low`` and ``high``
        are the ends of the 95 % interval, resampled by account where accounts are given.
    """

    weights: Mapping[str, float]
    n: int
    best: str
    gain: Difference

    @property
    def helps(self) -> bool:
        """Whether the blend is better than the best single signal beyond doubt."""
        return self.gain.high < 0


def blend(signals: Mapping[str, float | None], weights: Mapping[str, float] = WEIGHTS) -> Blended:
    """Blend what is known of one video.

    Parameters
    ----------
    signals
        Scores of 0-100 by name; None, NaN or absent is not known.
    weights
        What each signal counts, at least 0; they need not sum to 1.

    Raises
    ------
    OptionError
        When a signal has no weight, or a weight is no number of at least 0.
    DataError
        When a score is outside of 0-100, or no signal that counts is known.

    Examples
    --------
    >>> blend({"ml": 60.0, "llm": 40.0, "rules": None}).score
    47.5
    """
    _check_weights(weights)
    for name in signals:
        if name not in weights:
            raise OptionError(
                "has no weight", where=name, remedy=f"there are: {', '.join(weights)}"
            )
    row = np.array([_checked(name, signals.get(name)) for name in weights])
    chosen = np.array(list(weights.values()), dtype=np.float64)
    chosen /= max(chosen.max(initial=0.0), _OFF)  # so that they can be summed, however large
    known = np.isfinite(row) & (chosen > 0)
    if not known.any():
        raise DataError(
            "no signal that counts is known", where="blend", remedy=f"give one of {list(weights)}"
        )
    shares = np.where(known, chosen, 0.0) / chosen[known].sum()
    counted = {name: float(s) for name, s, k in zip(weights, shares, known, strict=True) if k}
    missing = tuple(name for name, value in zip(weights, row, strict=True) if np.isnan(value))
    return Blended(float(shares[known] @ row[known]), counted, missing)


def learn_weights(
    names: Sequence[str],
    signals: Floats,
    outcome: Floats,
    groups: Ints | None = None,
    *,
    seed: int = 0,
) -> Learned:
    """Learn weights from videos whose outcome is known.

    Parameters
    ----------
    names
        (k,) of the signals.
    signals
        (n, k) scores of 0-100, NaN where not known.
    outcome
        (n,) what they should have said, on the same scale: where the outcome stood among all
        videos' outcomes, 0-100.
    groups
        (n,) number of each row's account, 0-based; whole accounts are left out when judging.
    seed
        Of the folds and of the resampling.

    Raises
    ------
    DataError
        When shapes or names disagree, a signal is no score of 0 to 100 or never known, there are
        too few rows or accounts, or a row has no signal or no outcome.
    """
    signals, outcome = _numbers(signals), _numbers(outcome)
    owner = np.arange(len(outcome)) if groups is None else np.asarray(groups)
    _check_rows(names, signals, outcome, owner)
    fold = _folds(owner, seed)
    ours, single = np.empty(len(outcome)), np.empty(len(outcome))
    for number in range(_FOLDS):
        held = fold == number
        weights = simplex_weights(signals[~held], outcome[~held])
        ours[held] = blended(signals[held], weights, outcome[~held].mean())
        best = _best_single(signals[~held], outcome[~held])
        single[held] = _alone(signals[held], best, outcome[~held].mean())
    gain = paired_difference((ours - outcome) ** 2, (single - outcome) ** 2, owner, seed=seed)
    found = simplex_weights(signals, outcome)
    return Learned(
        dict(zip(names, found.tolist(), strict=True)),
        len(outcome),
        names[_best_single(signals, outcome)],
        gain,
    )


def _number(value: Any) -> float | None:  # noqa: ANN401  from a caller
    """Take a number; None where it is something else."""
    return float(value) if isinstance(value, int | float | np.number) else None


def _check_weights(weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        number = _number(weight)
        if number is None or not 0 <= number < np.inf:
            raise OptionError(f"{weight!r} is not a weight of at least 0", where=name)


def _checked(name: str, value: float | None) -> float:
    if value is None:
        return float("nan")
    number = _number(value)
    if number is None or not (np.isnan(number) or 0 <= number <= _HIGHEST):
        raise DataError(f"{value!r} is not a score of 0 to 100", where=name)
    return number


def _numbers(values: Floats) -> Floats:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"no numbers: {error}", where="blend") from None


def _check_rows(names: Sequence[str], signals: Floats, outcome: Floats, owner: Ints) -> None:
    if signals.shape != (len(outcome), len(names)):
        raise DataError(
            f"signals of shape {signals.shape} for {len(outcome)} outcomes and {len(names)} names",
            where="blend",
        )
    if len(set(names)) < len(names):
        raise DataError("two signals have one name", where="blend")
    if owner.shape != outcome.shape or owner.dtype.kind not in "iu" or owner.min(initial=0) < 0:
        raise DataError("not a number of at least 0 for each row", where="groups")
    if ((signals < 0) | (signals > _HIGHEST)).any():
        raise DataError("a signal is no score of 0 to 100", where="blend")
    if len(outcome) < FEWEST:
        raise DataError(
            f"{len(outcome)} rows are too few to learn weights from",
            where="blend",
            remedy=f"wait for {FEWEST} outcomes, or use given weights",
        )
    unheard = np.isnan(signals).all(axis=0)
    if unheard.any():
        silent = [names[column] for column in np.flatnonzero(unheard).tolist()]
        raise DataError("is never known", where=", ".join(silent), remedy="leave it out")
    if np.isnan(signals).all(axis=1).any() or not np.isfinite(outcome).all():
        raise DataError(
            "a row has no signal or no outcome", where="blend", remedy="leave such rows out"
        )


def _folds(owner: Ints, seed: int) -> Ints:
    """Deal whole accounts into folds of about equal numbers of accounts, (n,)."""
    numbers, place = np.unique(owner, return_inverse=True)
    if len(numbers) < _FOLDS:
        raise DataError(
            f"{len(numbers)} accounts are too few to judge on others", where="blend",
            remedy=f"give {_FOLDS} or more",
        )  # fmt: skip
    dealt = np.random.default_rng(seed).permutation(len(numbers)) % _FOLDS
    folds: Ints = dealt[place]
    return folds


def _alone(signals: Floats, column: int, otherwise: float) -> Floats:
    return np.where(np.isnan(signals[:, column]), otherwise, signals[:, column])


def _best_single(signals: Floats, outcome: Floats) -> int:
    errors = [
        np.mean((_alone(signals, column, float(outcome.mean())) - outcome) ** 2)
        for column in range(signals.shape[1])
    ]
    return int(np.argmin(errors))
