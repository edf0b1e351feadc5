"""Cases, their sides, and runs in turn: A B A B, so that a noisy hour falls on all sides alike."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from goals import Goal

Role = Literal["ours", "variant", "peer", "floor"]
Runs = list[tuple["Side", tuple["Trial", ...]]]

_PAUSE = 0.1
"""Seconds in which the threads of the side before fall asleep."""
_FEWEST = 900


class SkippedError(Exception):
    """A case cannot be run here; the message says why."""


@dataclass(frozen=True)
class Plan:
    """How much is measured, and where.

    Attributes
    ----------
    shrink
        What every size is divided by; 1 measures what the page says.
    repeats
        Rounds of an ordinary case; others have a multiple of it.
    folder
        Where generated files go.
    """

    shrink: int
    repeats: int
    folder: Path

    @property
    def judged(self) -> bool:
        """Whether the sizes and rounds are those that the goals are stated for."""
        return self.shrink == 1 and self.repeats >= 3

    def size(self, full: int) -> int:
        """Shrink a number of rows, but not to next to none."""
        return max(full // self.shrink, min(full, _FEWEST))


@dataclass(frozen=True)
class Trial:
    """One measured run.

    Attributes
    ----------
    seconds
        How long it took.
    peak_bytes
        Most memory that was resident at once; None where it was not measured.
    facts
        What the run reached, to show that the sides did the same work.
    """

    seconds: float
    peak_bytes: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One of those compared.

    Attributes
    ----------
    name
        What runs.
    role
        Ours, once in each case; a variant of ours; a peer; or a floor, which none can go below.
    run
        Runs once and says what it took.
    warm
        Whether it runs once, untimed, before the first round.
    most
        Rounds that it takes part in, the first ones; None is all.
    """

    name: str
    role: Role
    run: Callable[[], Trial]
    warm: bool = True
    most: int | None = None


@dataclass(frozen=True)
class Case:
    """A comparison.

    Attributes
    ----------
    key
        Short name, for ``--only``.
    title, compared, bound
        What it is called, what is compared, and what bounds it, in plain words.
    sides
        Prepares the sides, untimed; may raise :class:`SkippedError`.
    pace
        Rounds for each repeat.
    goals
        Bars, judged at full size alone.
    checks
        What has to hold at every size, or the comparison is worth nothing.
    timed
        Whether times can be compared; otherwise memory alone.
    """

    key: str
    title: str
    compared: str
    bound: str
    sides: Callable[[Plan], tuple[Side, ...]]
    pace: float = 1.0
    goals: tuple[Goal, ...] = ()
    checks: tuple[Goal, ...] = ()
    timed: bool = True

    def measured(self, plan: Plan) -> dict[str, Any]:
        """Run the case and state what came of it as plain JSON values."""
        names = ("key", "title", "compared", "bound", "timed")
        said = {name: getattr(self, name) for name in names}
        try:
            sides = self.sides(plan)
        except SkippedError as reason:
            return {**said, **_nothing(str(reason))}
        runs = in_turn(sides, rounds(plan, self.pace))
        return {
            **said,
            "skipped": None,
            **stated(runs),
            "goals": [goal.judged(runs) for goal in self.goals if plan.judged],
            "checks": [check.judged(runs) for check in self.checks],
        }


@dataclass(frozen=True)
class Study:
    """How cost grows with one size.

    Attributes
    ----------
    key, title, compared, bound
        As of a case.
    axis
        What grows, in plain words.
    at
        The sizes.
    sides
        Prepares the sides at one size.
    pace, checks
        As of a case.
    """

    key: str
    title: str
    compared: str
    bound: str
    axis: str
    at: tuple[int, ...]
    sides: Callable[[Plan, int], tuple[Side, ...]]
    pace: float = 0.6
    checks: tuple[Goal, ...] = ()

    def measured(self, plan: Plan) -> dict[str, Any]:
        """Run every point and state what came of it as plain JSON values."""
        said = {name: getattr(self, name) for name in ("key", "title", "compared", "bound", "axis")}
        return {**said, "skipped": None, "points": [self._point(plan, size) for size in self.at]}

    def _point(self, plan: Plan, size: int) -> dict[str, Any]:
        print(f" {size:,}", file=sys.stderr, flush=True)
        runs = in_turn(self.sides(plan, size), rounds(plan, self.pace))
        return {
            "at": size,
            **stated(runs),
            "checks": [check.judged(runs) for check in self.checks],
        }


def settle(seconds: float = 0.05) -> None:
    """Keep one processor busy until threads of whoever ran before have gone to sleep.

    Those of OpenBLAS and ONNX Runtime look for more work for a while, on a processor that the next
    side would use.
    """
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


def rounds(plan: Plan, pace: float) -> int:
    """Say how many rounds a case has."""
    return max(1, round(plan.repeats * pace))


def in_turn(sides: tuple[Side, ...], turns: int) -> Runs:
    """Run every side once in each round that it takes part in, and give each side its trials."""
    for side in sides:
        if side.warm:
            side.run()
    trials: list[list[Trial]] = [[] for _ in sides]
    for turn in range(turns):
        for side, own in zip(sides, trials, strict=True):
            if side.most is None or turn < side.most:
                own.append(_told(side))
    return [(side, tuple(own)) for side, own in zip(sides, trials, strict=True)]


def _told(side: Side) -> Trial:
    time.sleep(_PAUSE)
    trial = side.run()
    print(f"  {side.name}: {trial.seconds:.6g} s", file=sys.stderr, flush=True)
    return trial


def _nothing(reason: str) -> dict[str, Any]:
    return {"skipped": reason, "rounds": 0, "sides": [], "goals": [], "checks": []}


def stated(runs: Runs) -> dict[str, Any]:
    """State the rounds and all sides as plain JSON values."""
    ours = next(trials for side, trials in runs if side.role == "ours")
    return {"rounds": len(ours), "sides": [_side_json(side, own, ours) for side, own in runs]}


def _side_json(side: Side, trials: tuple[Trial, ...], ours: tuple[Trial, ...]) -> dict[str, Any]:
    return {
        "name": side.name,
        "role": side.role,
        **{name: _quantity_json(name, trials, ours) for name in ("seconds", "peak_bytes")},
        "facts": trials[-1].facts,
    }


def _quantity_json(
    name: str, trials: tuple[Trial, ...], ours: tuple[Trial, ...]
) -> dict[str, Any] | None:
    """Median and spread of a quantity, and its ratios to ours; None where it was not measured."""
    values, own = quantities(name, trials), quantities(name, ours)
    if not values or not own:
        return None
    ratios = [value / mine for value, mine in zip(values, own, strict=False)]
    return {
        "median": statistics.median(values),
        "min": min(values),
        "max": max(values),
        "values": values,
        "to_ours": {
            "of_medians": statistics.median(values) / statistics.median(own),
            "pairwise_min": min(ratios),
            "pairwise_max": max(ratios),
        },
    }


def quantities(name: str, trials: tuple[Trial, ...]) -> list[float]:
    """Give the values of a quantity that were measured."""
    values = (getattr(trial, name) for trial in trials)
    return [value for value in values if value is not None]
