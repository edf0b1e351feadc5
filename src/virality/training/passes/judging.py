"""Which of the videos that pass by in the order of posting train, and which judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import polars as pl

from virality.evaluation.splits import judging_accounts, random_split, training_rows
from virality.training.columns import latest_of
from virality.training.parting import kind_of_split, no_authors
from virality.training.videos import USED

if TYPE_CHECKING:
    from datetime import datetime

    from virality.arrays import Ints
    from virality.training.passes.videos import Videos
    from virality.training.settings import Settings, SplitKind

RANK = "\0rank"
"""Number of a video among those used, in the order of posting; null where it is not used."""

TRAINS = "\0trains"
"""Whether a video trains; those used that do not, judge."""

LEARNS = "\0learns"
"""Whether histories may learn from a video."""


class Judges(Protocol):
    """Says who judges."""

    def told(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add TRAINS and LEARNS to rows that come in the order of posting, with RANK and USED."""
        ...


def judges(videos: Videos, settings: Settings, *, named: bool) -> tuple[SplitKind, Judges]:
    """Part the videos as they would be parted when held.

    Raises
    ------
    DataError
        When the date or the account that the split needs is unknown of most, or a part is empty.
    """
    tally = videos.tally
    kind = kind_of_split(settings, 1 - tally.undated / tally.used)
    if kind == "time":
        return kind, _ByTime(training_rows(tally.used))
    if kind == "random":
        return kind, _AtRandom(random_split(tally.used, settings.seed).test)
    if not named:
        raise no_authors()
    return kind, _by_author(videos, settings)


@dataclass
class _ByTime:
    """The latest judge; histories learn from what was posted no later than the last that trains."""

    first: int
    last: list[datetime | None] = field(default_factory=list)

    def told(self, rows: pl.DataFrame) -> pl.DataFrame:
        trains = pl.col(USED) & (pl.col(RANK) < self.first)
        marked = rows.with_columns(trains.alias(TRAINS))
        if not self.last and marked.select((pl.col(RANK) >= self.first - 1).any()).item():
            self.last.append(latest_of(marked.filter(TRAINS)["created_at"]))
        early = pl.col("created_at").is_not_null()
        if self.last:
            early = pl.col("created_at") <= self.last[0]
        return marked.with_columns((pl.col(TRAINS) | _others(early)).alias(LEARNS))


@dataclass(frozen=True)
class _AtRandom:
    """A random part judges: ``test`` holds its numbers."""

    test: Ints

    def told(self, rows: pl.DataFrame) -> pl.DataFrame:
        trains = pl.col(USED) & pl.col(RANK).is_in(pl.Series(self.test).implode()).not_()
        marked = rows.with_columns(trains.fill_null(value=False).alias(TRAINS))
        return marked.with_columns((pl.col(TRAINS) | _others(pl.lit(value=True))).alias(LEARNS))


@dataclass
class _ByAuthor:
    """Whole accounts judge: those named, and of the videos of no known account those numbered."""

    accounts: pl.Series
    lone: Ints
    seen: int = 0

    def told(self, rows: pl.DataFrame) -> pl.DataFrame:
        author = pl.col("author_id")
        known = author.is_in(self.accounts.implode())
        alone = pl.col(USED) & author.is_null()
        number = alone.cum_sum().cast(pl.Int64) - 1 + self.seen
        judging = pl.when(author.is_null()).then(
            number.is_in(pl.Series(self.lone, dtype=pl.Int64).implode())
        ).otherwise(known)  # fmt: skip
        marked = rows.with_columns((pl.col(USED) & judging.not_()).alias(TRAINS))
        self.seen += int(rows.select(alone.sum()).item())
        # an unknown account is neither the same nor another: such videos are left out, as when held
        other = _others(known.not_().fill_null(value=False))
        return marked.with_columns((pl.col(TRAINS) | other).alias(LEARNS))


def _others(condition: pl.Expr) -> pl.Expr:
    """Videos that the moment cannot use, and that histories may learn from."""
    return pl.col(USED).not_() & condition.fill_null(value=False)


def _by_author(videos: Videos, settings: Settings) -> _ByAuthor:
    """Draw accounts, which are numbered in the order of their ids, then the unknown ones."""
    counted = pl.DataFrame(schema={"author_id": pl.String, "len": pl.UInt32})
    for rows in videos.rows.each():
        more = rows.filter(USED).group_by("author_id").len()
        counted = pl.concat([counted, more]).group_by("author_id").agg(pl.col("len").sum())
    known = counted.filter(pl.col("author_id").is_not_null()).sort("author_id")
    alone = videos.tally.unnamed
    counts = np.concatenate([known["len"].to_numpy(), np.ones(alone)]).astype(np.intp)
    drawn = judging_accounts(counts, settings.seed)
    named = drawn[drawn < known.height]
    return _ByAuthor(known["author_id"][named], drawn[drawn >= known.height] - known.height)
