"""The passes over accounts: what histories learn, what all accounts say, and then the features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.features.history import HistoryModel, fit_history, usable, with_history
from virality.features.history.columns import Across, first_days, since_day, surprises
from virality.features.history.videos import numbered
from virality.labels import outcome_named
from virality.records import CANONICAL
from virality.training.accounting import OUTCOME
from virality.training.passes.judging import RANK
from virality.training.passes.order import NUMBER
from virality.training.passes.spill import PART
from virality.training.passes.trends import trends

if TYPE_CHECKING:
    from virality.training.passes.order import Ordered
    from virality.training.passes.room import Room
    from virality.training.passes.spill import Place, Spill
    from virality.training.settings import Settings

_DAY = timedelta(days=1)
_DRAW = 5
_ACCOUNT = "\0account"
_WHOLE = 2.0**64


def drawn(share: float) -> pl.Expr:
    """Tell whether a video is of a random share of the accounts; an unknown one stands alone."""
    if share >= 1:
        return pl.lit(value=True)
    return pl.coalesce("author_id", "video_id").hash(_DRAW) < int(share * _WHOLE)


@dataclass(frozen=True)
class Histories:
    """What is known of accounts, ready to be shown to the videos of each part.

    Attributes
    ----------
    model
        What was learned; None where nothing is to be learned from.
    across
        What all accounts say of each video with a history, parted as the accounts are.
    since
        Day on which the twentieth account first posted.
    """

    model: HistoryModel | None = None
    across: Spill | None = None
    since: float = np.inf

    def shown(self, number: int, rows: pl.DataFrame) -> pl.DataFrame:
        """Add histories to the rows of a part, which are in the order of posting."""
        past = past_of(rows).filter(usable())
        videos = rows.filter(pl.col(RANK).is_not_null())
        if self.model is None or self.across is None:
            return with_history(videos, past, None)
        found = pl.DataFrame(schema={NUMBER: pl.Int64, "drift": pl.Float64, "tags": pl.Float64})
        if number in self.across.parts:
            found = self.across.part(number)
        drift = past.select(NUMBER).join(found, on=NUMBER, how="left", maintain_order="left")
        tags = videos.select(NUMBER).join(found, on=NUMBER, how="left", maintain_order="left")
        across = Across(drift["drift"].to_numpy(), tags["tags"].to_numpy(), self.since)
        return with_history(videos, past, self.model, undated="unknown", across=across)


def past_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Give what histories are made of: canonical columns, ``outcome`` and NUMBER."""
    return rows.select(*CANONICAL, pl.col(OUTCOME).alias("outcome"), NUMBER)


def histories(videos: Ordered, settings: Settings, place: Place) -> Histories:
    """Learn what is usual, and find what all accounts say.

    Parameters
    ----------
    videos
        All videos, parted by account.
    settings
        The outcome and the ages.
    place
        Where what is found waits; from more rows than there is room for, a random part of the
        accounts is learned from.
    """
    inputs, outcome = settings.inputs, outcome_named(settings.outcome)
    if not (inputs.uses("history") or outcome.relative):
        return Histories()
    model = _learned(videos, settings, place.room)
    if model is None:
        return Histories()
    blocks, since = _surprised(videos, model, place)
    across = place.spill("across")
    for rows, found in trends((one.sort(NUMBER) for _, one in blocks.taken()), model.lag):
        across.add(
            rows.select(
                NUMBER,
                pl.Series("drift", found.drift),
                pl.Series("tags", found.hashtags),
                pl.col(_ACCOUNT).alias(PART),
            )
        )
    return Histories(model, across, since)


def _learned(videos: Ordered, settings: Settings, room: Room) -> HistoryModel | None:
    """Learn from all rows, or from those of a random part of the accounts."""
    share = min(1.0, room.drawn_rows / (videos.train + videos.test))
    parts = [
        past_of(rows.filter(videos.learns & drawn(share))).filter(usable())
        for rows in videos.accounts.each()
    ]
    past = pl.concat(parts).sort(NUMBER)
    return fit_history(past, settings.mature_age / _DAY) if past.height else None


def _surprised(videos: Ordered, model: HistoryModel, place: Place) -> tuple[Spill, float]:
    """Find how far each video was from its account's level; in blocks by NUMBER."""
    blocks, first = place.spill("surprises"), np.zeros(0)
    for part in videos.accounts.parts:
        past = past_of(videos.accounts.part(part)).filter(usable()).sort(NUMBER)
        if past.height == 0:
            continue
        (known,) = numbered(past)
        outcome = past["outcome"].cast(pl.Float64).to_numpy()
        surprise = surprises(known, outcome, model)
        blocks.add(
            past.select(
                NUMBER,
                "hashtags",
                pl.Series("day", known.day),
                pl.Series("surprise", surprise),
                pl.lit(part, dtype=pl.UInt64).alias(_ACCOUNT),
                (pl.col(NUMBER) // place.room.part_rows).cast(pl.UInt64).alias(PART),
            )
        )
        first = np.sort(np.concatenate([first, first_days(known)]))
    return blocks, since_day(first)
