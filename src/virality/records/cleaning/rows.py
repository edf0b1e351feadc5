"""Clean one file: canonical columns, extra columns, and the fault of each unusable row."""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from virality.records.canonical import CANONICAL, COUNTS
from virality.records.cleaning.cleaned import Clean, Cleaned, first_usable, unknown
from virality.records.cleaning.flags import flags, photos
from virality.records.cleaning.identity import (
    ABSENT,
    author_in,
    handles,
    ids,
    lenient_ids,
    photo_in,
    post_in,
)
from virality.records.cleaning.numbers import counts, durations
from virality.records.cleaning.times import from_id, postings, times
from virality.records.cleaning.words import captions, hashtags, tags_in, titles
from virality.records.plucking import LIST
from virality.records.recognition import Layout
from virality.records.table import FAULT, ROW, Table

FIELD: Final = "\0field"
"""The column that names the first field at fault in a row; null where the row is usable."""

REASON: Final = "\0reason"
"""The column that says what is wrong with that field."""

RECORD: Final = "record"
"""The field at fault where the whole row is."""

CLEAN: Final[Mapping[str, Clean]] = MappingProxyType(
    {
        "video_id": ids,
        "author_id": handles,
        "caption": captions,
        "hashtags": hashtags,
        "sound_id": lenient_ids,
        "sound_title": titles,
        "sound_is_original": flags,
        "duration_seconds": durations,
        "is_photo": photos,
        **dict.fromkeys(COUNTS, counts),
        "author_verified": flags,
        "created_at": postings,
        "scraped_at": times,
        "url": titles,
    }
)
"""How each column is cleaned."""

_USUAL: Final = 0.5
_ADDRESS: Final = "url"


def clean(
    table: Table, named: Collection[str] = (), *, every: bool = True, kind: str | None = None
) -> pl.DataFrame:
    """Clean a file's rows.

    Parameters
    ----------
    table
        The raw file.
    named
        The extra columns to keep in any case.
    every
        Whether to keep all others that no canonical column has used, too.
    kind
        The path of the account ids, where more of the file has told which to take.

    Returns
    -------
    polars.DataFrame
        The canonical columns, in order; the extra columns; ROW, FIELD and REASON.
    """
    columns = cleaned_columns(table, kind)
    values = [column.value.cast(CANONICAL[name]).alias(name) for name, column in columns.items()]
    extras = extra_names(table.frame.columns, table.layout, named, every=every)
    found = {name: table.frame[path] for path, name in extras.items()}
    kept = [raw.alias(name) for name, raw in found.items() if every or raw.dtype != pl.Null]
    return pl.DataFrame([*values, *kept, table.frame[ROW], *_faults(table.frame, columns)])


def cleaned_columns(table: Table, kind: str | None = None) -> dict[str, Cleaned]:
    """Clean each canonical column; ``kind`` is as for :func:`clean`."""
    columns = {name: _column(table, name) for name in CLEAN if name != "author_id"}
    address = columns["url"].value
    columns["video_id"] = _identified(columns["video_id"], address)
    columns["author_id"] = Cleaned(_author(table, address, kind))
    columns["is_photo"] = _photo(table, columns["is_photo"].value, address)
    columns["hashtags"] = _filled(columns["hashtags"], tags_in, columns["caption"].value)
    columns["created_at"] = _filled(columns["created_at"], from_id, columns["video_id"].value)
    return {name: columns[name] for name in CANONICAL}


def _column(table: Table, name: str) -> Cleaned:
    """Clean the paths that a column may come from, until nothing is unknown."""
    nothing = unknown(table.frame[ROW], CANONICAL.get(name, pl.String()))
    return first_usable(map(CLEAN[name], _present(table, name)), nothing)


def _present(table: Table, name: str) -> list[pl.Series]:
    """List the raw columns that a column may come from."""
    raw = table.frame
    paths = [path for path in table.layout.paths.get(name, ()) if path in raw.columns]
    # Under the name of the column: Polars takes one such as ``^a$`` for a pattern.
    return [raw[path].alias(name) for path in paths if raw.schema[path] != pl.Null]


def _identified(column: Cleaned, address: pl.Series) -> Cleaned:
    """Recover lost and missing ids from the address; a row without one is unusable."""
    if not column.value.null_count():
        return column
    value = pl.select(pl.coalesce(column.value, post_in(address))).to_series()
    reasons = [] if column.reason is None else [column.reason]
    missing = pl.when(value.is_null()).then(pl.coalesce(*reasons, pl.lit(ABSENT)))
    return Cleaned(value, pl.select(missing).to_series())


def _filled(
    column: Cleaned, recover: Callable[[pl.Series], pl.Series], other: pl.Series
) -> Cleaned:
    """Fill what is unknown, and only that: what is unusable stays so."""
    open_ = column.value.is_null()
    if column.reason is not None:
        open_ &= column.reason.is_null()
    if not open_.any():
        return column
    recovered = recover(other.set(~open_, None))
    return Cleaned(pl.select(pl.coalesce(column.value, recovered)).to_series(), column.reason)


def account_kind(table: Table) -> str:
    """Choose one kind of account id for a whole file: no two kinds may meet in it.

    Returns
    -------
    The path of the first ids that are known at least half as often as any; ``url`` for the handles
    in addresses.
    """
    known: dict[str, int] = {}
    for column in _present(table, "author_id"):
        known[column.name] = handles(column).value.count()
        if known[column.name] >= _USUAL * table.frame.height:
            return column.name  # no other kind can be known twice as often
    known[_ADDRESS] = author_in(_column(table, _ADDRESS).value).count()
    return next(kind for kind, n in known.items() if n >= _USUAL * max(known.values()))


def _author(table: Table, address: pl.Series, kind: str | None) -> pl.Series:
    """Take the account ids of one kind."""
    chosen = kind or account_kind(table)
    columns = [column for column in _present(table, "author_id") if column.name == chosen]
    if columns:
        return handles(columns[0]).value
    ids = author_in(address)
    return ids if chosen == _ADDRESS else ids.clear(len(ids))


def _photo(table: Table, flag: pl.Series, address: pl.Series) -> Cleaned:
    """Join what the address says to the flag; where photos are marked, the rest are videos."""
    value = pl.select(pl.coalesce(photo_in(address), flag)).to_series()
    return Cleaned(value.fill_null(value=False) if table.layout.source.marks_photos else value)


def extra_names(
    paths: Collection[str], layout: Layout, named: Collection[str], *, every: bool
) -> dict[str, str]:
    """Choose the extra columns to keep.

    Parameters
    ----------
    paths
        The raw columns.
    layout
        Where the canonical columns lie among them.
    named
        The extra columns to keep in any case.
    every
        Whether to keep all others that no canonical column uses, too. Addresses are kept.

    Returns
    -------
    dict
        Each path to keep and what its column is called.
    """
    used = {ROW, FAULT, *(path for name in CANONICAL for path in layout.paths.get(name, ()))}
    kept: dict[str, str] = {}
    for path in paths:
        name = path.removesuffix(LIST)
        asked = name in named and name not in CANONICAL
        called = f"raw.{name}" if name in CANONICAL else name
        if (asked or (every and path not in used)) and called not in kept.values():
            kept[path] = called
    return kept


def _faults(frame: pl.DataFrame, columns: Mapping[str, Cleaned]) -> list[pl.Series]:
    """Give the first fault of each row, in the order of the columns."""
    reasons = {name: c.reason for name, c in columns.items() if c.reason is not None}
    if FAULT in frame.columns:
        reasons = {RECORD: frame[FAULT], **reasons}
    text = unknown(frame[ROW], pl.String()).value
    fields = [pl.when(reason.is_not_null()).then(pl.lit(name)) for name, reason in reasons.items()]
    both = pl.DataFrame([text.alias(FIELD), text.alias(REASON)])
    if not reasons:
        return both.get_columns()
    return both.select(
        pl.coalesce(*fields, FIELD).alias(FIELD),
        pl.coalesce(*reasons.values(), REASON).alias(REASON),
    ).get_columns()
