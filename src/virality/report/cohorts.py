"""How the model does on parts of the unseen videos: by account, by kind, by time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.intervals import paired_difference
from virality.evaluation.metrics import measure, surprises
from virality.report.view import Cohort
from virality.training.comparing import groups_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from virality.arrays import Bools, Floats, Ints
    from virality.training.unseen import Unseen

FEWEST = 50
"""Videos of a cohort below which nothing is said of it."""

_MOST_QUARTERS = 8
Sizes = tuple[tuple[str, float, float], ...]
"""Names of parts, each with the number that it begins at and the one that it ends before."""

FOLLOWERS: Sizes = (
    ("under 10,000", 0, 10_000),
    ("10,000 to 100,000", 10_000, 100_000),
    ("100,000 to 1 million", 100_000, 1_000_000),
    ("1 million and more", 1_000_000, np.inf),
)
EARLIER: Sizes = (
    ("none known", 0, 1),
    ("1 to 4", 1, 5),
    ("5 to 19", 5, 20),
    ("20 and more", 20, np.inf),
)


def cohorts(unseen: Unseen, prior: Floats | None) -> tuple[Cohort, ...]:
    """Judge the model on each part that the records can be parted into.

    Parameters
    ----------
    unseen
        n videos.
    prior
        (5,) shares of the tiers in training, to compare with; None where the file holds none.
    """
    return tuple(
        _cohort(group, name, np.flatnonzero(rows), unseen, prior)
        for group, name, rows in _parts(unseen)
    )


def _parts(unseen: Unseen) -> Iterator[tuple[str, str, Bools]]:
    """Name parts of the videos, each with which of them it holds, (n,)."""
    yield "all", "all videos", np.ones(len(unseen), dtype=bool)
    yield from by_size("followers", _column(unseen, "followers"), FOLLOWERS)
    yield from by_size("earlier videos", _feature(unseen, "history_count"), EARLIER)
    photo = _column(unseen, "is_photo")
    if photo is not None and np.nansum(photo) > 0:
        yield "kind", "video", photo == 0
        yield "kind", "photos", photo == 1
    yield from _by_quarter(unseen)


def by_size(group: str, values: Floats | None, parts: Sizes) -> Iterator[tuple[str, str, Bools]]:
    """Part n videos by the size of a number (n,), NaN where unknown; empty parts are left out."""
    if values is None or np.isnan(values).all():
        return
    for name, low, high in parts:
        rows = (values >= low) & (values < high)
        if rows.any():
            yield group, name, rows
    if np.isnan(values).any():
        yield group, "unknown", np.isnan(values)


def by_account(names: Sequence[str], features: Floats) -> Iterator[tuple[str, str, Bools]]:
    """Part n videos by what their features (n, p) say of their accounts."""
    for group, name, sizes in (
        ("followers", "followers", FOLLOWERS),
        ("earlier videos", "history_count", EARLIER),
    ):
        if name in names:
            column = features[:, list(names).index(name)]
            for shown, part, rows in by_size(group, column, sizes):
                yield group, "unknown" if shown == "unknown" else part, rows


def _by_quarter(unseen: Unseen) -> Iterator[tuple[str, str, Bools]]:
    if "created_at" not in unseen.videos.columns:
        return
    posted = unseen.videos["created_at"]
    quarters = [
        "" if day is None else f"{day.year}, quarter {(day.month + 2) // 3}" for day in posted
    ]
    named = sorted(set(quarters) - {""})[-_MOST_QUARTERS:]
    for name in named if len(named) > 1 else ():
        yield "posted", name, np.array([quarter == name for quarter in quarters])


def _column(unseen: Unseen, name: str) -> Floats | None:
    """Read a column of the records, NaN where unknown; None where they have none."""
    if name not in unseen.videos.columns:
        return None
    values: Floats = unseen.videos[name].cast(float).fill_null(float("nan")).to_numpy()
    return values


def _feature(unseen: Unseen, name: str) -> Floats | None:
    if name not in unseen.names:
        return None
    values: Floats = unseen.features[:, unseen.names.index(name)]
    return values


def _cohort(group: str, name: str, rows: Ints, unseen: Unseen, prior: Floats | None) -> Cohort:
    if len(rows) < FEWEST:
        return Cohort(group, name, len(rows), *[None] * 7)
    probabilities, tiers = unseen.probabilities[rows], unseen.tiers[rows]
    judged = measure(probabilities, tiers, unseen.outcome[rows])
    gain = None
    if prior is not None:
        losses = surprises(np.tile(prior, (len(rows), 1)), tiers)
        groups = groups_of(unseen.groups, rows)
        gain = paired_difference(losses, surprises(probabilities, tiers), groups)
    covered = unseen.covered
    return Cohort(
        group=group,
        name=name,
        n=len(rows),
        accuracy=judged.accuracy,
        log_loss=judged.log_loss,
        spearman=judged.spearman,
        gain=None if gain is None else gain.mean,
        gain_low=None if gain is None else gain.low,
        gain_high=None if gain is None else gain.high,
        covered=None if covered is None else float(covered[rows].mean()),
    )
