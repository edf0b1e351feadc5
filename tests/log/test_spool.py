"""The spool writes soon, in groups, waits while it cannot, and says what it lost."""

import threading
import time

import pytest

pytest.importorskip("sqlalchemy", reason="the extra log is not installed")

from virality.errors import LogError
from virality.log import Spool


class Written:
    """A database that can be gone."""

    def __init__(self):
        self.groups, self.gone = [], False

    def __call__(self, entries):
        if self.gone:
            raise LogError("it is gone")
        self.groups.append(list(entries))

    @property
    def entries(self):
        return [one for group in self.groups for one in group]


def until(holds, seconds=10.0):
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    assert holds()


def test_what_is_handed_over_is_written_soon_and_in_groups():
    written = Written()
    spool = Spool(written, seconds=0.1)
    for number in range(200):
        assert spool.put(1, lambda number=number: [number])
    until(lambda: spool.waiting == 0)
    assert written.entries == list(range(200))
    assert len(written.groups) < 20
    assert (spool.written, spool.dropped) == (200, 0)
    spool.close()


def test_it_waits_while_the_database_is_gone_and_writes_all_when_it_is_back():
    written = Written()
    written.gone = True
    spool = Spool(written, seconds=0.05)
    for number in range(50):
        spool.put(1, lambda number=number: [number])
    time.sleep(0.3)
    assert (spool.waiting, written.entries) == (50, [])
    written.gone = False
    until(lambda: spool.waiting == 0)
    assert written.entries == list(range(50))
    spool.close()


def test_what_has_no_room_is_dropped_and_counted():
    written = Written()
    written.gone = True
    spool = Spool(written, most=10, seconds=0.05)
    kept = [spool.put(3, lambda: [0, 0, 0]) for _ in range(5)]
    assert kept == [True, True, True, False, False]
    assert (spool.waiting, spool.dropped) == (9, 6)
    written.gone = False
    spool.close()
    assert len(written.entries) == 9


def test_one_bad_group_does_not_hold_up_the_others(caplog):
    written = Written()
    spool = Spool(written, seconds=0.05)

    def fail():
        raise ValueError("no entry")

    spool.put(1, fail)
    until(lambda: spool.waiting == 0)
    spool.put(1, lambda: ["fine"])
    assert spool.flush()
    assert (written.entries, spool.dropped) == (["fine"], 1)
    assert "could not be written" in caplog.text
    spool.close()


def test_closing_writes_what_waits_and_nothing_is_taken_afterwards():
    written = Written()
    spool = Spool(written, seconds=30.0)
    spool.put(2, lambda: ["a", "b"])
    begun = time.monotonic()
    spool.close()
    assert written.entries == ["a", "b"]
    assert time.monotonic() - begun < 10
    assert not spool.put(1, lambda: ["c"])


def test_closing_gives_up_on_a_database_that_stays_away():
    written = Written()
    written.gone = True
    spool = Spool(written, seconds=0.05)
    spool.put(1, lambda: ["a"])
    spool.close(seconds=5.0)
    assert spool.waiting == 1


def test_many_threads_may_hand_over_at_once():
    written = Written()
    spool = Spool(written, seconds=0.05)

    def hand_over(first):
        for number in range(first, first + 100):
            spool.put(1, lambda number=number: [number])

    threads = [threading.Thread(target=hand_over, args=(100 * k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert spool.flush()
    assert sorted(written.entries) == list(range(800))
    spool.close()
