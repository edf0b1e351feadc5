"""What a single number does not show: other moments, other splits, and fewer training rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError, NotConvergedError, OptionError
from virality.evaluation.intervals import paired_difference
from virality.evaluation.metrics import surprises
from virality.threads import one_blas_thread
from virality.training.estimation import estimate
from virality.training.judging import FEWEST_TEST_ROWS, judged_rows
from virality.training.labelled import Task
from virality.training.peers import peers
from virality.training.train import learn, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.records import Sources
    from virality.training.comparing import Judged
    from virality.training.settings import Settings
    from virality.training.train import Run

    Progress = Callable[[str], None]

TOO_FEW = "too few to say"
_PARTS = (0.125, 0.25, 0.5)


@dataclass(frozen=True)
class Line:
    """One line of a table of verdicts.

    Attributes
    ----------
    name
        What was varied.
    train, test
        Rows that trained and rows that judged; None where it did not come so far.
    log_loss, low, high
        With its 95 % interval; None where there is none to state.
    prior
        Log-loss of the tiers' shares on the same rows.
    spearman
        Rank correlation of score and outcome.
    note
        Why there is no number, or what to think of it.
    """

    name: str
    train: int | None = None
    test: int | None = None
    log_loss: float | None = None
    low: float | None = None
    high: float | None = None
    prior: float | None = None
    spearman: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Curve:
    """How the log-loss falls with the number of training rows.

    Attributes
    ----------
    lines
        One for each part of the training rows, the whole last.
    verdict
        Whether more records are worth scraping, in a sentence.
    """

    lines: tuple[Line, ...]
    verdict: str


@dataclass(frozen=True)
class Study:
    """A model's verdict, and what surrounds it.

    Attributes
    ----------
    run
        The training that the settings name.
    peer
        What other libraries make of the same columns, as more baselines; those not installed are
        left out.
    moments, splits
        The same at other moments, and by other splits.
    curve
        The same with fewer rows; None where it was left out.
    """

    run: Run
    peer: dict[str, dict[str, Any]]
    moments: tuple[Line, ...]
    splits: tuple[Line, ...]
    curve: Curve | None

    @property
    def gap(self) -> dict[str, float]:
        """What a random split claims beyond each honest one, in nats below the tiers' shares.

        Each split judges on other rows, some easier than others: so it is not the log-losses that
        are compared, but how far each lies below the prior's on the same rows.
        """
        gains = {
            line.name: line.prior - line.log_loss
            for line in self.splits
            if line.prior is not None and line.log_loss is not None
        }
        claimed = gains.pop("random", None)
        if claimed is None:
            return {}
        return {name: claimed - gain for name, gain in gains.items()}

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values."""
        evaluation = dict(self.run.scorer.evaluation)
        evaluation["baselines"] = {**evaluation["baselines"], **self.peer}
        return {
            "evaluation": evaluation,
            "moments": [asdict(line) for line in self.moments],
            "splits": [asdict(line) for line in self.splits],
            "gap": self.gap,
            "learning_curve": None if self.curve is None else asdict(self.curve),
        }


def study(
    source: Sources,
    settings: Settings,
    *,
    ages: Sequence[str] = ("24h",),
    quick: bool = False,
    progress: Progress = lambda _: None,
) -> Study:
    """Train, judge, and look at what surrounds the verdict.

    Parameters
    ----------
    source, settings
        As for a training.
    ages
        After posting: how long, one line of the moments for each.
    quick
        Leave out other moments, other splits, fewer rows and the peers.
    progress
        Told each step as it begins.

    Raises
    ------
    ViralityError
        When the training that the settings name cannot be done. Where another one cannot, its
        line says why.
    """
    examples = prepare(source, settings, progress)
    run = learn(examples, settings, progress)
    if quick or examples.made is not None:
        return Study(run, {}, (), (), None)
    progress("fitting peers")
    peer = _peer(run, settings)
    moments = tuple(
        _line(name, run) if chosen == settings else _other(name, source, chosen, progress)
        for name, chosen in _moments(settings, ages)
    )
    kind = run.split.kind
    splits = tuple(
        _line(one, run)
        if one == kind
        else _other(one, source, replace(settings, split=one), progress)
        for one in ("time", "author", "random")
    )
    return Study(run, peer, moments, splits, _curve(run, settings, progress))


def _moments(settings: Settings, ages: Sequence[str]) -> list[tuple[str, Settings]]:
    """Name each moment, with the settings that train at it; those given stand for themselves."""
    own = settings.inputs.moment
    before, full = (replace(settings, moment=one, age=None) for one in ("before", "full"))
    after = [(f"after ({age})", replace(settings, moment="after", age=age)) for age in ages]
    named = [("before", before), *after, ("full", full)]
    return [(name, settings if _moment(one) == own != "after" else one) for name, one in named]


def _moment(settings: Settings) -> str:
    return settings.inputs.moment


def _other(name: str, source: Sources, settings: Settings, progress: Progress) -> Line:
    """Train another way; where that cannot be done, say why in its line."""
    progress(f"training for comparison: {name}")
    try:
        examples = prepare(source, settings)
        if len(examples.base) == 0:
            return Line(name, note="no video was scraped at about that age")
        return _line(name, learn(examples, settings))
    except (DataError, OptionError, NotConvergedError) as error:
        return Line(name, note=str(error))


def _line(name: str, run: Run) -> Line:
    evaluation = run.scorer.evaluation
    train, test = len(run.split.train), len(run.split.test)
    if test < FEWEST_TEST_ROWS:
        return Line(name, train, test, note=TOO_FEW)
    low, high = evaluation["intervals"]["log_loss"]
    metrics = evaluation["metrics"]
    prior = evaluation["baselines"]["prior"]["log_loss"]
    note = "describes, does not foresee" if name == "full" else ""
    return Line(name, train, test, metrics["log_loss"], low, high, prior, metrics["spearman"], note)


def _judged(run: Run) -> Judged:
    ordered = run.examples.made is None
    return judged_rows(run.rows, run.split, run.evaluated, ordered=ordered)


def _peer(run: Run, settings: Settings) -> dict[str, dict[str, Any]]:
    return _judged(run).against(peers(run.rows, run.split, settings.seed), settings.seed)


def _curve(run: Run, settings: Settings, progress: Progress) -> Curve:
    """Fit to random parts of the training rows, and judge on the same test rows."""
    train, whole = run.split.train, _judged(run)
    drawn = np.random.default_rng(settings.seed).permutation(len(train))
    lines, losses = [], surprises(whole.probabilities, whole.tiers)
    last = None
    for part in _PARTS:
        progress(f"training on {part:.0%} of the rows")
        rows = train[np.sort(drawn[: int(len(train) * part)])]
        found = _part(run, rows, settings)
        if isinstance(found, str):
            lines.append(Line(f"{part:.1%}", len(rows), note=found))
            continue
        last = surprises(found.probabilities, found.tiers)
        lines.append(_part_line(f"{part:.1%}", len(rows), found, settings))
    lines.append(_part_line("100.0%", len(train), whole, settings))
    if last is None:
        return Curve(tuple(lines), "There are too few rows to tell whether more would help.")
    gain = paired_difference(losses, last, whole.groups, seed=settings.seed)
    helps = "More records are worth scraping" if gain.high < 0 else "More records hardly help"
    return Curve(
        tuple(lines),
        f"{helps}: the last doubling changed the log-loss by {gain.mean:+.4f} "
        f"({gain.low:+.4f} to {gain.high:+.4f}).",
    )


def _part(run: Run, rows: Any, settings: Settings) -> Judged | str:  # noqa: ANN401  row numbers
    task = Task(run.rows.part(rows), run.examples.inputs, run.scorer.artefact.thresholds)
    try:
        with one_blas_thread():
            classifier = estimate(task, settings).classifier
    except (DataError, NotConvergedError) as error:
        return str(error)
    return judged_rows(run.rows, replace(run.split, train=rows), classifier, ordered=False)


def _part_line(name: str, train: int, judged: Judged, settings: Settings) -> Line:
    verdict = judged.verdict(settings.seed)
    low, high = verdict["intervals"]["log_loss"]
    metrics = verdict["metrics"]
    return Line(
        name,
        train,
        len(judged.tiers),
        metrics["log_loss"],
        low,
        high,
        spearman=metrics["spearman"],
    )
