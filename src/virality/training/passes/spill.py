"""Rows that wait in files, parted by a number, until a later pass wants a part of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from virality.records.joining import joined

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from virality.training.passes.room import Room

PART = "\0part"
"""The column that says which part a row belongs to."""


class Spill:
    """Rows by part, in a folder of their own; within a part they keep the order they came in.

    Parameters
    ----------
    folder
        Made here.
    buffer
        Bytes that may wait in memory.
    """

    def __init__(self, folder: Path, buffer: int) -> None:
        folder.mkdir()
        self._folder, self._buffer = folder, buffer
        self._waiting: list[pl.DataFrame] = []
        self._bytes = self._files = 0
        self._schema = pl.Schema()

    def add(self, frame: pl.DataFrame) -> None:
        """Take rows with their PART."""
        self._waiting.append(frame)
        self._schema = frame.drop(PART).schema
        self._bytes += int(frame.estimated_size())
        if self._bytes > self._buffer:
            self._write()

    @property
    def parts(self) -> list[int]:
        """Numbers of the parts that have rows, ascending."""
        self._write()
        return sorted({int(path.name.partition("-")[0]) for path in self._folder.iterdir()})

    def part(self, number: int) -> pl.DataFrame:
        """Read the rows of a part."""
        return joined([pl.read_parquet(path, glob=False) for path in self.files(number)])

    def each(self) -> Iterator[pl.DataFrame]:
        """Read one part after another, and keep them."""
        return (self.part(number) for number in self.parts)

    def taken(self) -> Iterator[tuple[int, pl.DataFrame]]:
        """Read one part after another, and let go of what has been read."""
        for number in self.parts:
            rows = self.part(number)
            for path in self.files(number):
                path.unlink()
            yield number, rows

    def files(self, number: int) -> list[Path]:
        """List the files of a part, in order."""
        self._write()
        return sorted(self._folder.glob(f"{number}-*.rows"))

    def scan(self) -> pl.LazyFrame:
        """Give the rows of part 0, which no part of memory holds; there has been some frame."""
        files = self.files(0)
        return pl.scan_parquet(files, glob=False) if files else pl.LazyFrame(schema=self._schema)

    def write(self, number: int, rows: pl.DataFrame) -> None:
        """Write rows of a part at once."""
        rows.write_parquet(
            self._folder / f"{number}-{self._files:08}.rows", compression="lz4", statistics=False
        )
        self._files += 1

    def _write(self) -> None:
        if not self._waiting:
            return
        rows, self._waiting, self._bytes = joined(self._waiting), [], 0
        parts = rows.partition_by(PART, include_key=False, maintain_order=True, as_dict=True)
        for (number,), part in parts.items():
            self.write(number, part)


@dataclass(frozen=True)
class Place:
    """A folder for everything that waits, and how much may be held of it."""

    folder: Path
    room: Room

    def inside(self, name: str) -> Place:
        """Make a folder in it."""
        folder = self.folder / name
        folder.mkdir()
        return Place(folder, self.room)

    def spill(self, name: str) -> Spill:
        """Make a place for rows."""
        return Spill(self.folder / name, self.room.buffer)


def scattered(name: str, seed: int) -> pl.Expr:
    """Scatter values over the whole numbers below 2^64; unknown ones, too."""
    return pl.col(name).hash(seed)
