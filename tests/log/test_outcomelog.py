"""The log keeps what it is given, joins it, forgets it, and says no name."""

import math
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra log is not installed")

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event

from logged import BEGIN, STATEMENT, counts, noted
from postgres import needs_postgres, serving
from virality.errors import LogError, OptionError
from virality.log import Known, OutcomeLog
from virality.log.opening import opened, require_log
from virality.log.outcomelog import SCHEMA
from virality.log.secret import KEY
from virality.log.tables import METADATA


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("postgres")) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def url(request, tmp_path, monkeypatch):
    if request.param == "sqlite":
        return str(tmp_path / "log.db")
    import psycopg

    monkeypatch.setenv(KEY, "a secret of at least sixteen")
    server = request.getfixturevalue("server")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server.url


@pytest.fixture
def log(url):
    with OutcomeLog(url) as log:
        log.introduce("m1", lambda: STATEMENT)
        yield log


def test_what_is_written_is_read_again_by_whoever_opens_it(log, url):
    log.note([noted(log, 1), noted(log, 2, interval=None, percentile=None, account=None)])
    with OutcomeLog(url) as again:
        frame = again.frame()
        assert again.models()["m1"]["names"] == ["a", "b"]
    assert dict(frame.schema) == SCHEMA
    one = frame.row(0, named=True)
    assert one["prediction"] == "p1"
    assert one["predicted_at"] == BEGIN + timedelta(hours=1)
    assert one["features"] == [1.5, None]
    assert one["probabilities"] == [0.1, 0.2, 0.3, 0.2, 0.2]
    assert (one["score"], one["low"], one["high"]) == (50.25, 10.0, 90.0)
    assert one["outcome"] is None
    assert frame.row(1, named=True)["low"] is None


def test_predictions_are_all_written_or_none(log):
    with pytest.raises(LogError):
        log.note([noted(log, 1), noted(log, 2), noted(log, 1)])
    assert counts(log) == (0, 0)


def test_an_outcome_finds_its_predictions_by_id_or_by_video(log):
    log.note([noted(log, 1), noted(log, 2), noted(log, 3, video=log.names.video("v2"))])
    late = BEGIN + timedelta(days=8)
    told = [
        Known(99.0, late, prediction="p1"),
        Known(100.0, late, video=log.names.video("v2")),
        Known(5.0, late, prediction="p9"),
        Known(5.0, late - timedelta(days=3), prediction="p1"),
    ]
    assert log.keep(told) == ["kept", "kept", "no prediction", "too early"]
    frame = log.frame()
    assert frame["tier"].to_list() == [2, 3, 3]  # a value on a threshold belongs to the upper tier
    assert frame["outcome"].to_list() == [99.0, 100.0, 100.0]
    expected = 100 * math.log(99) / math.log(1e6)
    assert frame["outcome_percentile"][0] == pytest.approx(expected, abs=0.6)


def test_an_outcome_of_nobody_is_not_that_of_all_whose_video_is_unknown(log):
    log.note([noted(log, 1, video=None)])
    assert log.keep([Known(5.0, BEGIN + timedelta(days=8))]) == ["no prediction"]
    assert log.frame()["outcome"].to_list() == [None]


def test_a_later_count_replaces_an_earlier_one_and_never_the_other_way(log):
    log.note([noted(log, 1)])
    early, late = BEGIN + timedelta(days=8), BEGIN + timedelta(days=20)
    assert log.keep([Known(50.0, early, prediction="p1")]) == ["kept"]
    assert log.keep([Known(70.0, late, prediction="p1")]) == ["replaced"]
    assert log.keep([Known(60.0, early, prediction="p1")]) == ["already kept"]
    assert log.frame()["outcome"].to_list() == [70.0]


def test_a_frame_can_be_of_some_time_only(log):
    log.note([noted(log, number) for number in range(10)])
    part = log.frame(BEGIN + timedelta(hours=3), BEGIN + timedelta(hours=6))
    assert part["prediction"].to_list() == ["p3", "p4", "p5"]


def test_order_is_that_of_writing_when_the_clock_is_put_back(log):
    log.note([noted(log, 5)])
    log.note([noted(log, 6, at=BEGIN - timedelta(days=1))])
    assert log.frame()["prediction"].to_list() == ["p5", "p6"]


def test_forgetting_an_account_leaves_nothing_of_it_and_all_of_others(log):
    log.note([noted(log, 1), noted(log, 2, account=log.names.account("bob"))])
    late = BEGIN + timedelta(days=9)
    log.keep([Known(5.0, late, prediction="p1"), Known(6.0, late, prediction="p2")])
    removed = log.forget("ann")
    assert (removed.predictions, removed.outcomes) == (1, 1)
    assert log.frame()["prediction"].to_list() == ["p2"]
    assert log.forget("ann").predictions == 0


def test_what_is_old_is_pruned_with_its_outcomes(log):
    log.note([noted(log, number) for number in range(6)])
    log.keep([Known(5.0, BEGIN + timedelta(days=9), prediction="p1")])
    removed = log.prune(BEGIN + timedelta(hours=2))
    assert (removed.predictions, removed.outcomes) == (2, 1)
    assert log.frame()["prediction"].to_list() == ["p2", "p3", "p4", "p5"]


def test_the_tables_are_those_that_the_migrations_make(url):
    engine = opened(url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()
    opened(url).dispose()  # a second time changes nothing


def test_no_name_is_in_the_file_and_the_secret_is_for_its_owner_alone(tmp_path):
    path = tmp_path / "log.db"
    with OutcomeLog(str(path)) as log:
        log.introduce("m1", lambda: STATEMENT)
        log.note([noted(log, 1, account=log.names.account("very.special.handle"))])
        name = log.names.account("very.special.handle")
    whole = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.suffix != ".key")
    assert b"very.special.handle" not in whole
    assert Path(f"{path}.key").stat().st_mode & 0o077 == 0
    with OutcomeLog(str(path)) as again:
        assert again.names.account("very.special.handle") == name
    with OutcomeLog(str(tmp_path / "other.db")) as other:
        assert other.names.account("very.special.handle") != name


def test_a_file_keeps_what_is_committed_on_the_disk(tmp_path):
    path = tmp_path / "log.db"
    with OutcomeLog(str(path)):
        pass
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_server_needs_a_secret_and_what_is_no_log_is_refused(monkeypatch, tmp_path):
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(OptionError, match=KEY):
        OutcomeLog("postgresql://ann@127.0.0.1/videos")
    monkeypatch.setenv(KEY, "short")
    with pytest.raises(OptionError, match="fewer than 16"):
        OutcomeLog(str(tmp_path / "log.db"))
    monkeypatch.setenv(KEY, "long enough for anyone")
    with pytest.raises(OptionError, match="cannot keep a log"):
        OutcomeLog("mysql://ann@127.0.0.1/videos")
    with pytest.raises(LogError) as caught:
        OutcomeLog("postgresql://ann:s3cret@127.0.0.1:1/videos")
    assert "s3cret" not in str(caught.value)


def test_a_frame_of_an_empty_log_has_all_columns(log):
    assert dict(log.frame().schema) == SCHEMA


def test_nobody_is_forgotten_by_no_name(log):
    log.note([noted(log, 9, account=None)])
    for name in ("", " "):
        with pytest.raises(OptionError, match="names no account"):
            log.forget(name)
    assert log.frame().height > 0


def test_a_log_without_its_secret_is_refused_and_none_is_invented(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY, raising=False)
    path, key = tmp_path / "log.db", tmp_path / "log.db.key"
    with OutcomeLog(str(path)) as log:
        log.introduce("m1", lambda: STATEMENT)
        log.note([noted(log, 1)])
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(OptionError, match=r"log.db.key.*missing.*restore"):
        OutcomeLog(str(path))
    assert not key.exists()
    for bad in (b"", b" \n", b"short"):
        key.write_bytes(bad)
        with pytest.raises(OptionError, match="fewer than 16"):
            OutcomeLog(str(path))
    key.unlink()
    key.mkdir()
    with pytest.raises(OptionError, match=r"log.db.key.*cannot be used"):
        OutcomeLog(str(path))
    key.rmdir()
    key.write_bytes(kept)
    with OutcomeLog(str(path)) as log:
        assert log.frame()["account"][0] == log.names.account("ann")


def test_a_log_refuses_another_secret_than_its_own(url, monkeypatch):
    """With another, forgetting would find nobody, and say that it was done."""
    monkeypatch.setenv(KEY, "the first of the secrets")
    OutcomeLog(url).close()
    monkeypatch.setenv(KEY, "the second of the secrets")  # of an empty log, any
    with OutcomeLog(url) as log:
        log.introduce("m1", lambda: STATEMENT)
        log.note([noted(log, 1)])
    monkeypatch.setenv(KEY, "the third of the secrets")
    with pytest.raises(OptionError, match="the secret is another"):
        OutcomeLog(url)
    monkeypatch.setenv(KEY, "the second of the secrets")
    with OutcomeLog(url) as log:
        assert log.forget("ann").predictions == 1


def test_what_is_no_log_is_neither_read_nor_changed(tmp_path):
    document, foreign = tmp_path / "model.json", tmp_path / "shop.db"
    document.write_text("{}")
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE orders (id)")
    connection.close()
    before = {path: path.read_bytes() for path in (document, foreign)}
    for path, said in ((document, "no database"), (foreign, "holds no log")):
        with pytest.raises(OptionError, match=said):
            require_log(str(path))
    with pytest.raises(OptionError, match="no database"):
        OutcomeLog(str(document))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_log_that_is_there_passes(url):
    OutcomeLog(url).close()
    require_log(url)


def test_nothing_is_acknowledged_into_a_file_that_was_removed(tmp_path):
    path, aside = tmp_path / "log.db", tmp_path / "aside.db"
    with OutcomeLog(str(path)) as log:
        log.introduce("m1", lambda: STATEMENT)
        log.note([noted(log, 1)])
        path.rename(aside)
        with pytest.raises(LogError, match="unable to open"):
            log.note([noted(log, 2)])
        with pytest.raises(LogError):
            log.keep([Known(5.0, BEGIN + timedelta(days=9), prediction="p1")])
        assert not path.exists()
        aside.rename(path)
        log.note([noted(log, 3)])
        assert log.frame()["prediction"].to_list() == ["p1", "p3"]


def test_an_outcome_is_too_early_by_what_is_told_of_its_posting(log):
    log.note([noted(log, 9, posted_at=None)])
    young, old = (Known(5.0, BEGIN + timedelta(days=days), prediction="p9", posted_at=BEGIN)
                  for days in (1, 8))  # fmt: skip
    assert log.keep([young, old]) == ["too early", "kept"]


def test_many_predictions_are_one_statement(tmp_path):
    """Row by row, threads that answer requests would come in between, and keep the writer back."""
    with OutcomeLog(str(tmp_path / "log.db")) as log:
        log.introduce("m1", lambda: STATEMENT)
        told = []
        event.listen(log._engine, "before_cursor_execute", lambda *said: told.append(said[2]))
        log.note([noted(log, number) for number in range(50)])
        assert [text.count("(?") for text in told if text.startswith("INSERT")] == [50]
        assert log.frame().height == 50
