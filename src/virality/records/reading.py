"""Read records: files in, canonical rows and an account of the rest out."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from virality.errors import OptionError, SourceError
from virality.records.cleaning.rows import FIELD, REASON, clean
from virality.records.duplicates import merged
from virality.records.inputs import Sources, inputs
from virality.records.joining import joined
from virality.records.loading import Input, load
from virality.records.recognition import dotted
from virality.records.selection import condition, roots, selected
from virality.records.sources.reference import REFERENCE
from virality.records.table import ROW, Made, Table, Wants

_LOG: Final = logging.getLogger("virality")
FILE: Final = "\0file"


@dataclass(frozen=True)
class Reading:
    """What was read: ``read == frame.height + rejections.height + duplicates + filtered``.

    Parameters
    ----------
    frame
        The usable records: the canonical columns in order, then the extra ones. Of a training
        file with features already made: ``video_id``, the features, ``tier``, ``split``.
    rejections
        ``file``, ``row`` (from 1), ``field`` and ``reason`` of each record that cannot be used.
    places
        ``file`` and ``row`` (from 1) of each record of the frame, in its order.
    read
        How many records were read.
    duplicates
        How many of them told of a snapshot already read.
    filtered
        How many of them did not meet the condition, or came after the limit.
    sources
        Each file and the source it was recognised as.
    made
        The names of the features, if they were already made.
    """

    frame: pl.DataFrame
    rejections: pl.DataFrame
    places: pl.DataFrame
    read: int
    duplicates: int
    filtered: int
    sources: tuple[tuple[str, str], ...]
    made: tuple[str, ...] = ()

    def commonest_rejections(self, most: int = 5) -> list[tuple[str, str, int]]:
        """List the commonest fields and reasons of rejections, with their counts."""
        return commonest(self.rejections, most)


def commonest(
    rejections: pl.DataFrame | pl.LazyFrame, most: int | None = 5
) -> list[tuple[str, str, int]]:
    """List the commonest fields and reasons among rejections, or all, with their counts."""
    counts = rejections.lazy().group_by("field", "reason").len()
    first = counts.sort("len", "field", "reason", descending=[True, False, False]).slice(0, most)
    return first.collect().rows()


def read(
    sources: Sources,
    *,
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
    limit: int | None = None,
    extras: Collection[str] | None = None,
) -> Reading:
    """Read records from files, frames or lists.

    Parameters
    ----------
    sources
        A path or pattern, a frame, several of these, or a list of records. Files are recognised
        by their content: JSON, JSON lines, CSV, Parquet, packed by gzip or zstd or not.
    mapping
        Canonical columns, or ``url``, and the field of the source where each lies.
    where
        A condition in SQL over canonical and extra columns.
    limit
        How many records to read, of those that meet the condition; None reads all.
    extras
        The extra columns to keep; None keeps all. What ``where`` reads is kept besides.

    Returns
    -------
    Reading
        The records, the rejections, and the counts.

    Raises
    ------
    SourceError
        If a file cannot be read or recognised, or made and raw files are mixed.
    OptionError
        If ``mapping``, ``where`` or ``limit`` has no meaning.
    """
    wanted = condition(where)
    named = frozenset(map(dotted, extras or ())) | roots(wanted)
    check_limit(limit)
    early = limit if wanted is None else None
    wants = Wants(dict(mapping or {}), named, every=extras is None, limit=early)
    parts = _parts(inputs(sources), wants)
    frame = joined([_numbered(part, k) for k, part in enumerate(parts)])
    seen = frame.height
    if wanted is not None and where is not None:
        frame = selected(frame, wanted, where)
    return _reading(frame.head(limit) if limit is not None else frame, parts, seen)


@dataclass(frozen=True)
class _Part:
    """One file, cleaned."""

    file: str
    source: str
    made: tuple[str, ...]
    frame: pl.DataFrame


def _parts(sources: Sequence[Input], wants: Wants) -> list[_Part]:
    """Load and clean one input after another, until there are enough rows."""
    parts: list[_Part] = []
    left = wants.limit
    for source in sources:
        parts.append(_part(load(source, replace(wants, limit=left)), wants))
        if left is not None:
            left -= parts[-1].frame.height
            if left <= 0:
                break
    _check_kinds(parts)
    return parts


def _part(loaded: Table | Made, wants: Wants) -> _Part:
    """Clean what was loaded; what is made already is clean."""
    if isinstance(loaded, Table):
        frame = clean(loaded, wants.named, every=wants.every)
        return _Part(loaded.file, loaded.layout.source.name, (), frame)
    rows = pl.arange(1, loaded.frame.height + 1, dtype=pl.Int64, eager=True).alias(ROW)
    usable = [pl.lit(None, dtype=pl.String).alias(name) for name in (FIELD, REASON)]
    frame = loaded.frame.with_columns(rows, *usable)
    return _Part(loaded.file, REFERENCE.name, loaded.names, frame)


def _check_kinds(parts: Sequence[_Part]) -> None:
    """Refuse a training file of made features beside any other file."""
    made = [part for part in parts if part.made]
    if made and len(parts) > 1:
        raise SourceError(
            "its features are made already, and cannot be mixed with another file",
            where=made[0].file,
            remedy="read it alone",
        )


def check_limit(limit: int | None) -> None:
    """Refuse a limit that leaves nothing.

    Raises
    ------
    OptionError
        When it does.
    """
    if limit is not None and limit < 1:
        raise OptionError("must be 1 or more", where=f"limit {limit}", remedy="leave it out")


def _numbered(part: _Part, number: int) -> pl.DataFrame:
    """Note the file of every row."""
    return part.frame.with_columns(pl.lit(number, dtype=pl.UInt32).alias(FILE))


def _reading(frame: pl.DataFrame, parts: Sequence[_Part], seen: int) -> Reading:
    """Part the usable rows from the others, and merge duplicates."""
    usable = frame[FIELD].is_null()
    good = frame.filter(usable).drop(FIELD, REASON)
    unique = good if parts[0].made else merged(good)
    files = pl.Series([part.file for part in parts], dtype=pl.String)
    rejected = _placed(frame.filter(~usable), files, FIELD, REASON)
    return Reading(
        frame=unique.drop(FILE, ROW),
        rejections=rejected.rename({FIELD: "field", REASON: "reason"}),
        places=_placed(unique, files),
        read=seen,
        duplicates=good.height - unique.height,
        filtered=seen - frame.height,
        sources=tuple((part.file, part.source) for part in parts),
        made=parts[0].made,
    )


def _placed(frame: pl.DataFrame, files: pl.Series, *columns: str) -> pl.DataFrame:
    """Name the file and row of some rows, beside other columns of theirs."""
    places = pl.DataFrame(
        {"file": files.gather(frame[FILE]), "row": frame[ROW]},
        schema={"file": pl.String, "row": pl.Int64},
    )
    return places.hstack(frame.select(columns))


def read_records(
    sources: Sources,
    *,
    mapping: Mapping[str, str] | None = None,
    where: str | None = None,
    limit: int | None = None,
) -> pl.DataFrame:
    """Read records into one frame; what cannot be used is counted in a logged warning.

    Parameters
    ----------
    sources, mapping, where, limit
        As in :func:`read`, which also gives the rejections themselves.

    Returns
    -------
    polars.DataFrame
        The canonical columns, null where unknown, then every extra column.

    Raises
    ------
    SourceError
        If a file cannot be read or recognised.
    OptionError
        If ``mapping``, ``where`` or ``limit`` has no meaning.
    """
    reading = read(sources, mapping=mapping, where=where, limit=limit)
    for field, reason, count in reading.commonest_rejections():
        _LOG.warning("rejected %d records: %s: %s", count, field, reason)
    return reading.frame
