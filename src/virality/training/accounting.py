"""What became of every record read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import polars as pl

from virality.records import age_in_words, commonest

OUTCOME = "\0outcome"
"""The column of outcomes, called as no column of a file can be."""

if TYPE_CHECKING:
    from virality.training.settings import Settings


@dataclass(frozen=True)
class Accounting:
    """What became of every record read; the parts add up to ``read``.

    Attributes
    ----------
    read
        Records seen in the files.
    rejected
        Records that could not be used, each with its reason.
    duplicates
        Further copies of the same snapshot.
    filtered
        Records left out by ``where`` or ``limit``.
    immature
        Records of videos never scraped long enough after posting.
    snapshots
        Other snapshots of videos that are used.
    unseen
        Videos without a snapshot at the age that the moment asks for.
    used
        Videos used: training and test rows together.
    """

    read: int
    rejected: int
    duplicates: int
    filtered: int
    immature: int
    snapshots: int
    unseen: int
    used: int


def accounting_json(accounting: Accounting, sizes: tuple[int, int]) -> dict[str, int]:
    """Give the accounting and the sizes of the two parts as plain numbers."""
    return {**asdict(accounting), "train": sizes[0], "test": sizes[1]}


def reasons(
    accounting: Accounting, rejections: pl.DataFrame | pl.LazyFrame, settings: Settings
) -> str:
    """Say why records are not used, the commonest reasons first."""
    why = [f"{count:,} x {field} {reason}" for field, reason, count in commonest(rejections)]
    if accounting.immature:
        mature = age_in_words(settings.mature_age)
        why.append(f"{accounting.immature:,} x scraped within {mature} of posting")
    if accounting.unseen:
        early = age_in_words(settings.early_age)
        why.append(f"{accounting.unseen:,} x without a snapshot {early} after posting")
    return "; ".join(why)


def without_outcome(
    frame: pl.DataFrame, places: pl.DataFrame, reads: tuple[str, ...]
) -> pl.DataFrame:
    """List the records whose outcome is unknown, with the first column that is to blame.

    Parameters
    ----------
    frame
        Records with the columns that the outcome reads, and the outcome itself.
    places
        ``file`` and ``row`` of each.
    reads
        Those columns.
    """
    unknown = "unknown, and the outcome needs it"
    other = "0, and the outcome needs some" if "views" in reads else "not a finite number"
    blame = pl.coalesce(
        *[pl.when(pl.col(name).is_null()).then(pl.lit(f"{name}\t{unknown}")) for name in reads],
        pl.lit(f"{reads[-1]}\t{other}"),
    )
    blamed = frame.select(OUTCOME, blame.alias("_blame"))
    parts = pl.col("_blame").str.split_exact("\t", 1)
    return (
        places.hstack(blamed)
        .filter(pl.col(OUTCOME).is_null())
        .select(
            "file",
            "row",
            parts.struct.field("field_0").alias("field"),
            parts.struct.field("field_1").alias("reason"),
        )
    )
