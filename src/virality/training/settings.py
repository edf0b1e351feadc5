"""What a training is asked to do, checked once."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args

from virality.errors import OptionError
from virality.features.extraction import schema_named
from virality.features.inputs import Inputs, left_out, own_features
from virality.features.reference import REFERENCE_15
from virality.features.schema import Moment
from virality.labels import outcome_named
from virality.records import age_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import timedelta

Recipe = Literal["converged", "reference"]
Thresholds = Literal["reference", "quantiles"]
SplitKind = Literal["time", "author", "random"]

SCHEMA = "creator-1"
AGE = "24h"
_LISTED = ("features", "without")


@dataclass(frozen=True)
class Settings:
    """The choices of a training.

    Attributes
    ----------
    outcome
        ``"views"``, ``"wes"``, ``"author_multiple"``, or the name of a column of numbers.
    schema
        Which features; None is ``"reference-15"`` for the reference recipe and for its training
        files, ``"creator-1"`` for all else.
    moment
        What the model may know: what there is ``"before"`` posting, some hours ``"after"`` it, or
        in ``"full"``; None is before posting with ``creator-1``, and in full with
        ``reference-15``.
    age
        After posting: how long, such as ``"24h"``, which is what None is.
    min_age
        How long after posting counts are taken as an outcome.
    features
        Columns of one's own that are inputs, too, each as ``name:phase``.
    without
        Names of features of the schema that are no inputs.
    thresholds
        ``"reference"``: the outcome's fixed ones; ``"quantiles"``: those of the training part;
        None: fixed ones where the outcome has them.
    split
        ``"time"``: the latest quarter judges; ``"author"``: accounts that have not trained judge;
        ``"random"``; None: by time where there are dates.
    recipe
        ``"converged"`` solves the objective; ``"reference"`` repeats the reference system.
    l2
        Of a softmax, which ``reference-15`` has: the penalty's factor on standardised
        coefficients; None chooses it by validation inside the training part.
    class_weight
        Of a softmax, too: ``"balanced"`` lets each tier count alike while fitting; the
        probabilities are corrected for it afterwards.
    weight
        An extra column of row weights; the weighted rows are then the population.
    where
        SQL condition that records must meet.
    mapping
        Canonical columns and the source's fields that they are found in.
    limit
        How many records to use at most.
    refit
        Train the saved model on all rows, after evaluating one that was trained on the training
        part alone.
    seed
        Of every random choice.
    """

    outcome: str = "views"
    schema: str | None = None
    moment: Moment | None = None
    age: str | None = None
    min_age: str = "7d"
    features: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    thresholds: Thresholds | None = None
    split: SplitKind | None = None
    recipe: Recipe = "converged"
    l2: float | None = None
    class_weight: Literal["balanced"] | None = None
    weight: str | None = None
    where: str | None = None
    mapping: Mapping[str, str] | None = None
    limit: int | None = None
    refit: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what has no meaning.

        Raises
        ------
        OptionError
            When a choice is not one that there is.
        """
        outcome = outcome_named(self.outcome)
        _among("moment", self.moment, (*get_args(Moment), None))
        _among("thresholds", self.thresholds, (*get_args(Thresholds), None))
        _among("split", self.split, (*get_args(SplitKind), None))
        _among("recipe", self.recipe, get_args(Recipe))
        _among("class_weight", self.class_weight, ("balanced", None))
        self._check_inputs()
        if self.thresholds == "reference" and not outcome.fixed:
            raise OptionError(
                f"the outcome {outcome.name!r} has no thresholds of its own",
                where="thresholds",
                remedy="use quantiles",
            )
        if self.l2 is not None and not 0 <= self.l2 < float("inf"):
            raise OptionError(f"{self.l2} is not a number of at least 0", where="l2")
        if self.seed < 0:
            raise OptionError(f"{self.seed} is not a number of at least 0", where="seed")
        if self.limit is not None and self.limit < 1:
            raise OptionError(f"{self.limit} is not a number of at least 1", where="limit")

    def _check_inputs(self) -> None:
        """Refuse features that there are not, or that do not go with the moment or the recipe."""
        names = [self.inputs.schema.name, *(feature.name for feature in self.inputs.own)]
        if self.recipe == "reference" and names != [REFERENCE_15.name]:
            raise OptionError(
                f"the reference recipe knows no {names[-1]}",
                where="recipe",
                remedy=f"leave it out: its features are those of {REFERENCE_15.name}",
            )
        if self.recipe == "reference" and self.without:
            raise OptionError(
                "the reference recipe takes all features", where="without", remedy="leave it out"
            )
        outcome = outcome_named(self.outcome)
        predicted = [name for name in names[1:] if name in outcome.reads]
        if predicted:
            raise OptionError("is what is predicted", where=predicted[0], remedy="leave it out")
        known = [one for one in self.inputs.features if one.phase in {"content", "account"}]
        if one := next((one for one in known if set(one.reads) & set(outcome.reads)), None):
            raise OptionError(
                f"{self.outcome!r} is itself an input: the feature {one.name} is made of it",
                where="outcome",
                remedy="predict something that is not known before posting, or train without it",
            )
        if self.age is not None and not self.inputs.uses("early"):
            raise OptionError(
                f"{self.inputs.schema.name} uses no early counts at the moment "
                f"{self.inputs.moment!r}",
                where="age",
                remedy="leave it out, or use --moment after",
            )
        early, mature = self.early_age, self.mature_age
        if self.inputs.uses("early") and early >= mature:
            raise OptionError(
                f"{self.age or AGE} is no earlier than {self.min_age}, when counts are final",
                where="age",
            )

    def require_kind(self) -> None:
        """Refuse choices of a softmax where the schema means curves.

        Raises
        ------
        OptionError
            When there is such a choice.
        """
        chosen = {"l2": self.l2, "class_weight": self.class_weight}
        named = [name for name, choice in chosen.items() if choice is not None]
        if self.inputs.schema.curved and named:
            raise OptionError(
                f"the curves of {self.inputs.schema.name} find their own penalties and weights",
                where=named[0],
                remedy="leave it out, or use --schema reference-15",
            )

    @cached_property
    def inputs(self) -> Inputs:
        """The features, when it was left open which, too.

        Raises
        ------
        OptionError
            When there are none such, none is left, or one of one's own is of a later phase than the
            moment.
        """
        schema = REFERENCE_15
        if self.schema is not None or self.recipe != "reference":
            schema = schema_named(self.schema or SCHEMA)
        moment = self.moment or ("full" if schema is REFERENCE_15 else "before")
        own = own_features(self.features, schema, moment)
        return Inputs(schema, moment, own, left_out(self.without, schema, moment))

    @property
    def early_age(self) -> timedelta:
        """How long after posting the early counts were seen."""
        return age_of(self.age or AGE, "age")

    @property
    def mature_age(self) -> timedelta:
        """How long after posting counts are taken as an outcome."""
        return age_of(self.min_age, "min_age")

    @property
    def columns(self) -> list[str]:
        """Extra columns that have to be read."""
        own = [feature.name for feature in self.inputs.own]
        named = [self.weight] if self.weight else []
        return ["synthetic", *outcome_named(self.outcome).reads, *named, *own]

    @property
    def thresholds_from(self) -> Thresholds:
        """Where the thresholds come from, when it was left open too."""
        return self.thresholds or (
            "reference" if outcome_named(self.outcome).fixed else "quantiles"
        )


def _among(name: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        named = ", ".join(repr(choice) for choice in choices if choice is not None)
        raise OptionError(f"{value!r} is not a choice", where=name, remedy=f"choose one of {named}")


def settings_with(changes: Mapping[str, Any]) -> Settings:
    """Take the default settings with some changed.

    Raises
    ------
    OptionError
        When there is no setting of a name, or a value has no meaning.
    """
    known = [field.name for field in fields(Settings)]
    for name in changes:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            remedy = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            raise OptionError(f"there is no setting {name!r}", where="train", remedy=remedy)
    listed = {name: _names(changes[name]) for name in _LISTED if name in changes}
    return replace(Settings(), **{**changes, **listed})


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    """Take one name, or several."""
    return (given,) if isinstance(given, str) else tuple(given)


def settings_stated(
    training: Mapping[str, Any], names: Collection[str], **others: object
) -> Settings:
    """Take settings again from what a model's file states of its training.

    Parameters
    ----------
    training
        What the file states.
    names
        Settings to take, where they are stated.
    **others
        Settings that are chosen anew.

    Raises
    ------
    OptionError
        As in :func:`settings_with`.
    """
    stated = {name: training[name] for name in names if name in training}
    return settings_with({**stated, **others})
