"""What a single number does not show: other moments, other splits, and fewer training rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from virality.errors import DataError, NotConvergedError, OptionError
from virality.training.growth import Curve, judged_of, learning_curve
from virality.training.lines import Line, line_of
from virality.training.peers import peers
from virality.training.train import learn, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.records import Sources
    from virality.training.concluding import Run
    from virality.training.settings import Settings

    Progress = Callable[[str], None]


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
    moments = moment_lines(run, source, settings, ages=ages, progress=progress)
    kind = run.split.kind
    splits = tuple(
        line_of(one, run)
        if one == kind
        else _other(one, source, replace(settings, split=one), progress)
        for one in ("time", "author", "random")
    )
    return Study(run, peer, moments, splits, learning_curve(run, settings, progress))


def moment_lines(
    run: Run,
    source: Sources,
    settings: Settings,
    *,
    ages: Sequence[str] = ("24h",),
    progress: Progress = lambda _: None,
) -> tuple[Line, ...]:
    """Train at each moment; the training that is done stands for its own.

    Parameters
    ----------
    run
        The training that is done.
    source, settings
        What it was asked to do.
    ages, progress
        As in :func:`study`.
    """
    return tuple(
        line_of(name, run) if chosen == settings else _other(name, source, chosen, progress)
        for name, chosen in _moments(settings, ages)
    )


def _moments(settings: Settings, ages: Sequence[str]) -> list[tuple[str, Settings]]:
    """Name each moment, with the settings that train at it; those given stand for themselves."""
    own = settings.inputs.moment
    before, later, full = (
        replace(settings, moment=one, age=None) for one in ("before", "after", "full")
    )
    after = []
    if later.inputs.uses("early"):  # some schemas count nothing early
        after = [(f"after ({age})", replace(later, age=age)) for age in ages]
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
        return line_of(name, learn(examples, settings))
    except (DataError, OptionError, NotConvergedError) as error:
        return Line(name, note=str(error))


def _peer(run: Run, settings: Settings) -> dict[str, dict[str, Any]]:
    return judged_of(run).against(peers(run.rows, run.split, settings.seed), settings.seed)
