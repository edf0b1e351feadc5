"""How good predictions were whose outcomes are known, beside what the model promised."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.intervals import intervals
from virality.evaluation.metrics import CalibrationGaps, measure
from virality.monitor.monitoring import Figure
from virality.monitor.noise import above, enough, resampled, sums_by, upper_tail

if TYPE_CHECKING:
    from virality.arrays import Bools, Floats, Ints
    from virality.monitor.monitoring import Measure
    from virality.promise import Promise

WORST_ECE = 0.15
"""The calibration error that is never tolerated, whatever was promised."""

_ECE_MARGIN = 0.01
_WIDTH = 2 * 1.959964


@dataclass(frozen=True)
class Known:
    """n predictions whose outcomes are known.

    Attributes
    ----------
    probabilities
        (n, 5) of the tiers.
    tiers, outcome
        (n,) what happened.
    covered
        (n,) 1 where the outcome fell in its 80 % interval, else 0; NaN where there was none.
    exceeded
        (n,) 1 where it fell above its predicted median, else 0; NaN where there was none.
    groups
        (n,) numbers of the accounts; one that is unknown counts for itself.
    """

    probabilities: Floats
    tiers: Ints
    outcome: Floats
    covered: Floats
    exceeded: Floats
    groups: Ints

    def part(self, rows: Bools) -> Known:
        """Take some of them, and number their accounts from 0."""
        return Known(
            self.probabilities[rows],
            self.tiers[rows],
            self.outcome[rows],
            self.covered[rows],
            self.exceeded[rows],
            np.unique(self.groups[rows], return_inverse=True)[1].astype(np.intp),
        )

    @property
    def accounts(self) -> int:
        """How many accounts they are of."""
        return len(np.unique(self.groups))

    @property
    def enough(self) -> bool:
        """Whether they are enough to say something."""
        return enough(self.groups)


def figures(known: Known, promise: Promise, *, whole: bool) -> tuple[Figure, ...]:
    """Judge predictions, beside what was promised; nothing where they are too few.

    Parameters
    ----------
    known
        The predictions.
    promise
        What the model's evaluation found, of all its videos.
    whole
        Whether these are of all videos. Of a cohort nothing was promised: how well its outcomes
        can be told apart is shown, and only what is plainly wrong in itself is tested.
    """
    if not known.enough:
        return ()
    judged = (known.probabilities, known.tiers, known.outcome)
    values = vars(measure(*judged))
    shares = {"coverage": known.covered, "exceeded": known.exceeded}
    shares = {name: column for name, column in shares.items() if not np.isnan(column).any()}
    values |= {name: float(column.mean()) for name, column in shares.items()}
    ends = intervals(*judged, known.groups, shares=shares)
    error = CalibrationError(values["ece"], ends["ece"], _calibration_noise(known))
    standards = _STANDARDS if whole else _COHORT_STANDARDS
    numbers = (
        standard.judge(values[standard.measure], ends[standard.measure], promise, known.accounts)
        for standard in standards
        if values.get(standard.measure) is not None and standard.measure in ends
    )
    return (error.judge(promise.metrics.get("ece") if whole else None), *numbers)


@dataclass(frozen=True)
class CalibrationError:
    """How far stated probabilities are from what happened.

    Attributes
    ----------
    value
        The expected calibration error.
    ends
        Its 95 % interval.
    noise
        (R,) what a model that is right in each bin would show among so many videos.
    """

    value: float
    ends: tuple[float, float]
    noise: Floats

    def judge(self, promised: float | None) -> Figure:
        """Compare with the promise and with the worst that is ever tolerated."""
        limit = WORST_ECE if promised is None else min(WORST_ECE, promised + _ECE_MARGIN)
        p = upper_tail(self.noise, self.value - limit)
        noise = float(self.noise.mean())
        return Figure("ece", "", self.value, *self.ends, noise, promised, limit, p)


@dataclass(frozen=True)
class Standard:
    """How a number is compared with its promise, both being uncertain.

    Attributes
    ----------
    measure
        Which number.
    margin
        By how much it may be worse: above 0 where larger is worse, below 0 where smaller is; None
        where it is shown only.
    either
        Whether it may be off to either side.
    usual
        What is taken for promised where the model's file says nothing.
    """

    measure: Measure
    margin: float | None = None
    either: bool = False
    usual: float | None = None

    def judge(
        self, value: float, ends: tuple[float, float], promise: Promise, accounts: int
    ) -> Figure:
        """Test a number of predictions of so many accounts, with its 95 % interval."""
        promised = promise.metrics.get(self.measure, self.usual)
        if promised is None or self.margin is None:
            return Figure(self.measure, "", value, *ends, None, promised, None, None)
        away = value - promised
        margin = math.copysign(self.margin, away) if self.either else self.margin
        worse = away * math.copysign(1.0, margin) - abs(margin)
        error = math.hypot(
            _standard_error(ends) * _fewness(accounts),
            _standard_error(promise.intervals.get(self.measure)),
        )
        p = above(worse / error, accounts - 1) if error > 0 else float(worse <= 0)
        p = min(1.0, 2.0 * p) if self.either else p
        return Figure(self.measure, "", value, *ends, None, promised, promised + margin, p)


_STANDARDS = (
    Standard("log_loss", 0.05),
    Standard("rps"),
    Standard("spearman", -0.05),
    Standard("coverage", -0.03, usual=0.8),
    Standard("exceeded", 0.05, either=True, usual=0.5),
)
_COHORT_STANDARDS = (
    Standard("log_loss"),
    Standard("rps"),
    Standard("spearman"),
    Standard("coverage", -0.1, usual=0.8),
    Standard("exceeded", 0.15, either=True, usual=0.5),
)


def _calibration_noise(known: Known) -> Floats:
    """Draw calibration errors of a model that is right on average in each bin, (R,)."""
    gaps = CalibrationGaps.of(known.probabilities, known.tiers)
    bins = int(gaps.number.max()) + 1
    size = np.bincount(gaps.number, minlength=bins)
    centred = gaps.gaps - (np.bincount(gaps.number, gaps.gaps, bins) / size)[gaps.number]
    spread = np.zeros((len(known.tiers), bins))
    np.add.at(spread, (gaps.row, gaps.number), centred)
    totals = resampled(sums_by(known.groups, spread))
    noise: Floats = np.abs(totals).sum(axis=1) / len(gaps.gaps)
    return noise * _fewness(known.accounts)


def _fewness(accounts: int) -> float:
    """Say how much a bootstrap of so many groups falls short of the true spread."""
    return math.sqrt(accounts / (accounts - 1))


def _standard_error(ends: tuple[float, float] | None) -> float:
    """Take the standard error from a 95 % interval."""
    return 0.0 if ends is None else (ends[1] - ends[0]) / _WIDTH
