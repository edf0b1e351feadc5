"""Choose one snapshot of each video."""

from datetime import timedelta
from typing import Final

import polars as pl

MATURE: Final = timedelta(days=7)
"""The age at which a video's counts have mostly settled."""

_PLACE: Final = "\0place"


def first_mature(frame: pl.DataFrame, known: pl.Expr, min_age: timedelta = MATURE) -> pl.DataFrame:
    """Keep the first mature snapshot of each video of which something is known.

    Parameters
    ----------
    frame
        Canonical columns.
    known
        True for the snapshots that may be chosen.
    min_age
        How long after posting a snapshot is mature. One whose age is unknown counts as mature,
        and comes after those of a known age.

    Returns
    -------
    polars.DataFrame
        One row for each video, in the order of the frame.
    """
    age = pl.col("scraped_at") - pl.col("created_at")
    mature = (age >= min_age).fill_null(value=True)
    usable = frame.with_row_index(_PLACE).filter(mature & known)
    first = usable.sort("scraped_at", nulls_last=True, maintain_order=True)
    chosen = first.unique("video_id", keep="first", maintain_order=True)
    return chosen.sort(_PLACE).drop(_PLACE)
