"""Our side of what runs in a process of its own: ``python benchmarks/ours.py train FILE``."""

from __future__ import annotations

from typing import Any

import child


def train(path: str) -> dict[str, Any]:
    """Train with every setting at its default."""
    import virality  # noqa: PLC0415  a user's first import is part of the task

    evaluation = virality.train(path).evaluation
    return {
        "records": evaluation["rows"]["read"],
        "videos used": evaluation["rows"]["used"],
        "test log-loss": evaluation["metrics"]["log_loss"],
        "test accuracy": evaluation["metrics"]["accuracy"],
    }


def read(path: str) -> dict[str, Any]:
    """Read and clean, without extra columns."""
    from virality.records import read as read_file  # noqa: PLC0415  see above

    reading = read_file(path, extras=())
    return {"records": reading.read, "columns": reading.frame.width}


if __name__ == "__main__":
    child.main({"train": train, "read": read})
