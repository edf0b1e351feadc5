"""Features of all videos on disk, block by block in the order of posting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.features.extraction import extract
from virality.features.inputs import Inputs
from virality.features.reference import REFERENCE_15
from virality.labels import outcome_named
from virality.training.accounting import OUTCOME
from virality.training.columns import no_weights, seconds_of, stated_weights
from virality.training.measuring import no_usual
from virality.training.passes.judging import RANK, TRAINS
from virality.training.passes.order import NUMBER
from virality.training.passes.spill import PART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from virality.arrays import Floats
    from virality.training.passes.histories import Histories
    from virality.training.passes.order import Ordered
    from virality.training.passes.spill import Place
    from virality.training.passes.videos import Tally
    from virality.training.settings import Settings


@dataclass(frozen=True)
class Cache:
    """Videos as numbers.

    Attributes
    ----------
    paths
        A file for each block, in the order of posting: ``video_id``, ``author_id``, ``seconds``,
        ``weight``, ``outcome``, TRAINS, and the columns of :func:`columns_of`.
    training
        How many rows of each block train.
    width, filled
        How many features there are, and how many that the reference system would have had.
    """

    paths: tuple[Path, ...]
    training: tuple[int, ...]
    width: int
    filled: int

    def blocks(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Read one block after another, all columns or some."""
        for path in self.paths:
            yield pl.read_parquet(path, columns=list(columns) if columns else None, glob=False)

    def outcomes(self) -> Iterator[Floats]:
        """Give the outcomes of the training videos, block by block."""
        for rows in self.blocks(["outcome", TRAINS]):
            yield rows.filter(TRAINS)["outcome"].to_numpy()

    def gaps(self) -> int:
        """Count the training videos of which some feature is unknown that others know."""
        names = columns_of("x", self.width)
        known = [
            rows.filter(TRAINS).select(pl.col(names).is_not_nan().any())
            for rows in self.blocks([*names, TRAINS])
        ]
        some = pl.concat(known).select(pl.all().any()).row(0)
        asked = [name for name, ever in zip(names, some, strict=True) if ever]
        unknown = pl.any_horizontal(pl.col(asked).is_nan())
        blocks = self.blocks([*asked, TRAINS])
        return sum(rows.filter(TRAINS).select(unknown.sum()).item() for rows in blocks)


def columns_of(prefix: str, count: int) -> list[str]:
    """Name the columns of a matrix."""
    return [f"{prefix}{number}" for number in range(count)]


def cached(
    videos: Ordered, known: Histories, tally: Tally, settings: Settings, place: Place,
    tell: Callable[[int], None],
) -> Cache:  # fmt: skip
    """Compute the features of all videos, of one part of the accounts after another.

    Raises
    ------
    DataError
        When the outcome is a multiple of what accounts usually get, and that is unknown.
    """
    blocks, unknown, done = place.spill("features"), 0, 0
    reference = Inputs(REFERENCE_15, settings.inputs.moment)
    width, filled = len(settings.inputs.names), len(reference.names)
    for part in videos.accounts.parts:
        rows = known.shown(part, videos.accounts.part(part).sort(NUMBER))
        outcome = _outcome(rows, settings)
        unknown += int((~np.isfinite(outcome)).sum())
        weight = stated_weights(rows, settings.weight)
        blocks.add(
            pl.DataFrame(
                {
                    RANK: rows[RANK],
                    "video_id": rows["video_id"],
                    "author_id": rows["author_id"],
                    "seconds": seconds_of(rows["created_at"]),
                    "weight": _scaled(weight, settings, tally),
                    "outcome": outcome,
                    TRAINS: rows.select(videos.trains).to_series(),
                    PART: (rows[RANK] // place.room.part_rows).cast(pl.UInt64),
                    **_matrix("x", extract(rows, settings.inputs)),
                    **_matrix("r", extract(rows, reference, "default")),
                }
            )
        )
        done += rows.height
        tell(done)
    if unknown:
        raise no_usual(unknown)
    paths, training = [], []
    for number, rows in blocks.taken():
        paths.append(place.folder / f"block-{number}.rows")
        training.append(int(rows[TRAINS].sum()))
        rows.sort(RANK).write_parquet(paths[-1], compression="lz4", statistics=False)
    return Cache(tuple(paths), tuple(training), width, filled)


def _outcome(rows: pl.DataFrame, settings: Settings) -> Floats:
    """Give the outcome itself; NaN where it is relative to what is unknown."""
    outcome = outcome_named(settings.outcome)
    base = rows[OUTCOME].cast(pl.Float64).to_numpy()
    if not outcome.relative:
        return base
    usual = rows["history_level"].fill_null(float("nan")).to_numpy()
    return outcome.final(base, np.where(usual > 0, usual, np.nan))


def _scaled(weight: Floats, settings: Settings, tally: Tally) -> Floats:
    """Bring weights to a mean of 1 over all videos."""
    if settings.weight is None:
        return weight
    if not tally.weight > 0:
        raise no_weights(settings.weight)
    mean = tally.weight / tally.heaviest / tally.used
    return weight / tally.heaviest / mean


def _matrix(prefix: str, values: Floats) -> dict[str, Floats]:
    return dict(zip(columns_of(prefix, values.shape[1]), values.T, strict=True))
