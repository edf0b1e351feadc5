"""What a look at past predictions finds, as values; pages, tables and JSON derive from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from datetime import date, datetime

Measure = Literal["ece", "log_loss", "rps", "spearman", "coverage", "exceeded", "drift", "change"]


@dataclass(frozen=True)
class Figure:
    """One number about some predictions, beside what may be expected of it.

    Attributes
    ----------
    measure
        Which number: ``"ece"``, ``"log_loss"`` (nats), ``"rps"``, ``"spearman"``, ``"coverage"`` of
        the 80 % intervals, ``"exceeded"``: the share of outcomes above their predicted median; or
        ``"drift"`` and ``"change"``: the Jensen-Shannon distance of an input or of the score from
        the training population, or from the weeks before, 0 (alike) to 1 (nothing in common).
    of
        The input, or ``"score"``; empty where the figure is of the predictions.
    value, low, high
        The number, and its 95 % interval by account; the interval is None where it has none.
    noise
        For a distance, which is never below 0: the mean that noise alone would show among so
        many videos of so many accounts. None for other numbers.
    promised
        What the model's own evaluation found; None where it found nothing.
    limit
        What is tolerated. None where the number is shown only.
    p
        Probability of a number as bad as this if the truth were within the limit; None where
        that is not tested.
    """

    measure: Measure
    of: str
    value: float
    low: float | None
    high: float | None
    noise: float | None
    promised: float | None
    limit: float | None
    p: float | None

    @property
    def named(self) -> str:
        """Its name for a person."""
        return f"{_NAMES[self.measure]} {self.of}".rstrip()


_NAMES = {
    "ece": "calibration error",
    "log_loss": "log-loss",
    "rps": "ranked probability score",
    "spearman": "rank correlation",
    "coverage": "coverage of the 80 % intervals",
    "exceeded": "outcomes above their median",
    "drift": "drift of",
    "change": "change of",
}


@dataclass(frozen=True)
class Part:
    """Some of the predictions whose outcome is known, and how good they were.

    Attributes
    ----------
    group, name
        Which: ``"all"`` or a way to part them, and the part.
    rows, accounts
        How many predictions, of how many accounts; one whose account is unknown counts for itself.
    figures
        What was found; empty where they are too few to say.
    """

    group: str
    name: str
    rows: int
    accounts: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Week:
    """A week, from Monday, UTC.

    Attributes
    ----------
    begins
        Its Monday.
    over
        Whether it is over: a week that is not is shown, and never judged.
    predicted
        Predictions made in it.
    drift
        Of the score in it; None where they are too few, or nothing is known to compare with.
    outcomes
        The predictions whose outcomes were counted in it.
    """

    begins: date
    over: bool
    predicted: int
    drift: Figure | None
    outcomes: Part


@dataclass(frozen=True)
class Alarm:
    """Something that is no longer as it was promised, and not by chance.

    Attributes
    ----------
    begins, weeks
        Monday of the first week that it was found in, and how many weeks that is of.
    group, name
        Which predictions, as in :class:`Part`.
    figure
        What was found.
    p
        Its probability, corrected for all that was looked at in that week.
    """

    begins: date
    weeks: int
    group: str
    name: str
    figure: Figure
    p: float

    @property
    def line(self) -> str:
        """One line for a person."""
        figure = self.figure
        where = "" if self.group == "all" else f" ({self.group}: {self.name})"
        span = "week" if self.weeks == 1 else f"{self.weeks} weeks"
        return (
            f"{figure.named}{where} {figure.value:.3f}, tolerated {figure.limit:.3f}, "
            f"in the {span} from {self.begins}"
        )


@dataclass(frozen=True)
class Monitoring:
    """Whether the predictions of one model are still right.

    Attributes
    ----------
    model
        The fingerprint of its file; None where nothing was predicted yet.
    at
        When was looked, UTC.
    synthetic
        Whether the model was trained on made-up videos.
    predictions, outcomes
        How many predictions of it there are, and of how many the outcome is known.
    others
        Predictions of other models, which are left out.
    weeks
        The latest, in order.
    parts
        All, and each cohort, of the last four weeks that are over and have outcomes.
    drift
        Of the score and of each input from the training population, in the last week that is over
        and has predictions. Only that of the score raises an alarm: inputs such as the number of
        an account's earlier videos grow by nature.
    change
        Of the same from the weeks before; empty where there are too few of these.
    alarms
        What is due now, the least probable first.
    hindsight
        Of how many predictions the outcome was counted before they were made: such tell nothing of
        foresight.
    """

    model: str | None
    at: datetime
    synthetic: bool
    predictions: int
    outcomes: int
    others: int
    weeks: tuple[Week, ...]
    parts: tuple[Part, ...]
    drift: tuple[Figure, ...]
    change: tuple[Figure, ...]
    alarms: tuple[Alarm, ...]
    hindsight: int = 0

    @property
    def alarm(self) -> bool:
        """Whether an alarm is due."""
        return bool(self.alarms)

    @property
    def line(self) -> str:
        """The verdict in one line."""
        if self.alarms:
            more = len(self.alarms) - 1
            rest = f"; and {more} more" if more else ""
            return f"alarm: {self.alarms[0].line}{rest}"
        known = f"{self.predictions:,} predictions, {self.outcomes:,} outcomes known"
        if self.hindsight:
            known += f", {self.hindsight:,} of them before they were predicted"
        if not any(part.figures for part in self.parts) and not self.drift:
            return f"too little to judge: {known}"
        return f"quiet: nothing beyond chance among {known}"

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values, for JSON."""
        plain: dict[str, Any] = _plain(asdict(self))
        for alarm, stated in zip(self.alarms, plain["alarms"], strict=True):
            stated["line"] = alarm.line
        return {"alarm": self.alarm, "line": self.line, **plain}


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever a dataclass holds
    """Put times and dates in ISO form, and tuples in lists."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
