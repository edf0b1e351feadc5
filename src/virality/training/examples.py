"""From records to videos to learn from: one row for each, before any feature is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError, OptionError
from virality.evaluation.splits import Split
from virality.features.early import EARLY_KNOWN, with_early
from virality.features.extraction import SCHEMAS
from virality.features.inputs import Inputs
from virality.labels import OUTCOMES, no_outcome, outcome_named
from virality.records import CANONICAL, first_mature
from virality.training.accounting import OUTCOME, Accounting, without_outcome
from virality.training.columns import authors_of, is_synthetic, seconds_of, weights_of
from virality.training.repeats import Repeats, repeats_of

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
    rejections: pl.DataFrame


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
    settings.require_kind()
    for feature in settings.inputs.own:
        if feature.name not in reading.frame.columns:
            raise OptionError(f"there is no column {feature.name!r}", where="feature")
    return _chosen(reading, settings)


def _chosen(reading: Reading, settings: Settings) -> Examples:
    outcome = outcome_named(settings.outcome)
    frame = reading.frame.with_columns(_outcome(reading.frame, settings.outcome))
    known = pl.col(OUTCOME).is_not_null()
    unusable = without_outcome(frame, reading.places, outcome.reads)
    usable = frame.filter(known)
    mature = first_mature(usable, known, settings.mature_age)
    mature = mature.sort("created_at", "video_id", nulls_last=False, maintain_order=True)
    videos = _at_the_moment(mature, frame, settings)
    immature = usable.join(mature, on="video_id", how="anti").height
    return Examples(
        videos=videos.drop(OUTCOME),
        base=videos[OUTCOME].to_numpy().astype(np.float64),
        past=mature.select(*CANONICAL, pl.col(OUTCOME).alias("outcome")),
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
            rejected=reading.rejections.height + unusable.height,
            duplicates=reading.duplicates,
            filtered=reading.filtered,
            immature=immature,
            snapshots=usable.height - immature - mature.height,
            unseen=mature.height - videos.height,
            used=videos.height,
        ),
        rejections=pl.concat([reading.rejections, unusable]).sort("file", "row"),
    )


def _outcome(frame: pl.DataFrame, name: str) -> pl.Series:
    """Compute the outcome of each record; null where it is unknown.

    Raises
    ------
    OptionError
        When it is a column that there is not, or that holds no numbers.
    """
    outcome = outcome_named(name)
    numbers = [column for column, kind in frame.schema.items() if kind.is_numeric()]
    if any(column not in frame.columns or frame.schema[column].is_nested()
           for column in outcome.reads):  # fmt: skip
        raise no_outcome(name, [column for column in numbers if column not in outcome.reads])
    values = frame.select(outcome.formula(pl).alias(OUTCOME))[OUTCOME]
    if outcome.name in OUTCOMES and values.is_null().all() and frame.height:
        raise DataError(
            f"no record tells its {', '.join(outcome.reads)}, so there is nothing to learn from or "
            "judge by",
            where=outcome.name,
            remedy="give records scraped after posting, or --map views=my_column",
        )
    if outcome.reads == (name,) and values.is_null().all() and frame.height:
        raise no_outcome(name, [column for column in numbers if column != name])
    return values


def _at_the_moment(mature: pl.DataFrame, frame: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """Add what was seen of each video early on; after posting, only such videos can be used."""
    if not settings.inputs.uses("early"):
        return mature
    seen = with_early(mature, frame, settings.early_age)
    return seen.filter(EARLY_KNOWN) if settings.inputs.moment == "after" else seen


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
    if settings.schema not in (None, known and known.name) or settings.features:
        raise OptionError(
            "the file's features are ready-made, and no others can be computed",
            where="schema",
            remedy="leave out --schema and --feature, or give records",
        )
    if known is None and settings.moment not in (None, "full"):
        raise OptionError(
            "nothing is known of when the file's features become known", where="moment"
        )
    return None if known is None else Inputs(known, settings.moment or "full")
