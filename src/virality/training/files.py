"""Rows of Parquet files, by reference; and a compact cache of them that is read again and again.

What a fit reads of a file it reads in slices. Decoding Parquet costs more than all that a pass
does with the rows, so the first pass leaves the numbers in a temporary folder as they lie in
memory, and the later passes read them from there: memory holds one part for each thread, however
many rows there are.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError
from virality.scale import blocks_of
from virality.training.blocks import Block, Parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from virality.arrays import Floats
    from virality.training.blocks import Part

_SLICE = 49_152


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are what.

    Attributes
    ----------
    features
        Names of the p columns of X.
    label
        Name of the column of labels.
    classes
        (K,) the labels, ascending.
    weight
        Name of the column of row weights; None is 1 for each row.
    """

    features: tuple[str, ...]
    label: str
    classes: tuple[float, ...]
    weight: str | None = None


@dataclass(frozen=True)
class Slice:
    """Consecutive rows of a Parquet file, anywhere that Polars reads from."""

    path: str
    begin: int
    rows: int
    columns: Columns

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def load(self) -> Block:
        """Read the rows.

        Raises
        ------
        DataError
            When a feature or a weight is unknown or no finite number, or a label is new.
        """
        wanted = self.columns
        names = [*wanted.features, wanted.label, *([wanted.weight] if wanted.weight else [])]
        frame = pl.scan_parquet(self.path).select(names).slice(self.begin, self.rows).collect()
        X = self._numbers(frame, wanted.features)
        weight = np.ones(self.rows)
        if wanted.weight:
            weight = self._numbers(frame, (wanted.weight,))[:, 0]
        labels = frame[wanted.label].to_numpy()
        y = np.searchsorted(np.array(wanted.classes), labels).astype(np.intp)
        return Block(X, y, weight)

    def _numbers(self, frame: pl.DataFrame, names: Sequence[str]) -> Floats:
        X = np.empty((frame.height, len(names)))
        for number, name in enumerate(names):
            X[:, number] = frame[name].cast(pl.Float64).to_numpy()
        bad = np.argwhere(~np.isfinite(X))
        if len(bad):
            row, column = bad[0]
            raise DataError(
                "not a finite number",
                where=f"{self.path}, row {self.begin + row}, {names[column]}",
                remedy="fill or drop what is unknown first",
            )
        return X


@dataclass(frozen=True)
class Stored:
    """Rows in a file of the cache: y as bytes, then weights, then X row by row."""

    path: str
    rows: int
    width: int

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def load(self) -> Block:
        """Read the rows."""
        with Path(self.path).open("rb") as file:
            y = np.fromfile(file, np.int32, self.rows)
            weight = np.fromfile(file, np.float64, self.rows)
            X = np.fromfile(file, np.float64, self.rows * self.width)
        return Block(X.reshape(self.rows, self.width), y.astype(np.intp), weight)


def slices(paths: Sequence[str], columns: Columns) -> tuple[Slice, ...]:
    """Refer to all rows of some files, in order."""
    counts = [pl.scan_parquet(path).select(pl.len()).collect().item() for path in paths]
    return tuple(
        Slice(path, rows.start, rows.stop - rows.start, columns)
        for path, count in zip(paths, counts, strict=True)
        for rows in blocks_of(count, _SLICE)
    )


@contextmanager
def cached(parts: Parts) -> Iterator[Parts]:
    """Copy parts into a temporary folder, a part at a time, and give those; the folder goes after.

    Raises
    ------
    DataError
        As loading the parts does.
    """
    with tempfile.TemporaryDirectory(prefix="virality-") as folder:
        stored = parts.map(partial(_store, folder), list(enumerate(parts.parts)))
        yield Parts(tuple(stored), parts.executor)


def _store(folder: str, numbered: tuple[int, Part]) -> Stored:
    number, part = numbered
    block = part.load()
    path = Path(folder) / f"{number}.rows"
    with path.open("wb") as file:
        block.y.astype(np.int32).tofile(file)
        block.weight.tofile(file)
        np.ascontiguousarray(block.X).tofile(file)
    return Stored(str(path), len(block), block.X.shape[1])
