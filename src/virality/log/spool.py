"""Writing behind the back of whoever predicts: soon, in groups, and never in the way.

Predictions are handed over in memory and written by a thread of their own, within about half a
second. Where the database is gone, or its disk is full, they wait; where too many wait, the newest
are dropped and counted. What waits when a process is killed is lost.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from threading import Condition, Thread
from typing import TYPE_CHECKING

from virality.errors import LogError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.log.entries import Noted

    Later = Callable[[], Sequence[Noted]]

_LOG = logging.getLogger("virality.log")
_SECONDS = 0.5
_LONGEST_WAIT = 10.0
_GROUP = 250
_BREATH_SECONDS = 0.005
_MOST = 100_000


class Spool:
    """Predictions that are still to be written.

    Parameters
    ----------
    write
        Writes some for good, or raises LogError.
    most
        How many may wait.
    seconds
        How long they wait for company.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Noted]], None],
        most: int = _MOST,
        seconds: float = _SECONDS,
    ) -> None:
        self._write, self._most, self._seconds = write, most, seconds
        self._waiting: deque[tuple[int, Later]] = deque()
        self._changed = Condition()
        self._ended = self._hurry = False
        self._count = self._failed = self.dropped = self.written = 0
        self._thread = Thread(target=self._work, name="virality-log", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return self._count

    def put(self, count: int, later: Later) -> bool:
        """Hand over ``count`` predictions, made into entries by the thread that writes them.

        Returns
        -------
        Whether there was room; otherwise they are dropped, and counted.
        """
        with self._changed:
            if self._ended or self._count + count > self._most:
                self.dropped += count
                return False
            first = not self._waiting
            self._waiting.append((count, later))
            self._count += count
            if first:  # to be woken by each would cost those who predict more than the writing
                self._changed.notify()
        return True

    def flush(self, seconds: float = _LONGEST_WAIT) -> bool:
        """Write at once what waits; false where it takes longer, or cannot be written now."""
        until = time.monotonic() + seconds
        with self._changed:
            failed, self._hurry = self._failed, True
            self._changed.notify_all()
            while self._count and failed == self._failed and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return not self._count

    def close(self, seconds: float = _LONGEST_WAIT) -> None:
        """Write what can be written in some seconds, and end."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(seconds)
        if self._count:
            _LOG.error("%d predictions were not written", self._count)

    def _work(self) -> None:
        pause = 0.0
        while True:
            with self._changed:
                while not self._waiting and not self._ended:
                    self._changed.wait()
                if not self._waiting:
                    return
                pause = max(pause, self._seconds)
                self._changed.wait_for(lambda: self._ended or self._hurry, pause)
                ended = self._ended
            written = self._written_all()
            pause = 0.0 if written else min(2 * pause, _LONGEST_WAIT)
            if ended and not written:
                return

    def _written_all(self) -> bool:
        """Write what waits, in groups, with room between them for those who predict.

        False where the database cannot be used now.
        """
        while self._waiting:
            if not self._written():
                return False
            time.sleep(_BREATH_SECONDS)
        return True

    def _written(self) -> bool:
        """Write one group; false where the database cannot be used now."""
        group: list[tuple[int, Later]] = []
        size = 0
        while len(group) < len(self._waiting) and size < _GROUP:
            count, _ = self._waiting[len(group)]
            group.append(self._waiting[len(group)])
            size += count
        try:
            self._write([one for _, later in group for one in later()])
        except LogError as error:
            _LOG.warning("%d predictions wait: %s", self._count, error)
            with self._changed:
                self._failed, self._hurry = self._failed + 1, False
                self._changed.notify_all()
            return False
        except Exception:  # noqa: BLE001  what is wrong with one group must not hold up the others
            _LOG.exception("%d predictions could not be written", size)
            self.dropped += size
        else:
            self.written += size
        with self._changed:
            for _ in group:
                self._waiting.popleft()
            self._count -= size
            self._hurry = self._hurry and bool(self._count)
            self._changed.notify_all()
        return True
