"""What the figures were measured on: nothing that names this machine or its people."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

_LIBRARIES = (
    "virality",
    "numpy",
    "polars",
    "msgspec",
    "numba",
    "pandas",
    "scikit-learn",
    "scipy",
    "onnxruntime",
)


def machine() -> dict[str, Any]:
    """Describe processor, memory, system, Python and libraries as plain values."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def load_average() -> float | None:
    """Mean number of processes that wanted a core in the last minute; None on Windows."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _cpu() -> str:
    lines = _lines(Path("/proc/cpuinfo"))
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"


def _memory_gib() -> int | None:
    sizes = [line for line in _lines(Path("/proc/meminfo")) if line.startswith("MemTotal")]
    return round(int(sizes[0].split()[1]) / 2**20) if sizes else None


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []
