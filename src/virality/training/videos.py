"""From records to one row for each video, and its outcome: what whole videos need, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from virality.errors import DataError, OptionError
from virality.features.early import EARLY_KNOWN, with_early
from virality.labels import OUTCOMES, no_outcome, outcome_named
from virality.records import CANONICAL, first_mature
from virality.training.accounting import OUTCOME, without_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.errors import InputError
    from virality.training.settings import Settings

USED = "\0used"
"""True for the videos that the moment can use."""


@dataclass(frozen=True)
class Chosen:
    """One row for each video of a known outcome.

    Attributes
    ----------
    mature
        Its first mature snapshot, with OUTCOME, USED and, where a feature needs them, what was
        seen early on; in the order of posting, then of ``video_id``.
    unusable
        File, row, field and reason of each record whose outcome is unknown.
    usable, immature
        Records of a known outcome, and those of them whose video was never scraped late enough.
    """

    mature: pl.DataFrame
    unusable: pl.DataFrame
    usable: int
    immature: int

    @property
    def past(self) -> pl.DataFrame:
        """What histories are made of: canonical columns and ``outcome``."""
        return self.mature.select(*CANONICAL, pl.col(OUTCOME).alias("outcome"))

    @property
    def videos(self) -> pl.DataFrame:
        """Those that the moment can use, with OUTCOME."""
        return self.mature.filter(USED).drop(USED)

    @property
    def snapshots(self) -> int:
        """Count the other records of these videos."""
        return self.usable - self.immature - self.mature.height


def chosen_from(frame: pl.DataFrame, places: pl.DataFrame, settings: Settings) -> Chosen:
    """Choose one row for each video.

    Parameters
    ----------
    frame
        All records of some videos, with OUTCOME.
    places
        File and row of each.
    settings
        The outcome, the moment and the ages.
    """
    known = pl.col(OUTCOME).is_not_null()
    usable = frame.filter(known)
    mature = first_mature(usable, known, settings.mature_age)
    mature = mature.sort("created_at", "video_id", nulls_last=False, maintain_order=True)
    return Chosen(
        mature=_at_the_moment(mature, frame, settings),
        unusable=without_outcome(frame, places, outcome_named(settings.outcome).reads),
        usable=usable.height,
        immature=usable.join(mature, on="video_id", how="anti").height,
    )


def _at_the_moment(mature: pl.DataFrame, frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add what was seen of each video early on; after posting, only such videos can be used."""
    every = pl.lit(value=True).alias(USED)
    if not settings.inputs.uses("early"):
        return mature.with_columns(every)
    seen = with_early(mature, frame, settings.early_age)
    return seen.with_columns(
        EARLY_KNOWN.alias(USED) if settings.inputs.moment == "after" else every
    )


def with_outcome(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the outcome of each record as OUTCOME; null where it is unknown."""
    return frame.with_columns(outcome_named(name).formula(pl).alias(OUTCOME))


def require_columns(schema: Mapping[str, pl.DataType], settings: Settings) -> None:
    """Refuse records without the columns that the settings name.

    Raises
    ------
    OptionError
        When one is absent, or the outcome's holds lists or objects.
    """
    settings.require_kind()
    for feature in settings.inputs.own:
        if feature.name not in schema:
            raise OptionError(f"there is no column {feature.name!r}", where="feature")
    reads = outcome_named(settings.outcome).reads
    if any(name not in schema or schema[name].is_nested() for name in reads):
        raise _no_such_outcome(schema, settings.outcome)


def nothing_known(schema: Mapping[str, pl.DataType], name: str) -> InputError:
    """Build the error for records of which none tells its outcome."""
    outcome = outcome_named(name)
    if outcome.name in OUTCOMES:
        return DataError(
            f"no record tells its {', '.join(outcome.reads)}, so there is nothing to learn from or "
            "judge by",
            where=outcome.name,
            remedy="give records scraped after posting, or --map views=my_column",
        )
    return _no_such_outcome(schema, name)


def _no_such_outcome(schema: Mapping[str, pl.DataType], name: str) -> OptionError:
    reads = outcome_named(name).reads
    numbers = [column for column, kind in schema.items() if kind.is_numeric()]
    return no_outcome(name, [column for column in numbers if column not in reads])
