"""Feature rows in tables of databases, and the SELECT that scores them."""

from contextlib import contextmanager

import pandas as pd

from exported import artefact, listed
from virality.exports.exporting import Wishes, export
from virality.exports.statement import quoted_name

TABLE = 'own."videos'


@contextmanager
def in_duckdb(names, X):
    """A database with a table of feature rows."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA own")
        connection.execute(_create(names))
        connection.register("given", pd.DataFrame(X).reset_index())
        connection.execute(f"INSERT INTO {_quoted()} SELECT * FROM given")  # noqa: S608  ours
        yield connection


@contextmanager
def in_postgres(names, X, url):
    """The same in PostgreSQL, gone again at the end."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("CREATE SCHEMA own")
        connection.execute(_create(names))
        with connection.cursor().copy(f"COPY {_quoted()} FROM STDIN") as copy:
            for number, row in enumerate(listed(X)):
                copy.write_row([number, *row])
        yield connection
        connection.rollback()


def _quoted():
    return ".".join(map(quoted_name, TABLE.split(".")))


def _create(names):
    columns = ", ".join(f"{quoted_name(name)} FLOAT8" for name in names)
    return f"CREATE TABLE {_quoted()} (video_id INTEGER, {columns})"


def statement(schema, **wishes):
    """The SELECT of a model of the sample."""
    return export(artefact(schema), "sql", Wishes(table=TABLE, **wishes)).content.decode()


def answered(rows):
    """What a statement gave, in the order of the rows."""
    return [
        {
            "score": row[1],
            "tier": row[2],
            "tier_probabilities": row[3:8],
            "percentile": row[8],
            "interval": row[9:],
        }
        for row in sorted(rows)
    ]
