"""What there is to show of a model: its file, and what its records still tell."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from virality.training.growth import learning_curve
from virality.training.retracing import choices_of, retraced
from virality.training.settings import AGE
from virality.training.studies import moment_lines
from virality.training.train import prepare
from virality.training.unseen import judged_part, later_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from virality.artefact import Artefact
    from virality.records import Sources
    from virality.scorer import Scorer
    from virality.training.concluding import Run
    from virality.training.examples import Examples
    from virality.training.growth import Curve
    from virality.training.lines import Line
    from virality.training.settings import Settings
    from virality.training.unseen import Unseen

    Progress = Callable[[str], None]

NO_RECORDS = "This takes the records: give them with --data."
OTHER_RECORDS = "This takes the records that the model was trained on; those given are others."
QUICK = "Left out, as --quick asks."
NOT_HELD = "Left out, as it would take the records in memory, and they were not held."
MADE = "This takes records; the file that the model was trained on holds ready-made features."
NONE_LATER = (
    "Every video given was posted by the model's last training day, so the model may have seen all "
    "of them, and none can judge it."
)


@dataclass(frozen=True)
class Evidence:
    """What a report rests on.

    Attributes
    ----------
    artefact
        What the model's file states.
    examples
        The records given, one row for each video; None where none were.
    unseen
        Those that have not trained the model; None where there are none.
    moments
        The verdict at each moment.
    curve
        The verdict with fewer training rows.
    absent
        Why a part is not there, by the name of its section.
    """

    artefact: Artefact
    examples: Examples | None = None
    unseen: Unseen | None = None
    moments: tuple[Line, ...] = ()
    curve: Curve | None = None
    absent: Mapping[str, str] = field(default_factory=dict)


_OF_ROWS = ("reliability", "scores", "percentiles", "cohorts")
_OF_TRAINING = ("moments", "growth")


def of_file(scorer: Scorer) -> Evidence:
    """Rest on the model's file alone."""
    absent = dict.fromkeys((*_OF_ROWS, *_OF_TRAINING), NO_RECORDS)
    return Evidence(scorer.artefact, absent=absent)


def of_records(
    scorer: Scorer,
    source: Sources,
    *,
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
    quick: bool = False,
    progress: Progress = lambda _: None,
) -> Evidence:
    """Rest on records, too: on those that trained and judged the model, or on later ones.

    Parameters
    ----------
    scorer
        The model.
    source
        Records: files, a frame or a list.
    mapping, where
        As in :func:`virality.records.read`.
    quick
        Leave out what takes further fits: other moments, and fewer training rows.
    progress
        Told each step as it begins.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a condition or a mapping has no meaning.
    DataError
        When the model's file does not say how it was trained.
    """
    settings = choices_of(scorer.artefact, mapping=mapping, where=where)
    examples = prepare(source, settings, progress)
    run = retraced(scorer, examples, settings, progress)
    if run is not None:
        return of_training(run, source, settings, quick=quick, progress=progress)
    unseen = later_part(scorer.artefact, examples)
    absent = dict.fromkeys(_OF_TRAINING, OTHER_RECORDS)
    if unseen is None:
        absent |= dict.fromkeys(_OF_ROWS, NONE_LATER)
    return Evidence(scorer.artefact, examples, unseen, absent=absent)


def of_training(
    run: Run,
    source: Sources,
    settings: Settings,
    *,
    quick: bool = False,
    progress: Progress = lambda _: None,
) -> Evidence:
    """Rest on a training that is done, and train at other moments and on fewer rows besides.

    Parameters
    ----------
    run, source, settings
        The training, its records, and what it was asked to do.
    quick, progress
        As in :func:`of_records`.
    """
    once = replace(settings, refit=False)
    found = Evidence(run.scorer.artefact, run.examples, judged_part(run))
    if quick or run.whole is not None:
        return replace(found, absent=dict.fromkeys(_OF_TRAINING, QUICK if quick else NOT_HELD))
    curve = learning_curve(run, once, progress)
    if run.examples.made is not None:
        return replace(found, curve=curve, absent={"moments": MADE})
    ages = (settings.age or AGE,)
    moments = moment_lines(run, source, once, ages=ages, progress=progress)
    return replace(found, curve=curve, moments=moments)
