"""Sides that run as processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import Plan, Side, Trial

from virality.sample import write_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

PEER = "pandas + scikit-learn"
FOLDER = Path(__file__).parent
_VIDEOS_PER_RECORD = 0.837


def whole_way(plan: Plan) -> tuple[Side, ...]:
    """From the file to a judged model, from the process's start to its end."""
    path = records_file(plan)
    return (
        Side("virality.train", "ours", lambda: _child("ours.py", "train", path, whole=True)),
        Side(PEER, "peer", lambda: _child("peer.py", "train", path, whole=True)),
    )


def reading(plan: Plan) -> tuple[Side, ...]:
    """From the file to a table, without the imports."""
    path = records_file(plan)
    return (
        Side("virality.records.read", "ours", lambda: _child("ours.py", "read", path)),
        Side("json.load + pandas.json_normalize", "peer", lambda: _child("peer.py", "read", path)),
    )


def records_file(plan: Plan) -> Path:
    """Write a synthetic file of at least ``plan.records`` records, unless it is there."""
    path = plan.folder / "videos.json"
    videos = round(plan.records * _VIDEOS_PER_RECORD)
    while not path.exists():
        if write_sample(path, videos=videos)["rows"] < plan.records:
            path.unlink()
            videos += 1 + videos // 100
    return path


def command(arguments: Sequence[str | Path]) -> tuple[float, str]:
    """Run Python with some arguments; give the seconds it took and what it printed."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    )
    return time.perf_counter() - begin, done.stdout


def _child(script: str, task: str, path: Path, *, whole: bool = False) -> Trial:
    """Run a task of a script; ``whole`` counts the process with its imports, not the task alone."""
    seconds, printed = command([FOLDER / script, task, path])
    said = json.loads(printed)
    return Trial(seconds if whole else said["seconds"], said["peak_bytes"], said["facts"])
