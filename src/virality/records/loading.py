"""Load one input, whatever it is, as a table of raw columns."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from virality.errors import SourceError
from virality.records.columnar import flat_columns, gathered, is_numbered
from virality.records.content import PARQUET, starts, text_of
from virality.records.delimited import read_delimited
from virality.records.documents import Node, decode, fields_of, parse, records_in
from virality.records.elsewhere import Elsewhere
from virality.records.joining import exactly
from virality.records.lean import lean_decoder
from virality.records.made import is_made, read_made
from virality.records.nesting import nested
from virality.records.plucking import LIST, pluck
from virality.records.recognition import Layout, recognise
from virality.records.table import FAULT, ROW, Made, Table, Wants

FRAME: Final = "<frame>"
RECORDS: Final = "<records>"

_EXACT: Final = 2.0**53
_CODE: Final = r"^[+-]?0\d"

Input = Path | pl.DataFrame | pl.LazyFrame | Elsewhere | Sequence[Mapping[str, Any]]
"""A file, a frame (lazy or not), what lies elsewhere, or records as Python holds them."""


def load(source: Input, wants: Wants) -> Table | Made:
    """Load one input.

    Parameters
    ----------
    source
        A file, a frame, or records.
    wants
        What to read of it.

    Returns
    -------
    Table or Made
        The raw columns, or features already made.

    Raises
    ------
    SourceError
        If it cannot be read, holds no records, or no source is known that fits it.
    """
    if isinstance(source, pl.DataFrame | pl.LazyFrame):
        return from_frame(source.lazy(), FRAME, wants)
    if isinstance(source, Elsewhere):
        return from_frame(source.scan(), source.where, wants)
    if isinstance(source, Path):
        return _from_file(source, wants)
    return _from_nodes([nested(record) for record in source], RECORDS, wants)


def _from_file(path: Path, wants: Wants) -> Table | Made:
    """Load a file by what its first bytes say it is."""
    where = str(path)
    if starts(path).startswith(PARQUET):
        return _from_parquet(path, wants)
    text = text_of(path)
    if text.lstrip()[:1] in (b"{", b"["):
        return _from_json(text, where, wants)
    table = from_frame(read_delimited(text, where, wants.limit).lazy(), where, wants)
    return replace(table, frame=numeric(table.frame, table.layout))


def _from_parquet(path: Path, wants: Wants) -> Table:
    """Load the wanted columns of a Parquet file."""
    with parquet_read(path):
        return from_frame(pl.scan_parquet(path, glob=False), str(path), wants)


@contextmanager
def parquet_read(path: Path, rows: tuple[int, int] | None = None) -> Iterator[None]:
    """Say of a Parquet file that cannot be read what is wrong, and of which rows if of some.

    Raises
    ------
    SourceError
        When it is broken.
    """
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        place = "" if rows is None else f", rows {rows[0] + 1:,} to {rows[1]:,}"
        raise SourceError(
            "the Parquet file is broken or incomplete",
            where=f"{path}{place}",
            remedy="copy it again",
        ) from error


def _from_json(text: bytes, where: str, wants: Wants) -> Table | Made:
    """Load the records of a JSON document."""
    document = parse(text, where)
    if is_made(document):
        return read_made(document, where)
    return _from_nodes(records_in(document, where), where, wants)


def _from_nodes(nodes: Sequence[Node], where: str, wants: Wants) -> Table:
    """Load records, decoded or not."""
    fields = fields_of(nodes)
    layout = layout_for(fields, wants, where)
    paths = {*layout.wanted, *(spelled(name, fields) for name in wants.named)}
    reader = decode if wants.every else lean_decoder(paths)
    frame = pluck(nodes[: wants.limit], reader, paths, every=wants.every)
    return Table(where, layout, finite(frame, layout))


def from_frame(frame: pl.LazyFrame, where: str, wants: Wants) -> Table:
    """Load the wanted columns of a frame.

    Raises
    ------
    SourceError
        If it holds no records, or no source is known that fits it.
    """
    schema = frame.collect_schema()
    single = flat_columns(schema, where)
    columns = {**single, **gathered(schema)}
    layout = layout_for([path for path in columns if _is_field(path)], wants, where)
    wanted = {*layout.wanted, *wants.named, FAULT}
    if wants.every:
        wanted |= {path for path in single if _is_field(path)}
    picked = [column.alias(path) for path, column in columns.items() if _meant(path, wanted)]
    rows = frame.head(wants.limit) if wants.limit is not None else frame
    raw = rows.select(picked).collect().with_row_index(ROW, offset=1)
    if not raw.height and wants.limit != 0:
        raise _hollow(where)
    return Table(where, layout, raw.with_columns(pl.col(ROW).cast(pl.Int64)))


def layout_for(fields: Collection[str], wants: Wants, where: str) -> Layout:
    """Recognise a file that has any fields at all.

    Raises
    ------
    SourceError
        If it has none, or no source is known that fits it.
    """
    if not fields:
        raise _hollow(where)
    return recognise(fields, wants.mapping, where)


def _hollow(where: str) -> SourceError:
    """Build the error for a file without a single record."""
    return SourceError("holds no records", where=where, remedy="scrape it again")


def _is_field(path: str) -> bool:
    """Tell whether a column is the file's own, and no element of a list."""
    return path != FAULT and not is_numbered(path)


def spelled(name: str, fields: Collection[str]) -> str:
    """Write the path of an extra column as the fields have it: a list, or not."""
    return name + LIST if name not in fields and name + LIST in fields else name


def _meant(path: str, wanted: Collection[str]) -> bool:
    """Tell whether a path is wanted, by its name with or without the mark of a list."""
    return path in wanted or path.removesuffix(LIST) in wanted


def numeric(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Make numbers of extra columns of text in which everything is one; blanks are unknown.

    Numbers too large to be exact, as ids are, stay text; so do codes such as 007.
    """
    used = {*layout.wanted, FAULT}
    texts = [
        name for name, dtype in frame.schema.items() if dtype == pl.String and name not in used
    ]
    return frame.with_columns(_number(frame[name].alias("given")).alias(name) for name in texts)


def _number(column: pl.Series) -> pl.Series:
    """Give a column as numbers, or as it is where one of its values is none."""
    text = column.str.strip_chars()
    blank = text.is_null() | (text == "")
    number = text.cast(pl.Float64, strict=False)
    exact = (number.abs() < _EXACT) & ~text.str.contains(_CODE)
    every = (exact.fill_null(value=False) | blank).all()
    return number if every and not blank.all() else column


def finite(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Make null what is not finite in the extra columns of a JSON document."""
    used = set(layout.wanted)
    names = [name for name, dtype in frame.schema.items() if dtype.is_float() and name not in used]
    return frame.with_columns(
        pl.when(exactly(name).is_finite()).then(exactly(name)).alias(name) for name in names
    )
