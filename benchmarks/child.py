"""What a process that is measured says of itself, as one line of JSON on stdout."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STATUS = Path("/proc/self/status")


def main(tasks: Mapping[str, Callable[[str], dict[str, Any]]]) -> None:
    """Run the task that the first argument names on the path that the second one is.

    The seconds reported are those of the task alone, without the imports before it.
    """
    _, task, path = sys.argv
    begin = time.perf_counter()
    facts = tasks[task](path)
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "peak_bytes": _peak_bytes(), "facts": facts}))


def _peak_bytes() -> int:
    """Most memory of this process resident at once.

    What ``getrusage`` tells includes the parent that started the process, so Linux is asked.
    """
    if _STATUS.exists():
        line = next(line for line in _STATUS.open(encoding="utf-8") if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    import resource  # noqa: PLC0415  Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
