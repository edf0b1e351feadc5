"""All passes, one after another: from records that are not held to videos that are ready."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.labels import outcome_named, tier_of
from virality.records.portions import records_of
from virality.records.slices import slices
from virality.threads import one_blas_thread
from virality.training.labelled import Labelled
from virality.training.parting import no_videos
from virality.training.passes.cache import Cache, cached, columns_of
from virality.training.passes.drawing import drawn_rows, examined
from virality.training.passes.fitting import Passes
from virality.training.passes.histories import histories
from virality.training.passes.intake import taken_in
from virality.training.passes.judging import TRAINS
from virality.training.passes.order import ordered
from virality.training.passes.selection import quantile_thresholds
from virality.training.passes.spill import Place
from virality.training.passes.videos import chosen
from virality.training.ready import Prepared, Ready, Whole
from virality.training.standing import said_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from virality.arrays import Floats
    from virality.model.classifier import Classifier
    from virality.records import Sources
    from virality.training.means import Means
    from virality.training.passes.order import Ordered
    from virality.training.passes.room import Room
    from virality.training.passes.videos import Videos
    from virality.training.settings import Settings

    Progress = Callable[[str], None]


@contextmanager
def streamed(
    source: Sources, settings: Settings, means: Means, room: Room, progress: Progress
) -> Iterator[Prepared]:
    """Make videos ready without holding the records.

    What waits lies in a temporary folder, which is removed at the end, whatever the end is.

    Parameters
    ----------
    source, settings, progress
        As for a training.
    means
        Where the passes of the fit run.
    room
        How much may be held.

    Raises
    ------
    ViralityError
        As a training of records that are held does.
    """
    with tempfile.TemporaryDirectory(prefix="virality-") as folder, one_blas_thread():
        place = Place(Path(folder), room)
        intake = taken_in(
            slices(
                source,
                room.slice_rows,
                mapping=settings.mapping,
                where=settings.where,
                limit=settings.limit,
                extras=settings.columns,
            ),
            settings,
            place,
            room.parts(records_of(source)),
            lambda count: progress(f"reading: {count:,} records"),
        )
        parts = room.parts(intake.counts.usable)
        videos = chosen(
            intake, settings, place, parts,
            lambda count: progress(f"choosing one row for each video: {count:,} videos"),
        )  # fmt: skip
        rejections = intake.rejections.scan()

        def ready() -> Ready:
            if not videos.tally.used:
                raise no_videos(videos.accounting, rejections, settings)
            progress("ordering the videos")
            found = (videos, ordered(videos, settings, place, parts))
            return _Passes(found, settings, means, place, rejections, progress).ready(None)

        yield Prepared(rejections, ready)


@dataclass(frozen=True)
class _Passes:
    """The passes over accounts, which a fit to all rows goes through a second time."""

    found: tuple[Videos, Ordered]
    settings: Settings
    means: Means
    place: Place
    rejections: pl.LazyFrame
    progress: Progress

    def ready(self, thresholds: Floats | None) -> Ready:
        """Compute features, and draw the sample; with thresholds given, every video trains."""
        videos, accounts = self.found
        again = thresholds is not None
        if again:
            accounts = accounts.everyone(videos.tally.latest)
        place = self.place.inside("again" if again else "first")
        self.progress("learning histories")
        known = histories(accounts, self.settings, place)
        cache = cached(
            accounts, known, videos.tally, self.settings, place,
            lambda count: self.progress(f"computing features: {count:,} videos"),
        )  # fmt: skip
        cut = thresholds if thresholds is not None else self._thresholds(cache)
        rows = drawn_rows(cache, accounts, place.room)
        drawn = examined(
            rows, cache, (videos, accounts), self.settings, known.model, self.rejections
        )
        return Ready(
            drawn.examples, drawn.split, drawn.values, cut,
            again=lambda: self.ready(cut),
            whole=self._whole(cache, cut, place, sampled=drawn.examples.sampled(drawn.split)),
        )  # fmt: skip

    def _thresholds(self, cache: Cache) -> Floats:
        if self.settings.thresholds_from == "reference":
            return np.array(outcome_named(self.settings.outcome).fixed)
        self.progress("finding thresholds")
        return quantile_thresholds(cache.outcomes)

    def _whole(self, cache: Cache, thresholds: Floats, place: Place, *, sampled: bool) -> Whole:
        names = self.settings.inputs.names

        def training() -> Iterator[Labelled]:
            for rows in cache.blocks():
                yield labelled_rows(rows.filter(TRAINS), cache, names, thresholds)

        def predicted(classifier: Classifier) -> pl.LazyFrame:
            spill = place.spill("predictions")
            for rows in cache.blocks():
                part = labelled_rows(rows, cache, names, thresholds)
                split = rows.select(pl.when(TRAINS).then(pl.lit("train")).otherwise(pl.lit("test")))
                said = said_of(
                    rows["video_id"], split.to_series(), part.tiers,
                    classifier.predict_proba(part.features),
                )  # fmt: skip
                spill.write(0, said)
            return spill.scan()

        suffix = f".{place.folder.name}" if self.settings.refit else ""
        passes = Passes(cache, self.settings, self.means, suffix, self.progress)
        by_passes = sampled or self.means.watched
        return Whole(training, predicted, passes.refined if by_passes else None)


def labelled_rows(
    rows: pl.DataFrame, cache: Cache, names: tuple[str, ...], thresholds: Floats
) -> Labelled:
    """Give rows of the cache with their tiers; their accounts are not numbered."""
    features, filled = (
        rows.select(columns_of(*prefix)).to_numpy().astype(np.float64)
        for prefix in (("x", cache.width), ("r", cache.filled))
    )
    outcome = rows["outcome"].to_numpy()
    return Labelled(
        names=names,
        features=features,
        filled=filled,
        tiers=tier_of(outcome, thresholds),
        outcome=outcome,
        weight=rows["weight"].to_numpy(),
        seconds=rows["seconds"].to_numpy(),
        authors=None,
    )
