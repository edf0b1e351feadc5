"""Our side of what runs in a process of its own, as in ``python benchmarks/ours.py train FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import child
import polars as pl

import virality
from virality import records

FEATURES = 15


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


def fit_files(pattern: str) -> dict[str, Any]:
    """Fit a softmax to the columns of Parquet files."""
    features = [f"x{number}" for number in range(FEATURES)]
    found = virality.fit_files(pattern, features, "y", l2=1e-3)
    return {"gradient norm": found.gradient_norm, "objective": found.objective}


def score(path: str) -> dict[str, Any]:
    """Score the canonical records of a folder, from Parquet to Parquet, as the command does."""
    from virality.interfaces.cli import main  # noqa: PLC0415  the other tasks need none

    folder = Path(path)
    out = folder / "ours.parquet"
    names = (str(folder / "records.parquet"), "--model", str(folder / "model.json"))
    if main(["score", *names, "--out", str(out)]) != 0:
        raise SystemExit(1)
    scores = pl.read_parquet(out, columns=["score"])["score"]
    return {"scores": len(scores), "mean score": scores.mean()}


if __name__ == "__main__":
    child.main({"train": train, "read": read, "fit-files": fit_files, "score": score})
