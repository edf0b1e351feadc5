"""From records to videos to learn from: one row for each, before any feature is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import OptionError
from virality.evaluation.splits import Split
from virality.features.extraction import SCHEMAS
from virality.features.inputs import Inputs
from virality.training.accounting import OUTCOME, Accounting
from virality.training.columns import authors_of, is_synthetic, seconds_of, weights_of
from virality.training.repeats import Repeats, repeats_of
from virality.training.videos import chosen_from, nothing_known, require_columns, with_outcome

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.records import Reading
    from virality.training.settings import Settings


@dataclass(frozen=True)
class Made:
    """Features that a file brought ready-made, with labels and a split.

    Attributes
    ----------
    names
        (p,) their names.
    features
        (n, p).
    tiers
        (n,) labels 1-5.
    split
        Which rows train and which judge.
    """

    names: tuple[str, ...]
    features: Floats
    tiers: Ints
    split: Split


@dataclass(frozen=True)
class Examples:
    """Videos to learn from and to judge by: n rows, without features yet.

    Attributes
    ----------
    videos
        n records, one for each video, with canonical and extra columns.
    base
        (n,) what the outcome's formula gives; the tier itself where labels came ready-made.
    past
        One record for each video that histories are made of, and its ``outcome``: all videos of
        a known outcome, also those that the moment cannot use. None with ready-made features.
    seconds
        (n,) times of posting as Unix time, NaN where unknown.
    authors
        (n,) numbers of the authors; None where too few are known.
    weight
        (n,) row weights.
    inputs
        Which p features; None when the file brought features of its own naming.
    made
        Features that came ready-made; None when they are still to be computed.
    repeats
        Videos that were scraped more than once; None with ready-made features.
    synthetic
        Whether any record says that it is made up.
    unknown_scrape
        Videos used whose time of scraping is unknown, and which count as mature for want of it.
    accounting
        What became of every record.
    rejections
        File, row, field and reason of each record that could not be used.
    sizes
        How many videos train and how many judge, where the n videos are a sample of them; None
        where they are all.
    """

    videos: pl.DataFrame
    base: Floats
    past: pl.DataFrame | None
    seconds: Floats
    authors: Ints | None
    weight: Floats
    inputs: Inputs | None
    made: Made | None
    repeats: Repeats | None
    synthetic: bool
    unknown_scrape: int
    accounting: Accounting
    rejections: pl.DataFrame | pl.LazyFrame
    sizes: tuple[int, int] | None = None

    def counted(self, split: Split) -> tuple[int, int]:
        """Say how many videos train and how many judge, those that are not held too."""
        return self.sizes or (len(split.train), len(split.test))

    def sampled(self, split: Split) -> bool:
        """Tell whether the n videos are a sample of those that there are."""
        return self.counted(split) != (len(split.train), len(split.test))

    def part(self, rows: Ints) -> Examples:
        """Take some of the videos, which are held; the others only tell what accounts did."""
        left_out = len(self.base) - len(rows)
        return replace(
            self,
            videos=self.videos[rows],
            base=self.base[rows],
            seconds=self.seconds[rows],
            authors=None if self.authors is None else self.authors[rows],
            weight=self.weight[rows],
            accounting=replace(
                self.accounting,
                filtered=self.accounting.filtered + left_out,
                used=self.accounting.used - left_out,
            ),
        )


def examples_from(reading: Reading, settings: Settings) -> Examples:
    """Choose one row for each video, and compute its outcome.

    Parameters
    ----------
    reading
        Records, or the ready-made features of a reference training file.
    settings
        The outcome, the moment, the ages and the columns.

    Raises
    ------
    OptionError
        When a column that the settings name is absent, or a setting has no meaning with
        ready-made features.
    DataError
        When the column of weights does not hold weights.
    """
    if reading.made:
        return _ready_made(reading, settings)
    schema = reading.frame.schema
    require_columns(schema, settings)
    frame = with_outcome(reading.frame, settings.outcome)
    if frame.height and frame[OUTCOME].is_null().all():
        raise nothing_known(schema, settings.outcome)
    return _chosen(reading, frame, settings)


def _chosen(reading: Reading, frame: pl.DataFrame, settings: Settings) -> Examples:
    chosen = chosen_from(frame, reading.places, settings)
    videos = chosen.videos
    return Examples(
        videos=videos.drop(OUTCOME),
        base=videos[OUTCOME].to_numpy().astype(np.float64),
        past=chosen.past,
        seconds=seconds_of(videos["created_at"]),
        authors=authors_of(videos["author_id"]),
        weight=weights_of(videos, settings.weight),
        inputs=settings.inputs,
        made=None,
        repeats=repeats_of(frame),
        synthetic=is_synthetic(videos),
        unknown_scrape=videos["scraped_at"].null_count(),
        accounting=Accounting(
            read=reading.read,
            rejected=reading.rejections.height + chosen.unusable.height,
            duplicates=reading.duplicates,
            filtered=reading.filtered,
            immature=chosen.immature,
            snapshots=chosen.snapshots,
            unseen=chosen.mature.height - videos.height,
            used=videos.height,
        ),
        rejections=pl.concat([reading.rejections, chosen.unusable]).sort("file", "row"),
    )


def _ready_made(reading: Reading, settings: Settings) -> Examples:
    """Take the features, labels and split of a reference training file as they are."""
    frame, inputs = reading.frame, _inputs_of(reading.made, settings)
    names = reading.made if inputs is None else inputs.names
    tiers = frame["tier"].to_numpy().astype(np.intp)
    trains = (frame["split"] == "train").to_numpy()
    rows = np.arange(frame.height)
    made = Made(
        names=names,
        features=frame.select(names).to_numpy().astype(np.float64),
        tiers=tiers,
        split=Split("given", rows[trains], rows[~trains]),
    )
    return Examples(
        videos=frame.select("video_id"),
        base=tiers.astype(np.float64),
        past=None,
        seconds=np.full(frame.height, np.nan),
        authors=None,
        weight=np.ones(frame.height),
        inputs=inputs,
        made=made,
        repeats=None,
        synthetic=False,
        unknown_scrape=0,
        accounting=Accounting(reading.read, 0, 0, reading.filtered, 0, 0, 0, frame.height),
        rejections=reading.rejections,
    )


def _inputs_of(names: tuple[str, ...], settings: Settings) -> Inputs | None:
    """Find the schema whose features a file brings ready-made; None for a naming of its own.

    Raises
    ------
    OptionError
        When the settings ask for features that the file cannot have.
    """
    known = next((schema for schema in SCHEMAS.values() if schema.names == names), None)
    if settings.schema not in (None, known and known.name) or settings.features or settings.without:
        raise OptionError(
            "the file's features are ready-made, and no others can be computed",
            where="schema",
            remedy="leave out --schema, --feature and --without, or give records",
        )
    if known is None and settings.moment not in (None, "full"):
        raise OptionError(
            "nothing is known of when the file's features become known", where="moment"
        )
    return None if known is None else Inputs(known, settings.moment or "full")
