"""What is acknowledged stays, whatever happens to those who wrote it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy", reason="the extra log is not installed")

from logged import BEGIN, STATEMENT, known, noted
from postgres import needs_postgres, serving
from virality.errors import LogError
from virality.log import OutcomeLog, Spool
from virality.log.secret import KEY

SECRET = "a secret of at least sixteen"  # noqa: S105  of nobody
TESTS = Path(__file__).parents[1]
WRITER = """
import sys
sys.path.insert(0, sys.argv[3])
from logged import STATEMENT, known, noted
from virality.log import OutcomeLog
log, first = OutcomeLog(sys.argv[1]), int(sys.argv[2])
log.introduce("m1", lambda: STATEMENT)
log.note([noted(log, number) for number in range(first, first + 1000)])
for number in range(first, first + 1000):
    log.keep([known(number)])
    print(number, flush=True)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def writer(url, first=0):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(first), str(TESTS)],
        env=os.environ | {KEY: SECRET},
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_after(url, many):
    """Kill a process among its writes; give what it was told is kept."""
    process, acknowledged = writer(url), []
    for line in process.stdout:
        acknowledged.append(int(line))
        if len(acknowledged) == many:
            process.send_signal(signal.SIGKILL)
            break
    acknowledged += [int(line) for line in process.stdout if line.endswith("\n")]
    process.wait()
    process.stdout.close()
    return acknowledged


def kept(url):
    with OutcomeLog(url) as log:
        frame = log.frame().drop_nulls("outcome")
    return {int(name.removeprefix("p")) for name in frame["prediction"]}


def test_a_kill_among_a_thousand_writes_loses_nothing_acknowledged_in_a_file(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    url = str(tmp_path / "log.db")
    for many in (1, 60):
        assert kept_all(url, killed_after(url, many))
        (tmp_path / "log.db").unlink()
        for rest in tmp_path.glob("log.db-*"):
            rest.unlink()


def kept_all(url, acknowledged):
    assert acknowledged
    return set(acknowledged) <= kept(url)


@needs_postgres
def test_a_kill_among_a_thousand_writes_loses_nothing_acknowledged_in_a_server(server, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    assert kept_all(server.url, killed_after(server.url, 60))


@needs_postgres
def test_a_server_that_loses_its_power_keeps_what_was_acknowledged(server, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    process, acknowledged = writer(server.url, first=5000), []
    for line in process.stdout:
        acknowledged.append(int(line))
        if len(acknowledged) == 40:
            server.stop("immediate")
            break
    process.kill()
    process.wait()
    process.stdout.close()
    server.start()
    assert kept_all(server.url, acknowledged)


@needs_postgres
def test_predictions_wait_while_a_server_is_gone_and_are_written_when_it_is_back(
    server, monkeypatch
):
    monkeypatch.setenv(KEY, SECRET)
    log = OutcomeLog(server.url)
    log.introduce("m1", lambda: STATEMENT)
    spool = Spool(log.note, seconds=0.1)
    server.stop()
    for number in range(9000, 9100):
        spool.put(1, lambda number=number: [noted(log, number)])
    time.sleep(0.5)
    assert spool.waiting == 100
    with pytest.raises(LogError):
        log.keep([known(9000)])
    server.start()
    assert spool.flush(30.0)
    assert log.keep([known(9000)]) == ["kept"]
    assert spool.dropped == 0
    spool.close()
    log.close()


def test_processes_that_write_one_file_at_once_lose_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    url = str(tmp_path / "log.db")
    processes = [writer(url, first) for first in (0, 1000, 2000)]  # all of them make the tables
    acknowledged = [{int(next(each.stdout)) for _ in range(30)} for each in processes]
    for each in processes:
        each.kill()
        each.wait()
        each.stdout.close()
    assert set.union(*acknowledged) <= kept(url)


@pytest.mark.skipif(sys.platform != "linux", reason="a full device is Linux's")
def test_a_full_disk_keeps_what_was_there_and_makes_others_wait(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY, SECRET)
    path = tmp_path / "log.db"
    with OutcomeLog(str(path)) as log:
        log.introduce("m1", lambda: STATEMENT)
        log.note([noted(log, number) for number in range(50)])
    code = """
import resource, signal, sys
sys.path.insert(0, sys.argv[2])
from logged import noted
from virality.errors import LogError
from virality.log import OutcomeLog
log = OutcomeLog(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, resource.RLIM_INFINITY))
try:
    for first in range(1000, 9000, 500):
        log.note([noted(log, number) for number in range(first, first + 500)])
except LogError as error:
    print("full", len(log.frame()) % 500)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    log.note([noted(log, 9999)])
    print("room", log.frame()["prediction"][-1])
"""
    words = [sys.executable, "-c", code, str(path), str(TESTS)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    assert said == ["full", "50", "room", "p9999"]


def test_a_clock_that_is_put_back_changes_no_order_and_no_id(tmp_path):
    with OutcomeLog(str(tmp_path / "log.db")) as log:
        log.introduce("m1", lambda: STATEMENT)
        for number, hours in enumerate((5, 3, 4, -100)):
            log.note([noted(log, number, at=BEGIN + timedelta(hours=hours))])
        assert log.frame()["prediction"].to_list() == ["p0", "p1", "p2", "p3"]
