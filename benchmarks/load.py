"""Full load on a service of this machine, by ``wrk`` as a process of its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from measuring import SkippedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CONNECTIONS = 16
_SCRIPT = """
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = [==[%s]==]
done = function(summary, latency, requests)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write
  io.write(string.format('\\n{"requests": %%d, "seconds": %%f, "p50": %%f, "p99": %%f, ' ..
    '"most": %%f, "refused": %%d, "lost": %%d, "late": %%d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    latency:percentile(99) / 1e6, latency.max / 1e6, summary.errors.status, lost,
    summary.errors.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What a service bore.

    Attributes
    ----------
    requests, seconds
        How many were answered, and in what time.
    p50, p99, most
        Seconds that half, 99 of 100, and all of them took at most.
    refused, lost, late
        Answers other than 2xx and 3xx; connections that broke; answers that never came.
    """

    requests: int
    seconds: float
    p50: float
    p99: float
    most: float
    refused: int
    lost: int
    late: int

    @property
    def failed(self) -> int:
        """How many requests were not answered as they should."""
        return self.refused + self.lost + self.late


def load(url: str, body: bytes, folder: Path, seconds: int) -> Load:
    """Ask as fast as answers come, over some connections, for some seconds."""
    if shutil.which("wrk") is None:
        raise SkippedError("wrk is not installed: apt-get install wrk")
    script = folder / f"ask-{abs(hash((url, body)))}.lua"
    script.write_text(_SCRIPT % body.decode(), "utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    said = subprocess.run(
        [*command, "-s", script, url], check=True, capture_output=True, encoding="utf-8"
    ).stdout
    return Load(**json.loads(said.strip().splitlines()[-1]))


@dataclass
class Running:
    """A service that runs until it is stopped."""

    process: subprocess.Popen[str]
    url: str

    @classmethod
    def start(cls, *words: str | Path, log: Path) -> Running:
        """Start Python with some words, and wait until it says where it listens."""
        with log.open("wb") as lines:
            process = subprocess.Popen(
                [sys.executable, *words], stdout=subprocess.PIPE, stderr=lines, encoding="utf-8"
            )
        said = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+", said)
        if found is None:
            process.kill()
            raise RuntimeError(f"{words} did not start: {said}")
        return cls(process, found[0])

    def stop(self) -> int:
        """End it as it should end; give its exit code."""
        self.process.terminate()
        code = self.process.wait(60)
        if self.process.stdout:
            self.process.stdout.close()
        return code


def service(model: Path, folder: Path, options: Sequence[str] = ()) -> Running:
    """Start ours."""
    words = ("-m", "virality", "serve", "--model", model, "--port", "0", *options)
    return Running.start(*words, log=folder / "service.log")
