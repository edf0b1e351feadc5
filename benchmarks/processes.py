"""Sides that run as processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Plan, Side, Trial

from virality.sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PEER = "pandas + scikit-learn"
FOLDER = Path(__file__).parent
_FORBIDDEN = "PYTHONDONTWRITEBYTECODE"
_RECORDS = 100_000
_VIDEOS_PER_RECORD = 0.837


def whole_way(plan: Plan) -> tuple[Side, ...]:
    """From the file to a judged model, from the process's start to its end."""
    path = records_file(plan)

    def train(script: str) -> Callable[[], Trial]:
        return lambda: child(script, "train", path, whole=True)

    return (
        Side("virality.train", "ours", train("ours.py"), warm=False),
        Side(PEER, "peer", train("peer.py"), warm=False),
    )


def reading(plan: Plan) -> tuple[Side, ...]:
    """From the file to a table, without the imports."""
    path = records_file(plan)
    return (
        Side("virality.records.read", "ours", lambda: child("ours.py", "read", path), warm=False),
        Side(
            "json.load + pandas.json_normalize",
            "peer",
            lambda: child("peer.py", "read", path),
            warm=False,
        ),
    )


def records_file(plan: Plan) -> Path:
    """Write a synthetic file of enough records, unless it is there."""
    path, records = plan.folder / "videos.json", plan.size(_RECORDS)
    videos = round(records * _VIDEOS_PER_RECORD)
    while not path.exists():
        if write_sample(path, videos=videos)["rows"] < records:
            path.unlink()
            videos += 1 + videos // 100
    return path


def command(arguments: Sequence[str | Path]) -> tuple[float, str]:
    """Run Python with some arguments; give the seconds it took and what it printed.

    Modules may keep their bytecode, as they do for everybody who has not forbidden it.
    """
    settings = {name: value for name, value in os.environ.items() if name != _FORBIDDEN}
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env=settings,
    )
    return time.perf_counter() - begin, done.stdout


def child(script: str, task: str, path: Path, *, whole: bool = False) -> Trial:
    """Run a task of a script; ``whole`` counts the process with its imports, not the task alone."""
    seconds, printed = command([FOLDER / script, task, path])
    said = json.loads(printed)
    return Trial(seconds if whole else said["seconds"], said["peak_bytes"], said["facts"])
