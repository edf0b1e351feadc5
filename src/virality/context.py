"""What surrounds a record that is to be scored: its account's earlier videos, its early counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from virality.errors import OptionError
from virality.features.early import with_early
from virality.features.history import HISTORY, with_history
from virality.labels import outcome_named
from virality.records import CANONICAL, first_mature, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from virality.artefact import Artefact
    from virality.features.history import HistoryModel
    from virality.records import Sources


@dataclass(frozen=True)
class Past:
    """Earlier videos, read once to score many.

    Attributes
    ----------
    videos
        One row for each: its first mature snapshot, with its ``outcome``.
    rows
        Counts of records ``read``, ``rejected`` and merged as ``duplicates``, and of ``videos``.
    rejections
        File, row, field and reason of each record that could not be used.
    """

    videos: pl.DataFrame
    rows: Mapping[str, int]
    rejections: pl.DataFrame


_NAMELESS = "\0"
_NOTHING_POSTED = Past(
    pl.DataFrame(schema={**CANONICAL, "outcome": pl.Float64()}),
    {"read": 0, "rejected": 0, "duplicates": 0, "videos": 0},
    pl.DataFrame(
        schema=dict.fromkeys(("file", "field", "reason"), pl.String()) | {"row": pl.Int64()}
    ),
)


def with_context(
    records: pl.DataFrame, artefact: Artefact, history: Sources | Past | None
) -> pl.DataFrame:
    """Add the columns that a model's features read besides those of the record itself.

    Parameters
    ----------
    records
        n records in canonical columns.
    artefact
        The model.
    history
        Records of the accounts' earlier videos; None when nothing is known of them.

    Returns
    -------
    The records with these columns, null where unknown; without those of the history where nothing
    is known of it.

    Raises
    ------
    OptionError
        When the model knows no accounts.
    ViralityError
        When the history cannot be read.
    """
    inputs, known = artefact.inputs, records
    if inputs is not None and inputs.uses("early"):
        known = _with_early(records, artefact.early_age)
    if history is not None:
        past = as_past(history, artefact)
        return _with_past(known, past.videos, _accounts(artefact))
    if inputs is not None and inputs.uses("history"):
        return known.drop([feature.name for feature in HISTORY], strict=False)
    return known


def _accounts(artefact: Artefact) -> HistoryModel:
    """Take what a model knows of accounts.

    Raises
    ------
    OptionError
        When it knows nothing.
    """
    inputs = artefact.inputs
    if artefact.history is None or inputs is None or not inputs.uses("history"):
        raise OptionError("the model knows no accounts", where="history", remedy="leave it out")
    return artefact.history


def _with_early(records: pl.DataFrame, age: timedelta) -> pl.DataFrame:
    """Let each record be its video's early snapshot, or another of the same video among them."""
    alone = pl.format("\0{}", pl.int_range(pl.len()))
    named = records.with_columns(pl.col("video_id").fill_null(alone))
    return with_early(named, named, age, settled=False).with_columns(records["video_id"])


def as_past(history: Sources | Past, artefact: Artefact) -> Past:
    """Read earlier videos as :func:`past_of` does, unless they have been read."""
    return history if isinstance(history, Past) else past_of(history, artefact)


def past_of(history: Sources, artefact: Artefact) -> Past:
    """Read earlier videos for a model: what they came to, by the outcome that it predicts.

    An empty list is the history of an account that has posted nothing.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When the model knows no accounts.
    """
    _accounts(artefact)
    outcome = outcome_named(artefact.outcome)
    if isinstance(history, list | tuple) and not history:
        return _NOTHING_POSTED
    reading = read(history, extras=outcome.reads)
    frame = reading.frame
    absent = [name for name in outcome.reads if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in absent)
    counted = frame.with_columns(outcome.formula(pl).alias("outcome"))
    mature = first_mature(counted, pl.col("outcome").is_not_null(), artefact.mature_age)
    rows = {
        "read": reading.read,
        "rejected": reading.rejections.height,
        "duplicates": reading.duplicates,
        "videos": mature.height,
    }
    return Past(mature.select(*CANONICAL, "outcome"), rows, reading.rejections)


def _with_past(records: pl.DataFrame, past: pl.DataFrame, model: HistoryModel) -> pl.DataFrame:
    """Show earlier videos to records.

    A record without an account is of the one that the history is of, if that is a single one; so
    is one whose earlier videos name none either, or are none.
    """
    accounts = past["author_id"].drop_nulls().unique()
    if len(accounts) > 1 and records["author_id"].is_null().all():
        raise of_several(len(accounts))
    account = accounts.item() if len(accounts) == 1 else None
    if len(accounts) == 0:
        account = _NAMELESS
        past = past.with_columns(author_id=pl.lit(_NAMELESS))
    author = pl.col("author_id").fill_null(pl.lit(account, dtype=pl.String))
    known = with_history(records.with_columns(author), past, model)
    return known.with_columns(records["author_id"])


def of_several(accounts: int) -> OptionError:
    """Say that a video without an account cannot be told which earlier videos are of its own."""
    return OptionError(
        f"it is of {accounts:,} accounts, and no video says which is its own",
        where="history",
        remedy="give author_id, or the records of one account",
    )
