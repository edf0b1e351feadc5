"""Records in databases: the same rows as from a file, read only, and no password shown."""

import sqlite3
from contextlib import closing

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from postgres import needs_postgres, serving
from virality.errors import OptionError, SourceError
from virality.interfaces.cli import main
from virality.records import read
from virality.records.databases import Database, masked
from virality.records.slices import slices
from virality.sample import make_sample

duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")


@pytest.fixture(scope="module")
def frame():
    columns = [
        "video_id",
        "author_id",
        "caption",
        "views",
        "likes",
        "duration_seconds",
        "followers",
    ]
    whole = read(make_sample(300, seed=3).records).frame
    stamps = [
        pl.col(name).dt.to_string("%Y-%m-%dT%H:%M:%SZ") for name in ("created_at", "scraped_at")
    ]
    return whole.select(*columns, *stamps)


@pytest.fixture(scope="module")
def files(frame, tmp_path_factory):
    folder = tmp_path_factory.mktemp("databases")
    frame.write_parquet(folder / "videos.parquet")
    names, rows = ", ".join(f'"{name}"' for name in frame.columns), frame.rows()
    marks = ", ".join("?" * frame.width)
    with closing(sqlite3.connect(folder / "videos.sqlite")) as connection:
        connection.execute(f"CREATE TABLE scraped ({names})")
        connection.executemany(f"INSERT INTO scraped VALUES ({marks})", rows)  # noqa: S608
        connection.execute("CREATE TABLE other (a)")
        connection.commit()
    with closing(duckdb.connect(str(folder / "videos.duckdb"))) as connection:
        connection.read_parquet(str(folder / "videos.parquet")).create("scraped")
    return folder


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_table_gives_the_records_that_a_file_of_the_same_rows_gives(files, kind):
    expected = read(files / "videos.parquet")
    for url in (str(files / f"videos.{kind}"), f"{kind}:///{files}/videos.{kind}"):
        found = read(Database(url, table="scraped"))
        assert found.frame.equals(expected.frame)
        assert found.sources[0][1] == expected.sources[0][1]


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_portions_of_a_table_are_its_records_numbered_through(files, kind):
    database = Database(str(files / f"videos.{kind}"), table="scraped")
    parts = list(slices(database, 70))
    whole = pl.concat([part.usable for part in parts])
    assert len(parts) > 3
    assert whole["video_id"].to_list() == read(files / "videos.parquet").frame["video_id"].to_list()
    assert whole["\0row"].to_list() == list(range(1, whole.height + 1))
    assert database.count() == whole.height


def test_a_query_gives_what_it_selects(files):
    query = "SELECT * FROM scraped WHERE CAST(views AS INTEGER) > 5000;"
    found = read(Database(str(files / "videos.sqlite"), query=query)).frame
    assert 0 < found.height < read(files / "videos.parquet").frame.height
    assert (found["views"] > 5000).all()


def test_a_database_with_one_table_needs_no_name_and_one_with_several_lists_them(files):
    assert read(str(files / "videos.duckdb")).frame.height > 200
    with pytest.raises(SourceError, match=r"no table is named.*other, scraped"):
        read(str(files / "videos.sqlite"))


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_nothing_can_be_changed_by_a_query(files, kind):
    path = files / f"videos.{kind}"
    before = path.read_bytes()
    with pytest.raises(SourceError):
        read(Database(str(path), query="DROP TABLE scraped"))
    with pytest.raises(SourceError):
        read(Database(str(path), query="INSERT INTO scraped SELECT * FROM scraped"))
    assert path.read_bytes() == before


def test_a_table_that_is_missing_is_named_in_the_error(files):
    with pytest.raises(SourceError, match="nowhere") as caught:
        read(Database(str(files / "videos.sqlite"), table="nowhere"))
    assert "videos.sqlite" in str(caught.value)


def test_names_of_tables_are_quoted(files):
    with pytest.raises(SourceError, match="no such table"):
        read(Database(str(files / "videos.sqlite"), table='scraped" --'))


def test_what_cannot_be_reached_is_an_error_without_its_password():
    url = "postgresql://ann:s3cret%21word@127.0.0.1:1/videos"
    with pytest.raises(SourceError) as caught:
        read(Database(url, table="scraped"))
    assert "s3cret" not in str(caught.value)
    assert "ann:***@127.0.0.1" in str(caught.value)
    assert masked("host=x password=s3cret user=ann") == "host=x password=*** user=ann"


def test_a_table_and_a_query_at_once_are_refused():
    with pytest.raises(OptionError, match="not both"):
        Database("sqlite:///videos.db", table="a", query="SELECT 1")


def test_a_missing_file_and_another_kind_are_refused(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        read("sqlite:///nowhere.db")
    with pytest.raises(SourceError, match="cannot be read from there"):
        read("mysql://host/videos")
    with pytest.raises(SourceError, match="no database"):
        read(Database("mongodb://host/videos", table="a"))


@pytest.fixture(scope="module")
def server(frame, tmp_path_factory):
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    with serving(tmp_path_factory.mktemp("postgres")) as server:
        with psycopg.connect(server.url) as connection:
            kinds = {"Int64": "bigint", "Float64": "double precision", "String": "text"}
            columns = ", ".join(f"{name} {kinds[str(kind)]}" for name, kind in frame.schema.items())
            connection.execute("CREATE SCHEMA scrapes")
            connection.execute(f"CREATE TABLE scrapes.videos ({columns}, seen uuid, score numeric)")
            marks = ", ".join(["%s"] * frame.width)
            rows = f"INSERT INTO scrapes.videos VALUES ({marks}, gen_random_uuid(), 1.5)"  # noqa: S608
            connection.cursor().executemany(rows, frame.rows())
        yield server


@needs_postgres
def test_postgresql_gives_the_same_records_and_its_own_kinds_as_numbers_and_text(files, server):
    found = read(Database(server.url, table="scrapes.videos")).frame
    expected = read(files / "videos.parquet").frame
    assert_frame_equal(found.select(expected.columns), expected, check_row_order=False)
    assert found.schema["score"] == pl.Float64
    assert found.schema["seen"] == pl.String


@needs_postgres
def test_postgresql_hands_out_portions_and_lets_nothing_be_changed(server):
    database = Database(server.url, query="SELECT * FROM scrapes.videos WHERE views > 500")
    sizes = [part.frame.height for part in slices(database, 50)]
    assert sum(sizes) == database.count() > 50
    assert max(sizes) == 50
    with pytest.raises(SourceError, match="cannot be read"):
        read(Database(server.url, query="DELETE FROM scrapes.videos RETURNING *"))
    assert database.count() == sum(sizes)


@needs_postgres
def test_a_wrong_password_is_told_without_any(server):
    with pytest.raises(SourceError, match="authentication failed") as caught:
        read(Database(server.url.replace("s3cret", "wr0ng"), table="scrapes.videos"))
    assert "wr0ng" not in str(caught.value)


@needs_postgres
def test_the_command_line_trains_on_a_table_and_shows_no_password(server, tmp_path, capsys):
    model = tmp_path / "model.json"
    words = ["train", server.url, "--out", str(model)]
    assert main([*words, "--table", "scrapes.nothing"]) == 2
    assert "s3cret" not in capsys.readouterr().err
    assert main([*words, "--table", "scrapes.videos"]) == 0
    held = capsys.readouterr()
    assert "s3cret" not in held.out + held.err + model.read_text()
    streamed = tmp_path / "streamed.json"
    assert main([*words[:3], str(streamed), "--table", "scrapes.videos", "--memory", "1GB"]) == 0


def test_a_table_is_asked_for_only_where_there_is_a_database(files, capsys):
    assert main(["train", str(files / "videos.parquet"), "--table", "scraped"]) == 2
    assert "no SOURCE is a database" in capsys.readouterr().err
    assert main(["train", str(files / "videos.sqlite")]) == 2
    assert "--table" in capsys.readouterr().err
