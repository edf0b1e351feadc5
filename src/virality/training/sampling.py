r"""Random rows that stand for all of them, every class among them.

Rows are drawn by their number, one out of each stretch of as many, so neither their order nor how
they are parted matters. A class of
which too few rows would be drawn gets more of its own; weights then restore the shares that the
classes have among all rows, so that intercepts are right from the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from virality.model.kernels import kernel
from virality.training.blocks import Block, gather

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.training.blocks import Parts

_FEWEST = 64


def sample(parts: Parts, classes: int, rows: int, seed: int = 0) -> Block:
    """Draw rows without replacement.

    Parameters
    ----------
    parts
        All rows.
    classes
        K.
    rows
        How many to draw, fewer than there are.
    seed
        Of the draw.

    Returns
    -------
    The rows, in their order; their weights sum to what each class has among all rows. A class has
    no weight only where none of its drawn rows has.
    """
    random = np.random.default_rng(seed)
    tally = kernel(len(parts)).tally
    drawn = _spread(len(parts), rows, random)
    found, total = gather(parts, drawn), parts.fold(partial(_count, tally, classes))
    had, weight = tally(found.y, found.weight, classes)
    scarce = np.flatnonzero(had < np.minimum(_FEWEST, total.rows))
    if len(scarce):
        more = parts.fold(partial(_numbered, scarce)).numbers
        kept = np.setdiff1d(drawn, np.concatenate(more), assume_unique=True)
        few = [random.permutation(one)[:_FEWEST] for one in more]
        found = gather(parts, np.sort(np.concatenate([kept, *few])))
        _, weight = tally(found.y, found.weight, classes)
    factor = np.divide(total.weight, weight, out=np.zeros(classes), where=weight > 0)
    return Block(found.X, found.y, found.weight * factor[found.y])


def thinned(block: Block, rows: int) -> Block:
    """Take about so many rows evenly by class."""
    step = len(block) // rows
    if step <= 1:
        return block
    return block[np.argsort(block.y.astype(np.uint16), kind="stable")[::step]]


def _spread(rows: int, count: int, random: np.random.Generator) -> Ints:
    """Draw one number out of each of ``count`` stretches of 0..rows-1 that are as long."""
    edges = np.arange(count + 1) * rows // count
    drawn: Ints = edges[:-1] + (random.random(count) * np.diff(edges)).astype(np.intp)
    return drawn


@dataclass(frozen=True)
class _Count:
    """Rows (K,) and weight (K,) of each class."""

    rows: Ints
    weight: Floats

    def __add__(self, other: _Count) -> _Count:
        return _Count(self.rows + other.rows, self.weight + other.weight)


def _count(
    tally: Callable[[Ints, Floats, int], tuple[Ints, Floats]], classes: int, block: Block
) -> _Count:
    return _Count(*tally(block.y, block.weight, classes))


@dataclass(frozen=True)
class _Numbered:
    """How many rows there are, and the numbers of those that belong to each of some classes."""

    rows: int
    numbers: tuple[Ints, ...]

    def __add__(self, other: _Numbered) -> _Numbered:
        pairs = zip(self.numbers, other.numbers, strict=True)
        return _Numbered(
            self.rows + other.rows,
            tuple(np.concatenate([one, self.rows + more]) for one, more in pairs),
        )


def _numbered(classes: Ints, block: Block) -> _Numbered:
    return _Numbered(len(block), tuple(np.flatnonzero(block.y == one) for one in classes))
