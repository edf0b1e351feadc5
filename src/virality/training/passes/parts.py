"""Rows of the cache as parts of a fit: read, and turned into numbers, where they are worked on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import polars as pl

from virality.errors import LostError
from virality.labels import tier_of
from virality.scale import blocks_of
from virality.training.additive import faded
from virality.training.blocks import Block
from virality.training.passes.cache import columns_of
from virality.training.passes.judging import TRAINS

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.population import Population
    from virality.training.passes.cache import Cache
    from virality.training.plan import Plan


_ROWS = 4096


class Reader(Protocol):
    """Turns the rows that train into numbers."""

    def block(self, features: Floats, rows: pl.DataFrame, before: int) -> Block:
        """Take features (m, p) and the other columns of rows of which so many came before."""
        ...


@dataclass(frozen=True)
class Cached:
    """Rows that train, of one file of the cache.

    Attributes
    ----------
    path
        The file.
    rows, before
        How many they are, and how many came before them.
    width
        How many features there are.
    reader
        What turns them into numbers.
    """

    path: str
    rows: int
    before: int
    width: int
    reader: Reader = field(compare=False)

    def __len__(self) -> int:
        """Count the rows."""
        return self.rows

    def load(self) -> Block:
        """Read the rows.

        Raises
        ------
        LostError
            When the file is not there.
        """
        names = columns_of("x", self.width)
        columns = [*names, "outcome", "weight", TRAINS]
        try:
            rows = pl.read_parquet(self.path, columns=columns, glob=False).filter(TRAINS)
        except FileNotFoundError:
            raise LostError(
                "the features in the temporary folder are not there",
                where=self.path,
                remedy="let TMPDIR name a folder that all workers see",
            ) from None
        features = rows.select(names).to_numpy().astype(np.float64)
        return self.reader.block(features, rows, self.before)


def parts_of(cache: Cache, reader: Reader) -> tuple[Cached, ...]:
    """Refer to all rows that train, in the order of posting."""
    before = np.concatenate([[0], np.cumsum(cache.training)])
    return tuple(
        Cached(str(path), rows, int(first), cache.width, reader)
        for path, rows, first in zip(cache.paths, cache.training, before[:-1], strict=True)
        if rows
    )


@dataclass(frozen=True)
class Completed:
    """Reads rows for a softmax.

    Attributes
    ----------
    population
        Gives what is unknown.
    thresholds
        (4,) where tiers begin.
    classes, factors
        The tiers that are fitted, and the factor of each one's weights.
    needed
        Numbers of the features without which a row counts nothing.
    """

    population: Population
    thresholds: Floats
    classes: Ints
    factors: Floats
    needed: Ints

    def block(self, features: Floats, rows: pl.DataFrame, before: int) -> Block:  # noqa: ARG002  the rank tells nothing
        """Complete features, some thousand rows at a time."""
        tiers = tier_of(rows["outcome"].to_numpy(), self.thresholds)
        y = np.minimum(np.searchsorted(self.classes, tiers), len(self.classes) - 1)
        fitted = (self.classes[y] == tiers) & ~np.isnan(features[:, self.needed]).any(axis=1)
        weight = rows["weight"].to_numpy() * np.where(fitted, self.factors[y], 0.0)
        blocks = blocks_of(len(features), _ROWS)
        completed = np.vstack([self.population.complete(features[part]) for part in blocks])
        return Block(completed, y.astype(np.intp), weight)


@dataclass(frozen=True)
class Celled:
    """Reads rows for curves: their features as they are, and cells.

    Attributes
    ----------
    plan
        Of the fit.
    half_life
        As for the fit to the sample; None where no date is known.
    rows
        How many there are.
    """

    plan: Plan
    half_life: float | None
    rows: int

    def block(self, features: Floats, rows: pl.DataFrame, before: int) -> Block:
        """Give rows their cells; those of a cell that the sample has none of count nothing."""
        present = self.plan.present
        cells = self.plan.cells(rows["outcome"].to_numpy())
        y = np.minimum(np.searchsorted(present, cells), len(present) - 1)
        weight = rows["weight"].to_numpy() * (present[y] == cells)
        if self.half_life is not None:
            rank = before + np.arange(len(cells), dtype=np.float64)
            weight = weight * faded(rank, self.rows, self.half_life) / self._mean(self.half_life)
        return Block(features, y.astype(np.intp), weight)

    def _mean(self, half_life: float) -> float:
        """Mean of the weights by rank: of a geometric series."""
        ends = -np.expm1(-np.log(2) / half_life), -np.expm1(-np.log(2) / half_life / self.rows)
        return float(ends[0] / ends[1] / self.rows)
