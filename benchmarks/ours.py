"""Our side of what runs in a process of its own, as in ``python benchmarks/ours.py train FILE``."""

from __future__ import annotations

from typing import Any

import child

import virality
from virality import records


def train(path: str) -> dict[str, Any]:
    """Train with every setting at its default."""
    evaluation = virality.train(path, schema="reference-15").evaluation
    return {
        "records": evaluation["rows"]["read"],
        "videos used": evaluation["rows"]["used"],
        "test log-loss": evaluation["metrics"]["log_loss"],
        "test accuracy": evaluation["metrics"]["accuracy"],
    }


def read(path: str) -> dict[str, Any]:
    """Read and clean, without extra columns."""
    reading = records.read(path, extras=())
    return {"records": reading.read, "columns": reading.frame.width}


if __name__ == "__main__":
    child.main({"train": train, "read": read})
