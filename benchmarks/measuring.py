"""Cases, their sides, and runs in turn: A B A B, so that a noisy hour falls on all sides alike."""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Role = Literal["ours", "peer", "floor"]
Quantity = Literal["seconds", "peak_bytes"]

_PAUSE = 0.1
"""Seconds in which the threads of the side before fall asleep."""


class SkippedError(Exception):
    """A case cannot be run here; the message says why."""


@dataclass(frozen=True)
class Plan:
    """How much is measured, and where.

    Attributes
    ----------
    records
        Records in the generated file, at least.
    rows
        Rows of the large fit.
    repeats
        Rounds of the slowest cases; cheap cases have a multiple of it.
    folder
        Where generated files go.
    judged
        Whether the sizes are those that the bars are stated for.
    """

    records: int
    rows: int
    repeats: int
    folder: Path
    judged: bool


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
    """One of those compared; a floor is what none of them can go below."""

    name: str
    role: Role
    run: Callable[[], Trial]


@dataclass(frozen=True)
class Bar:
    """A goal for the median of our own runs."""

    quantity: Quantity
    limit: float


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
    warm
        Whether each side runs once, untimed, before the first round.
    bars
        Goals.
    """

    key: str
    title: str
    compared: str
    bound: str
    sides: Callable[[Plan], tuple[Side, ...]]
    pace: int = 1
    warm: bool = True
    bars: tuple[Bar, ...] = ()


def measured(case: Case, plan: Plan) -> dict[str, Any]:
    """Run a case and state what came of it as plain JSON values."""
    said = {name: getattr(case, name) for name in ("key", "title", "compared", "bound")}
    try:
        sides = case.sides(plan)
    except SkippedError as reason:
        return {**said, "skipped": str(reason), "rounds": 0, "sides": [], "bars": []}
    rounds = plan.repeats * case.pace
    runs = _in_turn(sides, rounds, warm=case.warm)
    ours = next(trials for side, trials in runs if side.role == "ours")
    return {
        **said,
        "skipped": None,
        "rounds": rounds,
        "sides": [_side_json(side, trials, ours) for side, trials in runs],
        "bars": [_bar_json(bar, ours) for bar in case.bars if plan.judged],
    }


def _in_turn(
    sides: tuple[Side, ...], rounds: int, *, warm: bool
) -> list[tuple[Side, tuple[Trial, ...]]]:
    """Run every side once in each round, and give each side its trials."""
    if warm:
        for side in sides:
            side.run()
    turns = [[_told(side) for side in sides] for _ in range(rounds)]
    return list(zip(sides, zip(*turns, strict=True), strict=True))


def _told(side: Side) -> Trial:
    time.sleep(_PAUSE)
    trial = side.run()
    print(f"  {side.name}: {trial.seconds:.6g} s", file=sys.stderr, flush=True)
    return trial


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
    values, own = _values(name, trials), _values(name, ours)
    if not values or len(values) != len(own):
        return None
    ratios = [value / mine for value, mine in zip(values, own, strict=True)]
    return {
        **_spread(values),
        "values": values,
        "to_ours": {
            "of_medians": statistics.median(values) / statistics.median(own),
            "pairwise_min": min(ratios),
            "pairwise_max": max(ratios),
        },
    }


def _values(name: str, trials: Iterable[Trial]) -> list[float]:
    values = (getattr(trial, name) for trial in trials)
    return [value for value in values if value is not None]


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def _bar_json(bar: Bar, ours: tuple[Trial, ...]) -> dict[str, Any]:
    values = _values(bar.quantity, ours)
    median = statistics.median(values)
    return {
        **asdict(bar),
        "median": median,
        "passed": median < bar.limit,
        "rounds": len(values),
        "rounds_within": sum(value < bar.limit for value in values),
    }
