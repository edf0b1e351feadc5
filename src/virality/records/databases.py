"""Records in a table of a database, read in a transaction that cannot change it.

PostgreSQL by psycopg and DuckDB by its own package come with the extra ``database``; SQLite with
Python. Rows come in batches, which a server hands out as they are asked for.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

import polars as pl
import polars.selectors as cs

from virality.errors import OptionError, SourceError
from virality.records.elsewhere import scheme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_POSTGRES = ("postgresql", "postgres")
_FILES = ("sqlite", "duckdb")
_BATCH = 20_000
_SHOWN = 10
_MAGIC = {"sqlite": (0, b"SQLite format 3\0"), "duckdb": (8, b"DUCK")}
_PASSWORD = re.compile(r"(://[^:/@]*):[^@]*@|(password=)[^\s&]*", re.IGNORECASE)
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
    "AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "duckdb": "SELECT table_name FROM information_schema.tables ORDER BY table_name",
    "postgresql": "SELECT table_schema || '.' || table_name FROM information_schema.tables "
    "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
}

Connection = Any
"""A connection as Python's database interface (PEP 249) describes it."""


@dataclass(frozen=True)
class Database:
    """A table, or what a query gives.

    Attributes
    ----------
    url
        ``postgresql://user:password@host/name``, ``sqlite:///path`` or ``duckdb:///path``; or the
        path of a file of one of the latter.
    table
        A table or view, after its schema and a dot where it has one. May be left out where there is
        but one.
    query
        A SELECT in its place.

    Examples
    --------
    >>> Database("postgresql://ann:secret@host/videos", table="scraped").where
    'postgresql://ann:***@host/videos, scraped'
    """

    url: str
    table: str | None = None
    query: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is ambiguous.

        Raises
        ------
        OptionError
            When both a table and a query are given.
        """
        if self.table is not None and self.query is not None:
            raise OptionError("give a table or a query, not both", where="query")

    @property
    def where(self) -> str:
        """What errors and rejections call it, without its password."""
        return f"{masked(self.url)}, {self.table or 'the query' if self._chosen else 'a table'}"

    @property
    def _chosen(self) -> bool:
        return self.table is not None or self.query is not None

    def scan(self) -> pl.LazyFrame:
        """Read all rows; as for ``Elsewhere.scan``."""
        frames = list(self._batches(_BATCH))
        return pl.concat(frames, how="vertical_relaxed").lazy()

    def portions(self, rows: int) -> Iterator[pl.LazyFrame]:
        """Read so many rows at a time; as for ``Elsewhere.portions``."""
        return (frame.lazy() for frame in self._batches(rows))

    def count(self) -> int:
        """Count the rows."""
        with self._cursor() as (connection, kind):
            statement = f"SELECT count(*) FROM ({self._select(connection, kind)}) AS counted"  # noqa: S608  names are quoted
            return int(_rows(connection, statement)[0][0])

    def _batches(self, rows: int) -> Iterator[pl.DataFrame]:
        with self._cursor() as (connection, kind):
            statement = self._select(connection, kind)
            named = {"name": "virality"} if kind == "postgresql" else {}  # rows stay at the server
            with closing(connection.cursor(**named)) as cursor:
                cursor.execute(statement)
                names, found = [one[0] for one in cursor.description], False
                while batch := cursor.fetchmany(rows):
                    found = True
                    yield _framed(batch, names)
                if not found:
                    yield pl.DataFrame(schema=names)

    def _select(self, connection: Connection, kind: str) -> str:
        if self.query is not None:
            return self.query.strip().rstrip(";")
        table = self.table or self._only_table(connection, kind)
        parts = (f'"{part}"' for part in table.replace('"', '""').split("."))
        return f"SELECT * FROM {'.'.join(parts)}"  # noqa: S608  names are quoted

    def _only_table(self, connection: Connection, kind: str) -> str:
        tables = [str(row[0]) for row in _rows(connection, _TABLES[kind])]
        if len(tables) == 1:
            return tables[0]
        more = " and others" if len(tables) > _SHOWN else ""
        raise SourceError(
            "no table is named" if tables else "there is no table",
            where=masked(self.url),
            remedy=f"name one of {', '.join(tables[:_SHOWN])}{more} by --table, or a --query"
            if tables
            else "check which database this is",
        )

    @contextmanager
    def _cursor(self) -> Iterator[tuple[Connection, str]]:
        """Connect for reading, and turn what a driver says into an error that names the place."""
        kind = kind_of(self.url)
        try:
            with closing(_CONNECT[kind](self.url)) as connection:
                yield connection, kind
        except ModuleNotFoundError as error:
            raise SourceError(
                f"{error.name} is not installed",
                where=masked(self.url),
                remedy='pip install "virality[database]"',
            ) from error
        except Exception as error:
            if isinstance(error, SourceError) or not _of_driver(error):
                raise
            reason = masked((str(error).strip() or type(error).__name__).splitlines()[0])
            secret = urlsplit(self.url).password if scheme_of(self.url) else None
            if secret:
                reason = reason.replace(unquote(secret), "***").replace(secret, "***")
            raise SourceError(
                f"cannot be read: {reason}",
                where=self.where,
                remedy="check the address, the table, and who may read it",
            ) from None


def kind_of(url: str) -> str:
    """Name the kind of a database: postgresql, sqlite or duckdb.

    Raises
    ------
    SourceError
        When it is none of these.
    """
    scheme = scheme_of(url)
    if scheme in _POSTGRES:
        return "postgresql"
    if scheme in _FILES:
        return scheme
    found = file_kind(Path(url)) if scheme is None else None
    if found is None:
        raise SourceError(
            "is no database that can be read",
            where=masked(url),
            remedy="name postgresql://, sqlite:/// or duckdb:///",
        )
    return found


def is_database(source: str) -> bool:
    """Tell whether a text names a database, by its scheme or by what the file begins with."""
    scheme = scheme_of(source)
    return scheme in {*_POSTGRES, *_FILES} or (
        scheme is None and file_kind(Path(source)) is not None
    )


def file_kind(path: Path) -> str | None:
    """Tell a file of SQLite or DuckDB by its first bytes; None for any other."""
    with suppress(OSError, ValueError):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(16)
            return next(
                (kind for kind, (at, mark) in _MAGIC.items() if head[at : at + len(mark)] == mark),
                None,
            )
    return None


def masked(text: str) -> str:
    """Put stars in the place of a password.

    Examples
    --------
    >>> masked("postgresql://ann:secret@host/videos")
    'postgresql://ann:***@host/videos'
    """
    return _PASSWORD.sub(lambda found: f"{found[1]}:***@" if found[1] else f"{found[2]}***", text)


def _path_of(url: str) -> str:
    """Give the path of a database that is a file, of ``kind:///relative`` or ``kind:////absolute``.

    Raises
    ------
    SourceError
        When there is no such file.
    """
    path = unquote(url.partition("://")[2].removeprefix("/")) if scheme_of(url) else url
    if not Path(path).is_file():
        raise SourceError("there is no such file", where=path, remedy="check the path")
    return path


def _sqlite(url: str) -> Connection:
    return sqlite3.connect(f"file:{quote(_path_of(url))}?mode=ro", uri=True)


def _duckdb(url: str) -> Connection:
    import duckdb  # noqa: PLC0415  an extra

    return duckdb.connect(_path_of(url), read_only=True)


def _postgresql(url: str) -> Connection:
    import psycopg  # noqa: PLC0415  an extra

    connection = psycopg.connect(url)
    connection.read_only = True
    return connection


_CONNECT: dict[str, Callable[[str], Connection]] = {
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "postgresql": _postgresql,
}


def _of_driver(error: Exception) -> bool:
    return type(error).__module__.partition(".")[0] in {"sqlite3", "_duckdb", "duckdb", "psycopg"}


def _rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(statement)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _framed(rows: list[tuple[Any, ...]], names: list[str]) -> pl.DataFrame:
    """Make a frame of rows; what is neither number, text nor time is put as text."""
    frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
    texts = [
        pl.Series(name, [None if value is None else str(value) for value in frame[name]])
        for name, kind in frame.schema.items()
        if kind == pl.Object
    ]
    return frame.with_columns(*texts, cs.decimal().cast(pl.Float64))
