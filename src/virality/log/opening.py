"""Opening a log: the engine of its database, its tables brought up to date, its secret."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from virality.errors import LogError, OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

DEFAULT = "virality.db"
KEY = "VIRALITY_LOG_KEY"
_LOCK = 7_310_249
_WAIT_SECONDS = 10
_KEY_BYTES = 32
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
    found = _url(url)
    engine = create_engine(found, pool_pre_ping=True, **_choices(found))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepared)
        event.listen(engine, "begin", _begun)
    with reached(engine), writing(engine) as connection:
        if engine.dialect.name == "postgresql":  # one process at a time brings it up to date
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
        command.upgrade(config, "head")
    return engine


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
    """Refuse a log that is not there, where one is to be read.

    Raises
    ------
    OptionError
        When it is a file that does not exist.
    """
    path = _url(url).database if _url(url).get_backend_name() == "sqlite" else None
    if path and path != ":memory:" and not Path(path).is_file():
        raise OptionError("there is no log", where=path, remedy="virality serve --log makes one")


def secret_of(url: str) -> bytes:
    """Give the secret that pseudonyms are made with: of the environment, or beside the file.

    Raises
    ------
    OptionError
        When a server's log has none in the environment, or one is too short.
    """
    stated = os.environ.get(KEY, "")
    if stated:
        if len(stated) < _KEY_BYTES // 2:
            raise OptionError("it has fewer than 16 characters", where=KEY)
        return stated.encode()
    path = _url(url).database
    if _url(url).get_backend_name() != "sqlite" or not path or path == ":memory:":
        raise OptionError(
            "accounts are kept under pseudonyms, which take a secret of your own",
            where=KEY,
            remedy="set it: python -c 'import secrets; print(secrets.token_hex(32))'",
        )
    return _beside(Path(f"{path}.key"))


def _beside(path: Path) -> bytes:
    """Read the secret beside a file, or make it, for its owner's eyes alone."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes().strip()
    except OSError as error:
        raise OptionError(f"cannot be written: {error.strerror}", where=str(path)) from error
    with os.fdopen(file, "wb") as stream:
        stream.write(secrets.token_hex(_KEY_BYTES).encode())
    return path.read_bytes().strip()


def _url(url: str) -> URL:
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


def _choices(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _WAIT_SECONDS, "check_same_thread": False}}
    return {"connect_args": {"connect_timeout": _WAIT_SECONDS}}


def _prepared(connection: Any, _: object) -> None:  # noqa: ANN401  the driver's own
    """Let readers and a writer work side by side, and put what is committed on the disk."""
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
