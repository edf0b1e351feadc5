"""What a case has to show: bars for its figures, and checks that its sides did the same work."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from measuring import quantities

if TYPE_CHECKING:
    from collections.abc import Callable

    from measuring import Runs, Trial

Unit = Literal["seconds", "bytes", "ratio", "number"]


class Found(NamedTuple):
    """A figure, and the same in each round."""

    value: float
    rounds: list[float]


@dataclass(frozen=True)
class Goal:
    """A limit for a figure.

    Attributes
    ----------
    what
        What the figure is, in plain words.
    limit
        Which it must not miss.
    least
        Whether it must be at least the limit; otherwise at most.
    unit
        How it is written.
    figure
        Finds it among the runs.
    """

    what: str
    limit: float
    least: bool
    unit: Unit
    figure: Callable[[Runs], Found]

    def judged(self, runs: Runs) -> dict[str, Any]:
        """State the figure and the verdict as plain JSON values."""
        found = self.figure(runs)
        return {
            "what": self.what,
            "limit": self.limit,
            "least": self.least,
            "unit": self.unit,
            "value": found.value,
            "min": min(found.rounds),
            "max": max(found.rounds),
            "passed": self._reached(found.value),
            "rounds": len(found.rounds),
            "rounds_within": sum(map(self._reached, found.rounds)),
        }

    def _reached(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit


def seconds(limit: float, what: str = "our time", named: str = "") -> Goal:
    """Ask for a median time of ours, or of the side of that name."""
    return Goal(what, limit, least=False, unit="seconds", figure=_own("seconds", named))


def peak(limit: float) -> Goal:
    """Ask for a median peak of our memory."""
    return Goal("our peak memory", limit, least=False, unit="bytes", figure=_own("peak_bytes"))


def times(limit: float, named: str = "", ours: str = "") -> Goal:
    """Ask how many times our time the best peer takes, among those whose name begins so.

    Ours may be another side than that which is simply ours, by its name.
    """
    what = f"time of {named or 'the best peer'} ÷ {f'that of {ours}' if ours else 'ours'}"

    def figure(runs: Runs) -> Found:
        peers = [own for side, own in runs if side.role == "peer" and side.name.startswith(named)]
        best = min((_seconds(own) for own in peers), key=median)
        return _ratio(best, _seconds(_of(runs, "ours", ours)))

    return Goal(what, limit, least=True, unit="ratio", figure=figure)


def beside(limit: float, what: str, name: str) -> Goal:
    """Ask for our time by that of another side."""

    def figure(runs: Runs) -> Found:
        return _ratio(_seconds(_of(runs, "ours")), _seconds(_of(runs, named=name)))

    return Goal(what, limit, least=False, unit="ratio", figure=figure)


def above_floor(limit: float) -> Goal:
    """Ask for our peak of memory less that of the floor."""

    def figure(runs: Runs) -> Found:
        return Found(*_above(runs, "ours"))

    what = "our peak memory above that of the floor"
    return Goal(what, limit, least=False, unit="bytes", figure=figure)


def flat(limit: float) -> Goal:
    """Ask for the memory of the variant by ours, each less that of the floor."""

    def figure(runs: Runs) -> Found:
        (_, larger), (_, ours) = _above(runs, "variant"), _above(runs, "ours")
        return _ratio(larger, ours)

    what = "peak memory above the floor, of the larger data ÷ of the smaller"
    return Goal(what, limit, least=False, unit="ratio", figure=figure)


def fact(name: str, limit: float) -> Goal:
    """Ask for a fact of every run of every side."""

    def figure(runs: Runs) -> Found:
        values = [trial.facts[name] for _, own in runs for trial in own]
        return Found(max(values), values)

    what = f"largest {name} of all sides"
    return Goal(what, limit, least=False, unit="number", figure=figure)


def agreeing(name: str, limit: float) -> Goal:
    """Ask how far a fact of ours lies above the least of any side."""

    def figure(runs: Runs) -> Found:
        least = min(trial.facts[name] for _, own in runs for trial in own)
        above = [
            trial.facts[name] - least
            for side, own in runs
            if side.role in {"ours", "variant"}
            for trial in own
        ]
        return Found(max(above), above)

    what = f"our {name} less the least of all sides"
    return Goal(what, limit, least=False, unit="number", figure=figure)


def _own(name: str, named: str = "") -> Callable[[Runs], Found]:
    def figure(runs: Runs) -> Found:
        values = quantities(name, _of(runs, "ours", named))
        return Found(median(values), values)

    return figure


def _of(runs: Runs, role: str = "", named: str = "") -> tuple[Trial, ...]:
    """Take the side of a name, or the first of a role where no name is given."""
    return next(own for side, own in runs if (side.name == named if named else side.role == role))


def _seconds(trials: tuple[Trial, ...]) -> list[float]:
    return quantities("seconds", trials)


def _above(runs: Runs, role: str) -> tuple[float, list[float]]:
    bare = median(quantities("peak_bytes", _of(runs, "floor")))
    values = [value - bare for value in quantities("peak_bytes", _of(runs, role))]
    return median(values), values


def _ratio(over: list[float], under: list[float]) -> Found:
    pairs = [one / other for one, other in zip(over, under, strict=False)]
    return Found(median(over) / median(under), pairs)
