"""A model as one SELECT, run by DuckDB and by PostgreSQL."""

import numpy as np
import pytest

from exported import SCHEMAS, artefact, assert_agrees, only, planned_sets, rows
from exported_sql import TABLE, answered, in_duckdb, in_postgres, statement
from hostile import hostile_run
from postgres import needs_postgres, serving
from virality.errors import OptionError
from virality.exports.exporting import Wishes, export
from virality.exports.statement import tree

duckdb = pytest.importorskip("duckdb", reason="of the extra 'database'")
pytest.importorskip("psycopg", reason="of the extra 'database'")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("postgres")) as one:
        yield one


def asked(schema):
    """Rows of which all is known, what was often missing is missing, and nothing is known."""
    X, classifier = rows(schema), artefact(schema).classifier
    learned = classifier.population.gaps.known if classifier.model.gaps else []
    gappy = [only(X[:30], np.flatnonzero(known)) for known in learned]
    return np.vstack([X, *gappy, np.full((1, X.shape[1]), np.nan)])


def refused(schema):
    """Rows that SQL cannot answer."""
    X = rows(schema)[:3]
    return np.vstack([only(X, columns) for columns in planned_sets(schema)])


@pytest.mark.parametrize("schema", SCHEMAS)
def test_answers_in_duckdb_are_the_librarys(schema):
    X = asked(schema)
    with in_duckdb(artefact(schema).names, X) as connection:
        found = answered(connection.execute(statement(schema)).fetchall())
    assert_agrees(schema, X[:10_000], found[:10_000])
    assert_agrees(schema, X[10_000:], found[10_000:])


@needs_postgres
@pytest.mark.parametrize("schema", SCHEMAS)
def test_answers_in_postgres_are_the_librarys(schema, server):
    X = asked(schema)
    with in_postgres(artefact(schema).names, X, server.url) as connection:
        found = answered(connection.execute(statement(schema)).fetchall())
        connection.execute(f"CREATE VIEW scores AS {statement(schema)}")
        one = connection.execute("SELECT * FROM scores WHERE video_id = 7").fetchall()
    assert_agrees(schema, X[:10_000], found[:10_000])
    assert_agrees(schema, X[10_000:], found[10_000:])
    assert answered(one) == [found[7]]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_rows_that_take_an_average_get_null(schema):
    X = refused(schema)
    with in_duckdb(artefact(schema).names, X) as connection:
        found = connection.execute(statement(schema)).fetchall()
    assert len(found) == len(X)
    assert all(value is None for row in found for value in row[1:])


@needs_postgres
def test_rows_that_take_an_average_get_null_in_postgres(server):
    X = np.vstack([refused("creator-1"), np.full((1, len(artefact("creator-1").names)), np.inf)])
    with in_postgres(artefact("creator-1").names, X, server.url) as connection:
        found = sorted(connection.execute(statement("creator-1")).fetchall())
    assert all(value is None for row in found[:-1] for value in row[1:])
    assert found[-1][1] is not None  # what is not finite is unknown, and nothing else was known


def test_a_hostile_name_of_a_feature_is_a_column_and_no_code():
    model = hostile_run()[0].scorer
    names, X = model.feature_names, np.full((2, len(model.feature_names)), np.nan)
    text = export(model.artefact, "sql", Wishes(table=TABLE)).content.decode()
    with in_duckdb(names, X) as connection:
        found = connection.execute(text).fetchall()
    assert found[0][1] == pytest.approx(model.score({}).score, abs=1e-9)


@pytest.mark.parametrize(
    "keys", [("video_id", "video_id"), ("a", "A"), ("TIER",), ("",), ("a\0b",)]
)
def test_a_key_that_would_make_no_sense_is_refused(keys):
    with pytest.raises(OptionError):
        statement("reference-15", keys=keys)


def test_other_keys_stand_beside_the_answers():
    X = rows("reference-15")[:2]
    with in_duckdb(artefact("reference-15").names, X) as connection:
        shown = connection.execute(statement("reference-15", keys=("likeRate", "video_id")))
        assert [column[0] for column in shown.description][:3] == ["likeRate", "video_id", "score"]


def test_a_tree_chooses_as_a_search_does():
    limits = [0.0, 1.5, 2.0, 8.0]
    with duckdb.connect() as connection:
        for value in (-1.0, 0.0, 1.0, 1.5, 1.75, 2.0, 7.0, 8.0, 9.0):
            text = f"SELECT {tree(limits, list('01234'), 'x')} FROM (SELECT {value} AS x)"  # noqa: S608  ours
            wanted = int(np.searchsorted(limits, value, side="right"))
            assert connection.execute(text).fetchone() == (wanted,)
