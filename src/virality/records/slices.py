"""Read records a slice at a time: what is read is never held all at once.

A slice is cleaned as the file that it belongs to would be, with one exception: which kind of
account id a file has is decided by its first slice. Records that tell of the same snapshot are not
merged here, as they may stand in different slices.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from virality.errors import DataError
from virality.records.cleaning.rows import FIELD, account_kind, clean
from virality.records.inputs import Sources, inputs
from virality.records.loading import Input
from virality.records.portions import portions
from virality.records.reading import FILE, check_limit
from virality.records.recognition import dotted
from virality.records.selection import condition, roots, selected
from virality.records.table import Made, Wants


@dataclass(frozen=True)
class Slice:
    """Consecutive records of one input.

    Parameters
    ----------
    number, file
        Of the input: from 0, and its name as rejections give it.
    frame
        Records: canonical columns, the extra ones, and FILE (the input's number), ROW, FIELD and
        REASON; those that a condition or a limit leaves out are left out.
    seen
        How many were read.
    """

    number: int
    file: str
    frame: pl.DataFrame
    seen: int

    @property
    def usable(self) -> pl.DataFrame:
        """The records without a fault."""
        return self.frame.filter(pl.col(FIELD).is_null())

    @property
    def faulty(self) -> pl.DataFrame:
        """The records with one."""
        return self.frame.filter(pl.col(FIELD).is_not_null())


def slices(
    sources: Sources,
    rows: int,
    *,
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
    limit: int | None = None,
    extras: Collection[str] = (),
) -> Iterator[Slice]:
    """Read records, about so many at a time.

    Parameters
    ----------
    sources, mapping, where, limit, extras
        As in :func:`virality.records.read`.
    rows
        How many at a time.

    Raises
    ------
    SourceError
        If a file cannot be read or recognised.
    OptionError
        If ``mapping``, ``where`` or ``limit`` has no meaning.
    DataError
        If a file holds features that are made already.
    """
    check_limit(limit)
    wanted = condition(where)
    named = frozenset(map(dotted, extras)) | roots(wanted)
    wants = Wants(dict(mapping or {}), named, every=False)
    left = limit
    for number, source in enumerate(inputs(sources)):
        for file, read in _cleaned(source, wants, rows):
            seen, frame = read.height, read
            if wanted is None and left is not None:
                seen = min(seen, left)
            elif wanted is not None and where is not None:
                frame = selected(read, wanted, where)
            kept = frame if left is None else frame.head(left)
            marked = kept.with_columns(pl.lit(number, dtype=pl.UInt32).alias(FILE))
            yield Slice(number, file, marked, seen)
            left = None if left is None else left - kept.height
            if left == 0 and wanted is None:
                return


def _cleaned(source: Input, wants: Wants, rows: int) -> Iterator[tuple[str, pl.DataFrame]]:
    """Clean the portions of one input, all with one kind of account id."""
    kind = None
    for portion in portions(source, wants, rows):
        if isinstance(portion, Made):
            raise DataError(
                "its features are made already, and are held in memory",
                where=portion.file,
                remedy="leave out --memory",
            )
        kind = kind or account_kind(portion)
        yield portion.file, clean(portion, wants.named, every=False, kind=kind)
