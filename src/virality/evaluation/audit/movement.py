"""Which features change when the same video is scraped again, later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.metrics import spearman

if TYPE_CHECKING:
    from virality.arrays import Floats

FEWEST_VIDEOS = 30
_ROUND_OFF = 1e-9
_MOST = 0.5
_FOLLOWING = 0.3
_SOME = 0.01


@dataclass(frozen=True)
class Moved:
    """How one feature moves between two snapshots of a video.

    Attributes
    ----------
    feature
        Its name.
    videos
        Of how many videos both snapshots know it.
    share
        Share of those for which it changed, 0 to 1.
    following
        Rank correlation of its change with the growth of the outcome; None where either does not
        vary, or where growth is not known.
    """

    feature: str
    videos: int
    share: float
    following: float | None

    @property
    def counts_on(self) -> bool:
        """Whether it is a figure that goes on counting: it moves for most, or with the outcome.

        What is made is made before posting, and stays. Scrapers differ in a length or in the
        name of a sound here and there; such noise neither meets most videos nor follows growth.
        """
        follows = self.following is not None and abs(self.following) >= _FOLLOWING
        return self.share >= _MOST or (self.share >= _SOME and follows)


def moving_features(
    first: Floats, last: Floats, names: tuple[str, ...], growth: Floats | None = None
) -> tuple[Moved, ...]:
    """List the features that move at all.

    Parameters
    ----------
    first, last
        (v, p) the features of v videos by their first and by their last snapshot.
    names
        (p,) names of the features.
    growth
        (v,) by how much the outcome grew in between, in any unit; NaN where unknown.

    Returns
    -------
    One entry for each feature that moved for a video; none of features known of fewer than thirty.
    """
    every = (
        _moved(first[:, place], last[:, place], name, growth) for place, name in enumerate(names)
    )
    return tuple(one for one in every if one.videos >= FEWEST_VIDEOS and one.share > 0)


def _moved(first: Floats, last: Floats, name: str, growth: Floats | None) -> Moved:
    known = np.isfinite(first) & np.isfinite(last)
    change = last[known] - first[known]
    change[np.abs(change) <= _ROUND_OFF * np.maximum(np.abs(first[known]), 1e-300)] = 0.0
    share = float((change != 0).mean()) if known.any() else 0.0
    following = None
    if growth is not None and share > 0:
        told = np.isfinite(growth[known])
        if told.sum() >= FEWEST_VIDEOS:
            following = spearman(change[told], growth[known][told])
    return Moved(name, int(known.sum()), share, following)
