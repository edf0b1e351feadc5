"""The third pass: videos in the order of posting, numbered; who trains and who judges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from virality.training.passes.intake import KEY
from virality.training.passes.judging import LEARNS, RANK, TRAINS, judges
from virality.training.passes.spill import PART
from virality.training.videos import USED

if TYPE_CHECKING:
    from datetime import datetime

    from virality.training.passes.spill import Place, Spill
    from virality.training.passes.videos import Videos
    from virality.training.settings import Settings, SplitKind

NUMBER = "\0number"
"""Number of a video among all of a known outcome, in the order of posting."""

_BY_ACCOUNT = 3


@dataclass(frozen=True)
class Ordered:
    """Videos that know their place.

    Attributes
    ----------
    accounts
        The rows, with NUMBER, RANK, TRAINS and LEARNS; parted by account.
    parts
        How many parts there are.
    kind
        How they are parted into those that train and those that judge.
    train, test
        How many of each there are.
    named
        Whether the accounts of enough videos are known.
    trains, learns
        True for videos that train, and for those that histories may learn from.
    """

    accounts: Spill
    parts: int
    kind: SplitKind
    train: int
    test: int
    named: bool
    trains: pl.Expr
    learns: pl.Expr

    def everyone(self, latest: datetime | None) -> Ordered:
        """Let every video used train; ``latest`` is when the last of them was posted."""
        other = pl.lit(value=True)
        if self.kind == "time":
            other = pl.col("created_at") <= pl.lit(latest)
        if self.kind == "author":
            other = pl.col("author_id").is_not_null()
        used = pl.col(RANK).is_not_null()
        learns = used | other.fill_null(value=False)
        every = self.train + self.test
        return replace(self, train=every, test=0, trains=used, learns=learns)


def ordered(videos: Videos, settings: Settings, place: Place, parts: int) -> Ordered:
    """Give videos their numbers, and put those of one account together.

    Parameters
    ----------
    videos
        One row for each, in parts that follow each other.
    settings
        The split and the seed.
    place
        Where the rows wait.
    parts
        How many parts there are to be.

    Raises
    ------
    DataError
        When the videos cannot be parted.
    """
    tally, accounts = videos.tally, place.spill("accounts")
    named = tally.unnamed * 2 <= tally.used
    kind, judging = judges(videos, settings, named=named)
    owner = pl.coalesce("author_id", "video_id").hash(_BY_ACCOUNT) % parts
    number = rank = train = 0
    for _, rows in videos.rows.taken():
        told = judging.told(_numbered(rows, number, rank))
        accounts.add(told.with_columns(owner.alias(PART)))
        number, rank = number + rows.height, rank + int(rows[USED].sum())
        train += int(told[TRAINS].sum())
    test = tally.used - train
    return Ordered(accounts, parts, kind, train, test, named, pl.col(TRAINS), pl.col(LEARNS))


def _numbered(rows: pl.DataFrame, number: int, rank: int) -> pl.DataFrame:
    """Give rows their numbers; so many, and so many used ones, came before."""
    ordered = rows.sort(*KEY, nulls_last=False, maintain_order=True)
    ranked = pl.when(USED).then(pl.col(USED).cum_sum().cast(pl.Int64) - 1 + rank)
    return ordered.with_columns(
        (pl.int_range(pl.len(), dtype=pl.Int64) + number).alias(NUMBER), ranked.alias(RANK)
    )
