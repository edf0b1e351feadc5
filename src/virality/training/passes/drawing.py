"""A random sample of accounts, held: for what has to see all of its rows at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.evaluation.splits import Split
from virality.training.columns import numbers_of
from virality.training.examples import Examples
from virality.training.measuring import Measured
from virality.training.passes.cache import columns_of
from virality.training.passes.histories import drawn
from virality.training.passes.judging import TRAINS

if TYPE_CHECKING:
    from virality.features.history import HistoryModel
    from virality.training.passes.cache import Cache
    from virality.training.passes.order import Ordered
    from virality.training.passes.room import Room
    from virality.training.passes.videos import Videos
    from virality.training.settings import Settings

_ENOUGH = 0.5


@dataclass(frozen=True)
class Drawn:
    """Videos of a random part of the accounts; all of them where they are few enough.

    Attributes
    ----------
    examples, split, values
        As they are of records that are held.
    """

    examples: Examples
    split: Split
    values: Measured


def drawn_rows(cache: Cache, videos: Ordered, room: Room) -> pl.DataFrame:
    """Draw the rows: of those that train as many as there is room for, of those that judge half."""
    training = drawn(room.drawn_rows / videos.train)
    judging = drawn(room.drawn_rows * _ENOUGH / max(videos.test, 1))
    wanted = (pl.col(TRAINS) & training) | (pl.col(TRAINS).not_() & judging)
    return pl.concat([rows.filter(wanted) for rows in cache.blocks()])


def examined(
    rows: pl.DataFrame, cache: Cache, found: tuple[Videos, Ordered], settings: Settings,
    history: HistoryModel | None, rejections: pl.LazyFrame,
) -> Drawn:  # fmt: skip
    """Give drawn rows as videos to learn from."""
    videos, ordered = found
    features, filled = (
        rows.select(columns_of(*prefix)).to_numpy().astype(np.float64)
        for prefix in (("x", cache.width), ("r", cache.filled))
    )
    outcome, trains = rows["outcome"].to_numpy(), rows[TRAINS].to_numpy()
    examples = Examples(
        videos=rows.select("video_id"),
        base=outcome,
        past=None,
        seconds=rows["seconds"].to_numpy(),
        authors=numbers_of(rows["author_id"]) if ordered.named else None,
        weight=rows["weight"].to_numpy(),
        inputs=settings.inputs,
        made=None,
        repeats=videos.repeats,
        synthetic=videos.tally.synthetic,
        unknown_scrape=videos.tally.unscraped,
        accounting=videos.accounting,
        rejections=rejections,
        sizes=(ordered.train, ordered.test),
    )
    number = np.arange(rows.height)
    split = Split(ordered.kind, number[trains], number[~trains])
    return Drawn(
        examples, split, Measured(settings.inputs.names, features, filled, outcome, history)
    )
