"""Merge the rows that tell of the same video at the same moment."""

from typing import Final

import polars as pl

from virality.records.joining import exactly

KEY: Final = ("video_id", "scraped_at")
"""What two rows share that are one snapshot; unknown equals unknown."""

_PLACE: Final = "\0place"


def merged(frame: pl.DataFrame) -> pl.DataFrame:
    """Merge duplicates: of each column the first known value, in the place of the first row.

    Only the rows that have duplicates are grouped.
    """
    twice = frame.select(pl.struct(KEY).is_duplicated()).to_series()
    if not twice.any():
        return frame
    placed = frame.with_row_index(_PLACE)
    rest = placed.filter(~twice)
    groups = placed.filter(twice).group_by(KEY, maintain_order=True)
    first = groups.agg(pl.all().drop_nulls().first())
    one_each = first.select(map(exactly, placed.columns))
    return pl.concat([rest, one_each]).sort(_PLACE).drop(_PLACE)
