"""A peer that holds all rows of Parquet files while it fits: ``python benchmarks/holding.py``.

Its memory is what counts, so it stops after a few iterations.
"""

from __future__ import annotations

import warnings
from typing import Any

import child
import polars as pl
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

L2 = 1e-3
_ITERATIONS = 5


def fit_files(pattern: str) -> dict[str, Any]:
    """Read all rows and begin to fit them."""
    frame = pl.read_parquet(pattern)
    y = frame.drop_in_place("y").to_numpy()
    X = frame.to_numpy()
    del frame
    model = LogisticRegression(C=1.0 / (L2 * len(y)), max_iter=_ITERATIONS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X, y)
    return {"rows": len(y)}


if __name__ == "__main__":
    child.main({"fit-files": fit_files})
