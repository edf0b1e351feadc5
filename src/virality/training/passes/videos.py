"""The second pass: of each video one row, with its outcome; duplicates merged, the rest counted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from virality.records.duplicates import merged
from virality.records.joining import joined
from virality.records.reading import FILE
from virality.records.table import ROW
from virality.training.accounting import Accounting
from virality.training.columns import is_synthetic, latest_of, stated_weights
from virality.training.passes.intake import KEY
from virality.training.passes.spill import PART
from virality.training.repeats import MOST, Repeats, repeats_of
from virality.training.videos import chosen_from, nothing_known, with_outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from virality.training.passes.intake import Intake
    from virality.training.passes.spill import Place, Spill
    from virality.training.settings import Settings
    from virality.training.videos import Chosen

_NEVER = pl.lit(0).cast(pl.Datetime("us", "UTC"))


@dataclass(frozen=True)
class Tally:
    """What became of the records, and what is known of the videos used; parts are joined by ``+``.

    Attributes
    ----------
    known
        Records of a known outcome.
    duplicates, unusable, immature, snapshots, unseen, used
        As :class:`~virality.training.accounting.Accounting` counts them.
    undated, unnamed, unscraped
        Videos used whose date, account or time of scraping is unknown.
    synthetic
        Whether any says that it is made up.
    heaviest, weight
        The largest weight, and the sum of all.
    latest
        When the last video used was posted; None where no date is known.
    """

    known: int = 0
    duplicates: int = 0
    unusable: int = 0
    immature: int = 0
    snapshots: int = 0
    unseen: int = 0
    used: int = 0
    undated: int = 0
    unnamed: int = 0
    unscraped: int = 0
    synthetic: bool = False
    heaviest: float = 0.0
    weight: float = 0.0
    latest: datetime | None = None

    def __add__(self, other: Tally) -> Tally:
        """Join what is known of two parts."""
        mine, theirs = vars(self), vars(other)
        days = [day for day in (self.latest, other.latest) if day is not None]
        added = {name: mine[name] + theirs[name] for name in mine if name != "latest"}
        return replace(
            Tally(**added),
            synthetic=self.synthetic or other.synthetic,
            heaviest=max(self.heaviest, other.heaviest),
            latest=max(days, default=None),
        )

    @property
    def mature(self) -> int:
        """Videos of a known outcome, also those that the moment cannot use."""
        return self.used + self.unseen


@dataclass(frozen=True)
class Videos:
    """One row for each video.

    Attributes
    ----------
    rows
        Canonical and extra columns, OUTCOME, USED; parted by KEY, so that each part comes after
        those before it.
    tally
        Of all of them.
    repeats
        Videos that were scraped more than once.
    accounting
        What became of every record.
    """

    rows: Spill
    tally: Tally
    repeats: Repeats
    accounting: Accounting


def chosen(
    intake: Intake, settings: Settings, place: Place, parts: int, tell: Callable[[int], None]
) -> Videos:
    """Choose one row for each video, of one part after another.

    Parameters
    ----------
    intake
        The records.
    settings
        As for a training.
    place
        Where the rows wait.
    parts
        How many parts there are to be.
    tell
        Told the number of videos so far, after each part.

    Raises
    ------
    OptionError
        When the outcome is none.
    DataError
        When no record tells its outcome, or a weight is none.
    """
    rows, tally, repeats = place.spill("videos"), Tally(), []
    part_of = _part_of(intake.keys, parts)
    for _, records in intake.videos.taken():
        whole = _with_columns(records, intake.schema)
        unique = merged(whole)
        frame = with_outcome(unique.drop(FILE, ROW), settings.outcome)
        found = chosen_from(frame, _places(unique, intake.files), settings)
        intake.rejections.add(found.unusable.with_columns(pl.lit(0, pl.UInt64).alias(PART)))
        rows.add(found.mature.with_columns(part_of.alias(PART)))
        tally += replace(_tally(found, settings), duplicates=whole.height - unique.height)
        repeats.append(repeats_of(frame.with_columns(unique.select(FILE, ROW))))
        repeats = [_fewest(repeats)]
        tell(tally.mature)
    if not tally.known and intake.counts.usable:
        raise nothing_known(intake.schema, settings.outcome)
    return Videos(rows, tally, _fewest(repeats), _accounting(intake, tally))


def _with_columns(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Add what other parts have as unknown."""
    missing = {name: kind for name, kind in schema.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in missing.items())


def _places(frame: pl.DataFrame, files: tuple[str, ...]) -> pl.DataFrame:
    names = pl.Series(files, dtype=pl.String)
    return pl.DataFrame({"file": names.gather(frame[FILE]), "row": frame[ROW]})


def _part_of(keys: pl.DataFrame, parts: int) -> pl.Expr:
    """Cut the order of posting into parts of about equal size."""
    ordered = keys.select(_dated(pl.col(KEY[0])), KEY[1]).sort(KEY)
    cuts = [ordered.row(k * ordered.height // parts) for k in range(1, parts)] if len(keys) else []
    when, video = _dated(pl.col(KEY[0])), pl.col(KEY[1])
    after = [(when > day) | ((when == day) & (video >= one)) for day, one in cuts]
    return pl.sum_horizontal(pl.lit(0), *after).cast(pl.UInt64)


def _dated(when: pl.Expr) -> pl.Expr:
    """Put what has no date first, as sorting does."""
    return when.fill_null(_NEVER)


def _tally(found: Chosen, settings: Settings) -> Tally:
    videos = found.videos
    weight = stated_weights(videos, settings.weight)
    return Tally(
        known=found.usable,
        unusable=found.unusable.height,
        immature=found.immature,
        snapshots=found.snapshots,
        unseen=found.mature.height - videos.height,
        used=videos.height,
        undated=videos["created_at"].null_count(),
        unnamed=videos["author_id"].null_count(),
        unscraped=videos["scraped_at"].null_count(),
        synthetic=is_synthetic(videos),
        heaviest=float(weight.max(initial=0.0)),
        weight=float(weight.sum()),
        latest=latest_of(videos["created_at"]),
    )


def _fewest(parts: list[Repeats]) -> Repeats:
    """Join repeats, and keep as many as are kept of records that are held."""
    first, last = (joined([getattr(part, end) for part in parts]) for end in ("first", "last"))
    order = first.select(pl.arg_sort_by(FILE, ROW)).to_series().head(MOST)
    return Repeats(first[order], last[order])


def _accounting(intake: Intake, tally: Tally) -> Accounting:
    return Accounting(
        read=intake.counts.read,
        rejected=intake.counts.rejected + tally.unusable,
        duplicates=tally.duplicates,
        filtered=intake.counts.filtered,
        immature=tally.immature,
        snapshots=tally.snapshots,
        unseen=tally.unseen,
        used=tally.used,
    )
