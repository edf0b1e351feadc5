"""Load one input a portion at a time: some thousand rows, in order, numbered through.

Parquet, CSV and JSON lines are read in portions. A JSON document, and a text that is packed, cannot
be cut before it is read: such a file is read whole, one file at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from virality.records.content import PARQUET, is_plain, starts
from virality.records.delimited import header_of, read_delimited
from virality.records.documents import Node, fields_among, is_lines, json_lines, looked_at
from virality.records.elsewhere import Elsewhere
from virality.records.inputs import Sources, inputs
from virality.records.lean import lean_decoder
from virality.records.lines import Lines, lines_of
from virality.records.loading import (
    Input,
    finite,
    from_frame,
    layout_for,
    load,
    numeric,
    parquet_read,
    spelled,
)
from virality.records.plucking import pluck
from virality.records.table import ROW, Made, Table, Wants

_BYTES_PER_ROW: Final = 2_048
_BYTES_ON_DISK: Final = 512
_BYTES_PACKED: Final = 64


@dataclass(frozen=True)
class Counted:
    """About how many records a file holds, and whether it can be read in portions."""

    records: int
    portioned: bool


def counted(path: Path) -> Counted:
    """Count the records of a Parquet file; guess those of a text by its size.

    Raises
    ------
    SourceError
        If it cannot be read.
    """
    if starts(path).startswith(PARQUET):
        return Counted(_parquet_rows(path), portioned=True)
    plain = is_plain(path)
    head = _head(path) if plain else b""
    lines = bool(head) and (head.lstrip()[:1] not in (b"{", b"[") or is_lines(head))
    return Counted(path.stat().st_size // (_BYTES_ON_DISK if plain else _BYTES_PACKED), lines)


def records_of(sources: Sources) -> int:
    """Say about how many records there are in all.

    Raises
    ------
    SourceError
        If a file cannot be read.
    """
    return sum(_records(one) for one in inputs(sources))


def _records(source: Input) -> int:
    if isinstance(source, Path):
        return counted(source).records
    if isinstance(source, Elsewhere):
        return source.count()
    if isinstance(source, pl.LazyFrame):
        return int(source.select(pl.len()).collect().item())
    return len(source)


def portions(source: Input, wants: Wants, rows: int) -> Iterator[Table | Made]:
    """Load one input, about so many rows at a time.

    Parameters
    ----------
    source
        A file, a frame, or records.
    wants
        What to read of it; extra columns are those named.
    rows
        How many at a time.

    Returns
    -------
    iterator of Table or Made
        As :func:`virality.records.loading.load` gives all at once.

    Raises
    ------
    SourceError
        If it cannot be read, holds no records, or no source is known that fits it.
    """
    if isinstance(source, Elsewhere):
        yield from _from_elsewhere(source, wants, rows)
    elif isinstance(source, Path) and starts(source).startswith(PARQUET):
        yield from _of_parquet(source, wants, rows)
    elif isinstance(source, Path) and is_plain(source) and (head := _head(source)):
        if head.lstrip()[:1] not in (b"{", b"["):
            yield from _of_table(source, wants, rows)
        elif is_lines(head):
            yield from _of_json_lines(source, wants, rows)
        else:
            yield from _cut(load(source, wants), rows)
    else:
        yield from _cut(load(source, wants), rows)


def _from_elsewhere(source: Elsewhere, wants: Wants, rows: int) -> Iterator[Table]:
    before = 0
    for part in source.portions(rows):
        table = from_frame(part, source.where, wants)
        yield _numbered(table, before)
        before += table.frame.height


def _cut(loaded: Table | Made, rows: int) -> Iterator[Table | Made]:
    """Cut what was loaded whole."""
    if isinstance(loaded, Made):
        yield loaded
        return
    for begin in range(0, loaded.frame.height, rows):
        yield replace(loaded, frame=loaded.frame[begin : begin + rows])


def _parquet_rows(path: Path) -> int:
    with parquet_read(path):
        return int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())


def _of_parquet(path: Path, wants: Wants, rows: int) -> Iterator[Table]:
    count = _parquet_rows(path)
    for begin in range(0, max(count, 1), rows):
        with parquet_read(path, (begin, min(begin + rows, count))):
            part = pl.scan_parquet(path, glob=False).slice(begin, rows)
            yield _numbered(from_frame(part, str(path), wants), begin)


def _numbered(table: Table, before: int) -> Table:
    """Give rows their numbers within their file."""
    return replace(table, frame=table.frame.with_columns(pl.col(ROW) + before))


def _head(path: Path) -> bytes:
    """Give the first lines that hold something; nothing where the file's lines have no end."""
    first = next(lines_of(path, 1 << 20), Lines(b"", 0)).text
    return first if b"\n" in first and not first.isspace() else b""


def _of_json_lines(path: Path, wants: Wants, rows: int) -> Iterator[Table]:
    where, size = str(path), rows * _BYTES_PER_ROW
    fields = fields_among(_looked_at(path, size))
    layout = layout_for(fields, wants, where)
    paths = {*layout.wanted, *(spelled(name, fields) for name in wants.named)}
    before = 0
    for lines in lines_of(path, size):
        nodes = json_lines(lines.text, where, lines.skipped)
        if nodes:
            table = Table(where, layout, pluck(nodes, lean_decoder(paths), paths, every=False))
            yield _numbered(replace(table, frame=finite(table.frame, layout)), before)
        before += len(nodes)


def _looked_at(path: Path, size: int) -> Iterator[Node]:
    """Give the records that tell which fields there are, as for a document that is held."""
    where = str(path)
    parts = (json_lines(part.text, where, part.skipped) for part in lines_of(path, size))
    count = sum(len(nodes) for nodes in parts)
    before, chosen = 0, iter(looked_at(count))
    place = next(chosen, None)
    for part in lines_of(path, size):
        nodes = json_lines(part.text, where, part.skipped)
        while place is not None and place < before + len(nodes):
            yield nodes[place - before]
            place = next(chosen, None)
        before += len(nodes)


def _of_table(path: Path, wants: Wants, rows: int) -> Iterator[Table]:
    where, before, header = str(path), 0, b""
    for lines in lines_of(path, rows * _BYTES_PER_ROW, quoted=True):
        header = header or header_of(lines.text)
        text = lines.text if not lines.skipped else header + lines.text
        frame = read_delimited(text, where, None, max(lines.skipped - header.count(b"\n"), 0))
        if frame.height or not before:
            table = from_frame(frame.lazy(), where, wants)
            yield _numbered(replace(table, frame=numeric(table.frame, table.layout)), before)
        before += frame.height
