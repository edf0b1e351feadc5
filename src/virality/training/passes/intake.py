"""The first pass: records are read slice by slice, and put with the others of their video."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from virality.records import CANONICAL
from virality.records.cleaning.rows import FIELD, REASON
from virality.records.table import ROW
from virality.training.passes.spill import PART, scattered
from virality.training.videos import require_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from virality.records.slices import Slice
    from virality.training.passes.spill import Place, Spill
    from virality.training.settings import Settings

KEY = ("created_at", "video_id")
"""What puts videos into the order of posting."""

_BY_VIDEO, _OF_KEYS = 1, 2
_MOST_KEYS = 8192


@dataclass(frozen=True)
class Counts:
    """How many records were read, left out by a condition or the limit, and rejected."""

    read: int = 0
    filtered: int = 0
    rejected: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Join the counts of two parts."""
        return Counts(
            self.read + other.read,
            self.filtered + other.filtered,
            self.rejected + other.rejected,
        )

    @property
    def usable(self) -> int:
        """How many can be used."""
        return self.read - self.filtered - self.rejected


@dataclass(frozen=True)
class Intake:
    """Records that have been read.

    Attributes
    ----------
    videos
        The usable ones, parted by video.
    rejections
        ``file``, ``row``, ``field`` and ``reason`` of the others, as part 0.
    counts
        Of the records.
    files
        Names of the inputs, by number.
    schema
        The usable ones' columns.
    keys
        KEY of some thousand random videos.
    """

    videos: Spill
    rejections: Spill
    counts: Counts
    files: tuple[str, ...]
    schema: dict[str, pl.DataType]
    keys: pl.DataFrame


def taken_in(
    slices: Iterable[Slice],
    settings: Settings,
    place: Place,
    parts: int,
    tell: Callable[[int], None],
) -> Intake:
    """Take in records that are read.

    Parameters
    ----------
    slices
        All records, some at a time.
    settings
        As for a training.
    place
        Where they wait.
    parts
        How many parts there are to be.
    tell
        Told the number of records read so far, after each slice.

    Raises
    ------
    OptionError
        When a choice names a column that there is not.
    """
    videos, rejections = place.spill("records"), place.spill("rejections")
    total, files = Counts(), {}
    schema: dict[str, pl.DataType] = {}
    keys = pl.DataFrame(schema={**{name: CANONICAL[name] for name in KEY}, "_hash": pl.UInt64})
    for one in slices:
        usable = one.usable.drop(FIELD, REASON)
        files[one.number] = one.file
        total += Counts(one.seen, one.seen - one.frame.height, one.frame.height - usable.height)
        schema |= {name: kind for name, kind in usable.schema.items() if kind != pl.Null}
        keys = _thinned(keys, usable)
        videos.add(usable.with_columns((scattered("video_id", _BY_VIDEO) % parts).alias(PART)))
        rejections.add(_rejected(one))
        tell(total.read)
    require_columns(schema, settings)
    return Intake(videos, rejections, total, tuple(files.values()), schema, keys)


def _thinned(keys: pl.DataFrame, usable: pl.DataFrame) -> pl.DataFrame:
    """Keep the keys of the videos whose hashes are least."""
    more = usable.select(*KEY, scattered("video_id", _OF_KEYS).alias("_hash"))
    return pl.concat([keys, more]).unique("_hash").bottom_k(_MOST_KEYS, by="_hash")


def _rejected(one: Slice) -> pl.DataFrame:
    return one.faulty.select(
        pl.lit(one.file).alias("file"),
        pl.col(ROW).alias("row"),
        pl.col(FIELD).alias("field"),
        pl.col(REASON).alias("reason"),
        pl.lit(0, dtype=pl.UInt64).alias(PART),
    )
