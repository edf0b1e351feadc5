"""Opening a log: the engine of its database, and its tables brought up to date."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, SQLAlchemyError

from virality.errors import LogError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

    from sqlalchemy import URL, Connection

DEFAULT = "virality.db"
_LOCK = 7_310_249
_WAIT_SECONDS = 10
_MAGIC = b"SQLite format 3\0"
_TABLES = {"models", "predictions", "outcomes"}
_WRITES = "virality_writes"


def opened(url: str) -> Engine:
    """Open a database and bring its tables up to date.

    Parameters
    ----------
    url
        ``postgresql://user:password@host/name``, ``sqlite:///path``, or the path of a file of
        SQLite, which is made where it is missing.

    Raises
    ------
    OptionError
        When it is no database that can keep a log.
    LogError
        When it cannot be reached.
    """
    found, path = url_of(url), file_of(url)
    if path is not None:
        _make(path)
    engine = create_engine(
        found, pool_pre_ping=True, json_serializer=_written, **_choices(found, path)
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepared)
        event.listen(engine, "begin", _begun)
        # many rows a statement: between rows other threads take over, for a millisecond each
        engine.dialect.use_insertmanyvalues_wo_returning = True
    if path is not None:
        event.listen(engine, "connect", lambda _, record: record.info.update(file=_which(path)))
        event.listen(engine, "checkout", lambda _, record, __: _require_same(path, record.info))
    with reached(engine), writing(engine) as connection:
        stand_alone(connection)  # one process at a time brings it up to date
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
        command.upgrade(config, "head")
    return engine


def stand_alone(connection: Connection) -> None:
    """Wait until no other process is in such a transaction; in SQLite no two ever write at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction that is committed at the end."""
    with engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


@contextmanager
def reached(engine: Engine) -> Iterator[None]:
    """Say of a database that cannot be used now what is wrong, without its password.

    Raises
    ------
    LogError
        When it cannot.
    """
    try:
        yield
    except SQLAlchemyError as error:
        origin = error.orig if isinstance(error, DBAPIError) else error
        reason = (str(origin).strip() or type(error).__name__).splitlines()[0]
        raise LogError(
            f"the log cannot be used: {reason}",
            where=engine.url.render_as_string(hide_password=True),
            remedy="see that the database runs, that it may be written, and has room",
        ) from None


def require_log(url: str) -> None:
    """Refuse what holds no log, where one is to be read; nothing is written there.

    Raises
    ------
    OptionError
        When there is no such file, or the database holds no log.
    LogError
        When it cannot be reached.
    """
    path = file_of(url)
    if path is not None and not path.is_file():
        raise OptionError(
            "there is no log", where=str(path), remedy="virality serve --log makes one"
        )
    if path is not None:
        _require_database(path)
    found = url_of(url)
    engine = create_engine(found, **_choices(found, path))
    with reached(engine), engine.connect() as connection:
        there = set(inspect(connection).get_table_names()) >= _TABLES
    engine.dispose()
    if not there:
        raise OptionError(
            "the database holds no log",
            where=found.render_as_string(hide_password=True) if path is None else str(path),
            remedy="name the one that virality serve --log writes",
        )


def file_of(url: str) -> Path | None:
    """Give the file of a log; None of a server's, and of one that is in memory."""
    found = url_of(url)
    named = found.database if found.get_backend_name() == "sqlite" else None
    return Path(named) if named and named != ":memory:" else None


def _make(path: Path) -> None:
    """See that there is a database, or an empty file, which is one."""
    try:
        path.open("ab").close()
    except OSError as error:
        raise LogError(f"cannot be written: {error.strerror}", where=str(path)) from None
    _require_database(path)


def _require_database(path: Path) -> None:
    with path.open("rb") as file:
        begins = file.read(len(_MAGIC))
    if begins and begins != _MAGIC:
        raise OptionError(
            "is a file, and no database", where=str(path), remedy="name another file for the log"
        )


def _which(path: Path) -> tuple[int, int] | None:
    """Tell a file from another of the same name; None where there is none."""
    try:
        stated = path.stat()
    except OSError:
        return None
    return stated.st_dev, stated.st_ino


def _require_same(path: Path, known: MutableMapping[Any, Any]) -> None:
    """Let go of a connection whose file was removed: what it writes, nobody will read."""
    if known["file"] != _which(path):
        raise DisconnectionError("the file of the log was removed or replaced")


def url_of(url: str) -> URL:
    """Read the address of a log, or the path of its file.

    Raises
    ------
    OptionError
        When it is no database that can keep a log.
    """
    if "://" not in url:
        return make_url(f"sqlite:///{url}")
    try:
        found = make_url(url)
    except ArgumentError:
        raise OptionError("it is no address of a database", where="--log") from None
    if found.get_backend_name() in {"postgresql", "postgres"}:
        return found.set(drivername="postgresql+psycopg")
    if found.get_backend_name() == "sqlite":
        return found
    raise OptionError(
        f"{found.get_backend_name()} cannot keep a log",
        where="--log",
        remedy="name postgresql://user@host/name, or a file for SQLite",
    )


def _choices(url: URL, path: Path | None) -> dict[str, Any]:
    if path is not None:  # a file that is gone is not made anew: it would lack what was kept
        address = f"{path.absolute().as_uri()}?mode=rw"
        return {
            "creator": lambda: sqlite3.connect(
                address, uri=True, timeout=_WAIT_SECONDS, check_same_thread=False
            )
        }
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _WAIT_SECONDS, "check_same_thread": False}}
    return {"connect_args": {"connect_timeout": _WAIT_SECONDS}}


def _written(value: object) -> str:
    """Write a column of JSON, of plain values and of numbers as NumPy has them."""
    return msgspec.json.encode(value, enc_hook=float).decode()


def _prepared(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's own
    """Let readers and a writer work side by side, and put what is committed on the disk."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
