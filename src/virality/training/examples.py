"""From records to rows to learn from: one for each video, and what became of the rest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.errors import DataError, OptionError
from virality.evaluation.splits import Split, author_split, random_split, time_split
from virality.features.extraction import extract, schema_named
from virality.labels import outcome_named
from virality.records import commonest, first_mature

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.schema import Schema
    from virality.records import Reading
    from virality.training.settings import Settings


@dataclass(frozen=True)
class Accounting:
    """What became of every record read; the parts add up to ``read``.

    Attributes
    ----------
    read
        Records seen in the files.
    rejected
        Records that could not be used, each with its reason.
    duplicates
        Further copies of the same snapshot.
    filtered
        Records left out by ``where`` or ``limit``.
    immature
        Records of videos never scraped seven days or more after posting.
    snapshots
        Other snapshots of videos that are used.
    used
        Videos used: training and test rows together.
    """

    read: int
    rejected: int
    duplicates: int
    filtered: int
    immature: int
    snapshots: int
    used: int


@dataclass(frozen=True)
class Examples:
    """Videos to learn from and to judge by: n rows, p features.

    Attributes
    ----------
    video_ids
        n ids.
    schema
        Which p features; None when the file brought features of its own naming.
    names
        Their names.
    features
        (n, p), NaN where unknown.
    filled
        (n, p) as the reference system fills what is unknown.
    outcome
        (n,) the number predicted; the tier itself where labels came ready-made.
    tiers
        (n,) labels that came ready-made; None when they are still to be cut.
    seconds
        (n,) times of posting as Unix time, NaN where unknown.
    authors
        (n,) numbers of the authors; None where too few are known.
    weight
        (n,) row weights.
    given
        The split that the file brought.
    synthetic
        Whether any record says that it is made up.
    unknown_scrape
        Videos used whose time of scraping is unknown, and which count as mature for want of it.
    accounting
        What became of every record.
    rejections
        File, row, field and reason of each record that could not be used.
    """

    video_ids: pl.Series
    schema: Schema | None
    names: tuple[str, ...]
    features: Floats
    filled: Floats
    outcome: Floats
    tiers: Ints | None
    seconds: Floats
    authors: Ints | None
    weight: Floats
    given: Split | None
    synthetic: bool
    unknown_scrape: int
    accounting: Accounting
    rejections: pl.DataFrame

    def parted(self, settings: Settings) -> Split:
        """Choose the training and test rows.

        Raises
        ------
        DataError
            When there is no video, when most videos do not have the date or the author that a
            split needs, or when a part is empty.
        """
        if len(self.outcome) == 0:
            raise DataError(
                "no video can be used",
                where="; ".join(self._reasons()),
                remedy="--rejects FILE lists every one",
            )
        if self.given is not None and settings.split is None:
            return self.given
        if settings.split == "author":
            return self._parted_by_author(settings.seed)
        dated = np.isfinite(self.seconds).mean()
        if settings.split == "time" and dated <= 0.5:  # noqa: PLR2004  a majority
            raise DataError(
                f"only {dated:.0%} of the videos have a date", remedy="use --split random"
            )
        if settings.split == "time" or (settings.split is None and dated > 0.5):  # noqa: PLR2004
            return time_split(self.seconds)
        return random_split(len(self.seconds), settings.seed)

    def _parted_by_author(self, seed: int) -> Split:
        if self.authors is None:
            raise DataError(
                "the authors of most videos are unknown", remedy="use --split time or random"
            )
        return author_split(self.authors, seed)

    def _reasons(self) -> list[str]:
        """Say why records are not used, the commonest reasons first."""
        why = [
            f"{count:,} x {field} {reason}" for field, reason, count in commonest(self.rejections)
        ]
        if self.accounting.immature:
            why.append(f"{self.accounting.immature:,} x scraped within 7 days of posting")
        return why


def examples_from(reading: Reading, settings: Settings) -> Examples:
    """Choose one row for each video, and compute its features and outcome.

    Parameters
    ----------
    reading
        Records, or the ready-made features of a reference training file.
    settings
        The outcome, the schema and the column of weights.

    Raises
    ------
    OptionError
        When the column of weights is absent.
    DataError
        When it does not hold weights.
    """
    return _ready_made(reading) if reading.made else _computed(reading, settings)


def _computed(reading: Reading, settings: Settings) -> Examples:
    schema, outcome = schema_named(settings.schema), outcome_named(settings.outcome)
    frame = reading.frame.with_columns(outcome.formula(pl).alias("_outcome"))
    known = pl.col("_outcome").is_not_null()
    unusable = _without_outcome(frame, reading.places, outcome.reads)
    usable = frame.filter(known)
    videos = first_mature(usable, known)
    immature = usable.join(videos, on="video_id", how="anti").height
    return Examples(
        video_ids=videos["video_id"],
        schema=schema,
        names=schema.names,
        features=extract(videos, schema),
        filled=extract(videos, schema, "default"),
        outcome=videos["_outcome"].to_numpy().astype(np.float64),
        tiers=None,
        seconds=_seconds(videos["created_at"]),
        authors=_authors(videos["author_id"]),
        weight=_weights(videos, settings.weight),
        given=None,
        synthetic=_synthetic(videos),
        unknown_scrape=videos["scraped_at"].null_count(),
        accounting=Accounting(
            read=reading.read,
            rejected=reading.rejections.height + unusable.height,
            duplicates=reading.duplicates,
            filtered=reading.filtered,
            immature=immature,
            snapshots=usable.height - immature - videos.height,
            used=videos.height,
        ),
        rejections=pl.concat([reading.rejections, unusable]).sort("file", "row"),
    )


def _ready_made(reading: Reading) -> Examples:
    """Take the features, labels and split of a reference training file as they are."""
    frame, names = reading.frame, reading.made
    features = frame.select(names).to_numpy().astype(np.float64)
    tiers = frame["tier"].to_numpy().astype(np.intp)
    trains = (frame["split"] == "train").to_numpy()
    rows = np.arange(frame.height)
    return Examples(
        video_ids=frame["video_id"],
        schema=None,
        names=names,
        features=features,
        filled=features,
        outcome=tiers.astype(np.float64),
        tiers=tiers,
        seconds=np.full(frame.height, np.nan),
        authors=None,
        weight=np.ones(frame.height),
        given=Split("given", rows[trains], rows[~trains]),
        synthetic=False,
        unknown_scrape=0,
        accounting=Accounting(reading.read, 0, 0, reading.filtered, 0, 0, frame.height),
        rejections=reading.rejections,
    )


def _without_outcome(
    frame: pl.DataFrame, places: pl.DataFrame, reads: tuple[str, ...]
) -> pl.DataFrame:
    """List the records whose outcome is unknown, with the first column that is to blame."""
    blame = pl.coalesce(
        *[
            pl.when(pl.col(name).is_null()).then(
                pl.lit(f"{name}\tunknown, and the outcome needs it")
            )
            for name in reads
        ],
        pl.lit("views\t0, and the outcome needs some"),
    )
    unknown = pl.concat([places, frame.select("_outcome", blame.alias("_blame"))], how="horizontal")
    parts = pl.col("_blame").str.split_exact("\t", 1)
    return unknown.filter(pl.col("_outcome").is_null()).select(
        "file",
        "row",
        parts.struct.field("field_0").alias("field"),
        parts.struct.field("field_1").alias("reason"),
    )


def _seconds(times: pl.Series) -> Floats:
    seconds: Floats = times.dt.epoch("ms").cast(pl.Float64).fill_null(float("nan")).to_numpy() / 1e3
    return seconds


def _authors(ids: pl.Series) -> Ints | None:
    """Give each author a number, (n,); unknown ones stand alone. None when most are unknown."""
    if ids.null_count() * 2 > len(ids):
        return None
    numbers = ids.rank("dense").cast(pl.Int64).to_numpy(allow_copy=True)
    missing = ids.is_null().to_numpy()
    known = np.where(missing, 0, np.nan_to_num(numbers.astype(float))).astype(np.intp)
    alone = known.max(initial=0) + np.cumsum(missing)
    return np.unique(np.where(missing, alone, known), return_inverse=True)[1].astype(np.intp)


def _weights(videos: pl.DataFrame, column: str | None) -> Floats:
    if column is None:
        return np.ones(videos.height)
    if column not in videos.columns:
        raise OptionError(f"there is no column {column!r}", where="weight")
    weight = videos[column].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    if not (weight >= 0).all() or not weight.sum() > 0:
        raise DataError("weights must be known, non-negative and not all 0", where=column)
    return np.asarray(weight, dtype=np.float64)


def _synthetic(videos: pl.DataFrame) -> bool:
    if "synthetic" not in videos.columns:
        return False
    return bool((videos["synthetic"].cast(pl.String).str.to_lowercase() == "true").any())


def accounting_json(accounting: Accounting, split: Split) -> dict[str, int]:
    """Give the accounting and the sizes of the two parts as plain numbers."""
    return {**asdict(accounting), "train": len(split.train), "test": len(split.test)}
