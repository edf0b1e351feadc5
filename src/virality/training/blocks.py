"""Rows to fit, wherever they are: parts that are loaded where they are worked on.

A pass over the rows folds a function over the parts. What travels to where the work is done is the
reference to a part, never its rows; what comes back is a sum.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from virality.scale import Summable, blocks_of, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.arrays import Floats, Ints
    from virality.scale import Mapper

A = TypeVar("A")
R = TypeVar("R")
S = TypeVar("S", bound=Summable)

PART = 32_768
_MOST_PARTS = 64
_PICKED = 16_384


@dataclass(frozen=True)
class Block:
    """Rows in memory: X (m, p) finite features, y (m,) classes 0..K-1, weight (m,) non-negative."""

    X: Floats
    y: Ints
    weight: Floats

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.y)

    @property
    def arrays(self) -> tuple[Floats, Ints, Floats]:
        """X, y and weight."""
        return self.X, self.y, self.weight

    def __getitem__(self, rows: slice | Ints) -> Block:
        """Take some of the rows."""
        return Block(self.X[rows], self.y[rows], self.weight[rows])


class Part(Protocol):
    """A reference to consecutive rows."""

    def __len__(self) -> int:
        """Count the rows, without loading them."""
        ...

    def load(self) -> Block:
        """Give the rows."""
        ...


@dataclass(frozen=True)
class Held:
    """A part of a block that is in memory."""

    block: Block = field(repr=False)
    rows: slice

    def __len__(self) -> int:
        """Count the rows."""
        return int(self.rows.stop - self.rows.start)

    def load(self) -> Block:
        """Give the rows, as a view."""
        return self.block[self.rows]


@dataclass(frozen=True)
class Parts:
    """All rows, as parts in order, and where they are worked on.

    Attributes
    ----------
    parts
        At least one.
    executor
        Maps over the parts; None is here, one after another.
    """

    parts: tuple[Part, ...]
    executor: Mapper | None = None

    @classmethod
    def of(cls, block: Block, executor: Mapper | None = None, size: int = PART) -> Parts:
        """Cut rows in memory into even parts of at most so many rows, and not too many parts."""
        count = min(-(-len(block) // size), _MOST_PARTS)
        rows = -(-len(block) // max(count, 1))
        return cls(tuple(Held(block, part) for part in blocks_of(len(block), rows)), executor)

    def __len__(self) -> int:
        """Count the rows."""
        return sum(map(len, self.parts))

    @property
    def block(self) -> Block | None:
        """The rows of which all parts are views, if they are."""
        blocks = {id(part.block): part.block for part in self.parts if isinstance(part, Held)}
        held = sum(isinstance(part, Held) for part in self.parts)
        return next(iter(blocks.values())) if held == len(self.parts) and len(blocks) == 1 else None

    def fold(self, function: Callable[[Block], S]) -> S:
        """Apply a function to each part's rows and add up the results in order."""
        return fold(partial(_on_part, function), self.parts, self.executor)

    def map(self, function: Callable[[A], R], items: Sequence[A]) -> list[R]:
        """Apply a function to each of some items, where the parts are worked on."""
        mapped = map if self.executor is None else self.executor.map
        return list(mapped(function, items))


def _on_part(function: Callable[[Block], S], part: Part) -> S:
    return function(part.load())


def gather(parts: Parts, numbers: Ints) -> Block:
    """Take rows by their numbers.

    Parameters
    ----------
    parts
        All rows, which are numbered through from 0.
    numbers
        (m,) ascending, at least one.
    """
    if parts.block is not None:
        return _picked(parts, parts.block, numbers)
    ends = np.cumsum([len(part) for part in parts.parts])
    cuts = np.searchsorted(numbers, ends)
    begins = np.concatenate([[0], cuts[:-1]])
    chosen = [
        (part, numbers[begin:cut] - (end - len(part)))
        for part, begin, cut, end in zip(parts.parts, begins, cuts, ends, strict=True)
        if cut > begin
    ]
    taken = parts.map(_taken, chosen)
    return Block(
        np.concatenate([block.X for block in taken]),
        np.concatenate([block.y for block in taken]),
        np.concatenate([block.weight for block in taken]),
    )


def _picked(parts: Parts, block: Block, numbers: Ints) -> Block:
    """Take rows that lie in one block straight to where they go."""
    found = Block(*(np.empty((len(numbers), *one.shape[1:]), one.dtype) for one in block.arrays))

    def pick(some: slice) -> None:
        np.take(block.X, numbers[some], axis=0, out=found.X[some], mode="clip")
        np.take(block.y, numbers[some], out=found.y[some], mode="clip")
        found.weight[some] = block.weight[numbers[some]]  # one number for all would be laid out

    parts.map(pick, blocks_of(len(numbers), _PICKED))
    return found


def _taken(chosen: tuple[Part, Ints]) -> Block:
    part, rows = chosen
    return part.load()[rows]
