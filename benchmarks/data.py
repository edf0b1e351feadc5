"""Rows to fit: drawn from a softmax, or the reference data where it is at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from measuring import SkippedError

if TYPE_CHECKING:
    from collections.abc import Iterator

FEATURES = 15
CLASSES = 5
REFERENCE = Path(__file__).resolve().parents[2] / "shared/data/reference/training-data.json"
_BLOCK = 1_000_000
_SPREAD = 0.5


class Data(NamedTuple):
    """Standardised columns X (n, p), and classes y (n,) of 0..K-1."""

    X: np.ndarray
    y: np.ndarray

    def first(self, rows: int) -> Data:
        """Take the first rows, as views."""
        return Data(self.X[:rows], self.y[:rows])

    def taken(self, order: np.ndarray) -> Data:
        """Take rows in another order."""
        return Data(self.X[order], self.y[order])


def generated(rows: int, features: int = FEATURES, classes: int = CLASSES) -> Data:
    """Draw normal columns, and classes with the chances of a softmax of them."""
    X, y = np.empty((rows, features)), np.empty(rows, dtype=np.int64)
    for begin, part in _drawn(rows, features, classes):
        X[begin : begin + len(part.y)], y[begin : begin + len(part.y)] = part
    return Data(_standardised(X), y)


def blocks(rows: int, block: int) -> Iterator[Data]:
    """Draw rows as :func:`generated` does, block by block, without standardising them."""
    for _, part in _drawn(rows, FEATURES, CLASSES, block):
        yield part


def reference() -> Data:
    """Read the reference data, which is not part of the repository.

    Raises
    ------
    SkippedError
        When it is not at hand.
    """
    if not REFERENCE.exists():
        raise SkippedError("the reference data is not beside this checkout")
    training = json.loads(REFERENCE.read_text("utf-8"))["trainSet"]
    X = np.array(training["features"], dtype=np.float64)
    return Data(_standardised(X), np.array(training["labels"]) - 1)


def _drawn(
    rows: int, features: int, classes: int, block: int = _BLOCK
) -> Iterator[tuple[int, Data]]:
    """Draw blocks; the logits spread as widely whatever the number of features."""
    random = np.random.default_rng(0)
    spread = _SPREAD * np.sqrt(FEATURES / features)
    coef = random.normal(scale=spread, size=(features, classes))
    for begin in range(0, rows, block):
        X = random.normal(size=(min(block, rows - begin), features))
        logits = X @ coef
        yield begin, Data(X, (logits + random.gumbel(size=logits.shape)).argmax(axis=1))


def _standardised(X: np.ndarray) -> np.ndarray:
    spread = X.std(axis=0)
    X -= X.mean(axis=0)
    X /= np.where(spread > 0, spread, 1.0)
    return X
