"""What a person names on the command line to be looked at: files, values, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click
import polars as pl

from virality.errors import DataError
from virality.features.given import parted, too_late
from virality.interfaces.forms import form_of
from virality.interfaces.values import checked
from virality.known import known_row, known_rows
from virality.records import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.arrays import Floats
    from virality.context import Past
    from virality.features.inputs import Inputs
    from virality.interfaces.spooling import Source
    from virality.scorer import Scorer


@dataclass(frozen=True)
class Asked:
    """What a person asks about.

    Attributes
    ----------
    sources
        Files or globs; may be empty.
    given
        Values by record column or feature name; they hold for every record.
    history
        Files or globs of the accounts' earlier videos; may be empty.
    where, mapping, limit
        Choices of the reading.
    """

    sources: list[Source]
    given: Mapping[str, str]
    history: Sequence[str]
    where: str | None
    mapping: Mapping[str, str]
    limit: int | None


@dataclass(frozen=True)
class Account:
    """What became of what a person named, besides the videos themselves.

    Attributes
    ----------
    rows
        Counts of records read, rejected, merged and scored; empty when none were read.
    rejections
        File, row, field and reason of each record that could not be used.
    ignored
        What was given and is not known yet at the model's moment, or left out in training.
    clamped
        What to say of values beyond what the model knows.
    history
        The earlier videos that were read for it.
    blind
        Whether the model uses the accounts' earlier videos, and nothing is known of them.
    """

    rows: Mapping[str, int]
    rejections: pl.DataFrame
    ignored: tuple[str, ...] = ()
    clamped: tuple[str, ...] = ()
    history: Past | None = None
    blind: bool = False

    def require_some(self) -> None:
        """Refuse files of which no record could be used.

        Raises
        ------
        DataError
            When there is none.
        """
        if self.rows and not self.rows["scored"]:
            raise DataError("no record can be scored", remedy="--rejects FILE lists every reason")


@dataclass(frozen=True)
class Videos:
    """The videos that a person asks about.

    Attributes
    ----------
    ids
        (n,) of the records; null for one that values alone describe.
    features
        (n, p), NaN where unknown.
    account
        What became of what was named.
    """

    ids: pl.Series
    features: Floats
    account: Account


def videos(scorer: Scorer, asked: Asked) -> Videos:
    """Take the records in files, or one video that is described by values alone.

    Raises
    ------
    OptionError
        When a name is neither a record column nor a feature of the model, or its value no use.
    ViralityError
        When a file or a value cannot be used.
    """
    clamped, history = checked(scorer, asked.given), past(scorer, asked)
    artefact = scorer.artefact
    if not asked.sources:
        row, ignored = known_row(artefact, asked.given, history)
        account = Account({}, pl.DataFrame(), ignored, clamped, history)
        return Videos(pl.Series([None], dtype=pl.String), row[None, :], account)
    inputs, ignored = artefact.inputs, ()
    own = () if inputs is None else [feature.name for feature in inputs.own]
    reading = read(
        asked.sources, where=asked.where, mapping=asked.mapping, limit=asked.limit, extras=own
    )
    rows = {
        "read": reading.read,
        "rejected": reading.rejections.height,
        "duplicates": reading.duplicates,
        "filtered": reading.filtered,
        "scored": reading.frame.height,
    }
    if inputs is not None:
        named = parted(asked.given, scorer.feature_names, inputs).ignored
        ignored = (*named, *too_late(reading.frame, inputs))
    records, features = known_rows(artefact, reading.frame, asked.given, history)
    blind = history is None and is_blind(inputs, asked.given)
    account = Account(rows, reading.rejections, ignored, clamped, history, blind)
    return Videos(records["video_id"], features, account)


def form_asked(asked: Asked, form: str, out: str | None) -> str:
    """Tell the form in which answers are to be written, and refuse what makes no sense.

    Raises
    ------
    UsageError
        When nothing is asked, or Parquet for a terminal.
    OptionError
        When the name of the output's file is of another form.
    """
    if not (asked.sources or asked.given or asked.history):
        raise click.UsageError("Give a SOURCE, or describe a video with --set NAME=VALUE.")
    if form == "parquet" and out is None:
        raise click.UsageError("Parquet is not for a terminal: add --out FILE.")
    return form_of(out or "", None if form == "table" else form)


def past(scorer: Scorer, asked: Asked) -> Past | None:
    """Read the accounts' earlier videos, if any are named.

    Raises
    ------
    ViralityError
        When they cannot be read, or the model knows no accounts.
    """
    return scorer.past(list(asked.history)) if asked.history else None


def is_blind(inputs: Inputs | None, given: Mapping[str, str]) -> bool:
    """Tell whether a model uses what an account's videos came to, and none of that is stated."""
    features = () if inputs is None else inputs.features
    used = {feature.name for feature in features if feature.phase == "history"}
    return bool(used) and used.isdisjoint(given)
