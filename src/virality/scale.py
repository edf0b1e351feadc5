"""Folding a function over blocks of rows: the one place that decides where work runs.

Rows meet only in sums, so a pass over the data is: apply a function to each block, and add up what
comes back, in the blocks' order. An executor changes where the blocks are worked on and nothing
else; the order of the additions, and so every bit of the sum, stays.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Summable(Protocol):
    """A value that adds up with its like."""

    def __add__(self, other: Self, /) -> Self:
        """Join two parts."""
        ...


class Mapper(Protocol):
    """Whatever maps a function over blocks, such as any ``concurrent.futures.Executor``."""

    def map(self, function: Callable[[B], R], /, *blocks: Iterable[B]) -> Iterator[R]:
        """Apply the function to each block; results come in the blocks' order."""
        ...


B = TypeVar("B")
R = TypeVar("R")
S = TypeVar("S", bound=Summable)


def fold(function: Callable[[B], S], blocks: Iterable[B], executor: Mapper | None = None) -> S:
    """Apply a function to each block and add up the results in order.

    Parameters
    ----------
    function
        Gives a summable value for a block.
    blocks
        At least one block; best a reference to rows (a slice, a file's row group), not the rows.
    executor
        Where to run; None is here, one block after another.

    Returns
    -------
    The sum, always in the order of the blocks.

    Examples
    --------
    >>> fold(len, ["ab", "c"])
    3
    """
    results = map(function, blocks) if executor is None else executor.map(function, blocks)
    return reduce(add, results)


def blocks_of(rows: int, size: int) -> list[slice]:
    """Cut row numbers 0..rows-1 into consecutive slices of at most ``size`` rows.

    Examples
    --------
    >>> blocks_of(5, 2)
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    return [slice(begin, min(begin + size, rows)) for begin in range(0, rows, size)]
