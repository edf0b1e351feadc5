r"""Random rows that stand for all of them, every class among them.

Rows are drawn by their number, so neither their order nor how they are parted matters. A class of
which too few rows would be drawn gets more of its own; weights then restore the shares that the
classes have among all rows, so that intercepts are right from the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from virality.training.blocks import Block, gather

if TYPE_CHECKING:
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
    The rows, class by class; their weights sum to what each class has among all rows. A class has
    no weight only where none of its drawn rows has.
    """
    random = np.random.default_rng(seed)
    drawn = np.sort(random.choice(len(parts), rows, replace=False, shuffle=False))
    found, total = gather(parts, drawn), parts.fold(partial(_count, classes))
    had = np.bincount(found.y, minlength=classes)
    scarce = np.flatnonzero(had < np.minimum(_FEWEST, total.rows))
    if len(scarce):
        more = parts.fold(partial(_numbered, scarce)).numbers
        kept = np.setdiff1d(drawn, np.concatenate(more), assume_unique=True)
        few = [random.permutation(one)[:_FEWEST] for one in more]
        found = gather(parts, np.sort(np.concatenate([kept, *few])))
    found = found[np.argsort(found.y, kind="stable")]
    weight = np.bincount(found.y, found.weight, classes)
    factor = np.divide(total.weight, weight, out=np.zeros(classes), where=weight > 0)
    return Block(found.X, found.y, found.weight * factor[found.y])


@dataclass(frozen=True)
class _Count:
    """Rows (K,) and weight (K,) of each class."""

    rows: Ints
    weight: Floats

    def __add__(self, other: _Count) -> _Count:
        return _Count(self.rows + other.rows, self.weight + other.weight)


def _count(classes: int, block: Block) -> _Count:
    rows: Ints = np.bincount(block.y, minlength=classes).astype(np.intp)
    weight: Floats = np.bincount(block.y, block.weight, classes).astype(np.float64)
    return _Count(rows, weight)


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
