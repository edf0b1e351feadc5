"""Minutes of full load on the service: no error, and memory that stays: ``make soak``.

Prints what it bore, and ends with 1 where a request failed or memory grew by 5 % or more after the
first tenth of the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from load import load, service
from serving import prepared

if TYPE_CHECKING:
    from load import Load

_EVERY_SECONDS = 1.0
_GROWTH = 0.05
_MIB = 2**20


class Watch(threading.Thread):
    """Looks at the memory of a process, its children included, once a second."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process, self._ended = psutil.Process(process), threading.Event()
        self.seen: list[tuple[float, float]] = []

    def run(self) -> None:
        """Look until told to end."""
        begun = time.monotonic()
        while not self._ended.wait(_EVERY_SECONDS):
            members = [self._process, *self._process.children(recursive=True)]
            held = sum(one.memory_info().rss for one in members) / _MIB
            self.seen.append((time.monotonic() - begun, held))

    def end(self) -> None:
        """End it."""
        self._ended.set()
        self.join()


def growth(seen: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Give MiB after a tenth of the time and in the last tenth, and how much more the latter is."""
    whole = seen[-1][0]
    early = [held for at, held in seen if 0.1 * whole <= at <= 0.2 * whole]
    late = [held for at, held in seen if at >= 0.9 * whole]
    first, last = sum(early) / len(early), sum(late) / len(late)
    return first, last, last / first - 1.0


def main() -> int:
    """Bear the load, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--log", action="store_true", help="with every prediction logged")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="virality-soak-") as name:
        folder = Path(name)
        model, stated, _ = prepared(folder)
        logged = ("--log", str(folder / "log.db")) if options.log else ()
        running = service(model, folder, logged)
        watch = Watch(running.process.pid)
        watch.start()
        body = json.dumps({"video": stated[0]}).encode()
        try:
            bore = load(f"{running.url}/v1/score", body, folder, round(60 * options.minutes))
        finally:
            watch.end()
            code = running.stop()
    return _judged(bore, growth(watch.seen), code)


def _judged(bore: Load, held: tuple[float, float, float], code: int) -> int:
    first, last, more = held
    print(
        f"{bore.requests:,} requests in {bore.seconds:.0f} s ({bore.requests / bore.seconds:,.0f} "
        f"a second), {bore.failed} failed; p50 {1e3 * bore.p50:.1f} ms, p99 {1e3 * bore.p99:.1f} ms"
    )
    print(f"memory {first:.0f} MiB after a tenth of it, {last:.0f} MiB at its end: {more:+.1%}")
    print(f"it ended with {code} when it was told to")
    return int(bool(bore.failed) or more >= _GROWTH or code != 0)


if __name__ == "__main__":
    sys.exit(main())
