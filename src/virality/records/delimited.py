"""Read tables of text, separated by commas, semicolons, tabs or bars."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from virality.errors import SourceError
from virality.records.columnar import twice
from virality.records.joining import exactly
from virality.records.recognition import dotted
from virality.records.table import FAULT

_SEPARATORS: Final = ",;\t|"
_HEAD: Final = 1 << 20
_UNNAMED: Final = "\0unnamed"


def read_delimited(text: bytes, where: str, limit: int | None, skipped: int = 0) -> pl.DataFrame:
    """Read a table, all of its columns as text.

    Parameters
    ----------
    text
        The file's bytes, in UTF-8.
    where
        The file's name, for errors.
    limit
        How many rows to read at most; None reads all.
    skipped
        How many lines of the file were left out after the header, for errors.

    Returns
    -------
    polars.DataFrame
        The columns, and FAULT where some rows do not fit the header. Blank rows are left out.

    Raises
    ------
    SourceError
        If two columns share a name, or the quotes are broken.
    """
    body = _lines(text)
    separator, names = _header(body)
    _check_names(names, where)
    try:
        frame = _fast(body, separator, names)
    except pl.exceptions.PolarsError:
        frame = _tolerant(body, names, _Place(separator, where, skipped))
    fields = [name for name in frame.columns if not name.startswith(_UNNAMED)]
    rows = frame.select(map(exactly, fields)).filter(pl.any_horizontal(pl.all().is_not_null()))
    return rows.head(limit) if limit is not None else rows


def header_of(text: bytes) -> bytes:
    """Cut off the first line of a table that holds something, with its end."""
    body = text.lstrip(b"\r\n")
    end = body.find(b"\n") + 1
    while end and body.count(b'"', 0, end) % 2:
        end = body.find(b"\n", end) + 1
    return body[:end] if end else body + b"\n"


def _lines(text: bytes) -> bytes:
    """Start at the header, with the line ends of this century."""
    body = text.lstrip(b"\r\n")
    return body if b"\n" in body else body.replace(b"\r", b"\n")


def _header(body: bytes) -> tuple[str, list[str]]:
    """Find the separator that cuts the header into most names."""
    head = body[:_HEAD].decode(errors="ignore")
    cut = {mark: _first_row(head, mark) for mark in _SEPARATORS}
    separator = max(cut, key=lambda mark: len(cut[mark]))
    names = [name.strip() for name in cut[separator]]
    return separator, [name or f"{_UNNAMED}{k}" for k, name in enumerate(names)]


def _first_row(head: str, separator: str) -> list[str]:
    """Read the header as if some separator were the right one."""
    try:
        return next(csv.reader(io.StringIO(head, newline=""), delimiter=separator), [])
    except csv.Error:
        return []


def _check_names(names: Sequence[str], where: str) -> None:
    """Refuse columns of one name."""
    seen: set[str] = set()
    for name in map(dotted, names):
        if name in seen:
            raise twice(name, where)
        seen.add(name)


def _fast(body: bytes, separator: str, names: Sequence[str]) -> pl.DataFrame:
    """Read a table that is as it should be."""
    return pl.read_csv(
        body,
        has_header=True,
        separator=separator,
        infer_schema=False,
        new_columns=list(names),
    )


@dataclass(frozen=True)
class _Place:
    """How a table is cut, and where its lines stand."""

    separator: str
    file: str
    skipped: int

    def line(self, number: int) -> int:
        """Give a line its number within the file; the first is the header's."""
        return number + self.skipped


def _tolerant(body: bytes, names: Sequence[str], place: _Place) -> pl.DataFrame:
    """Read a table some of whose rows do not fit, and mark those."""
    reader = csv.reader(io.StringIO(body.decode(), newline=""), delimiter=place.separator)
    try:
        rows = [(row, place.line(reader.line_num)) for row in reader if any(row)][1:]
    except csv.Error as error:
        raise SourceError(
            f"the table is broken: {error}",
            where=f"{place.file}, line {place.line(reader.line_num)}",
            remedy="save it again as CSV",
        ) from error
    return _framed(rows, names)


def _framed(rows: Iterable[tuple[list[str], int]], names: Sequence[str]) -> pl.DataFrame:
    """Lay rows out under the names; those too long are faulty, those too short are padded."""
    width = len(names)
    faults = [_misfit(len(row), width, line) for row, line in rows]
    padded = [[*row[:width], *[""] * (width - len(row))] for row, _ in rows]
    columns = zip(*padded, strict=True) if padded else ([] for _ in names)
    series = [
        pl.Series(name, [value or None for value in values], dtype=pl.String)
        for name, values in zip(names, columns, strict=True)
    ]
    return pl.DataFrame([*series, pl.Series(FAULT, faults, dtype=pl.String)])


def _misfit(fields: int, width: int, line: int) -> str | None:
    """Say that a row has too many fields, and where."""
    return f"{fields} fields under {width} names (line {line})" if fields > width else None
