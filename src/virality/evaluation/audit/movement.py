"""Which features change when the same video is scraped again, later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.evaluation.audit.findings import Finding, severity_of_leak
from virality.evaluation.audit.wording import listed, share_of
from virality.evaluation.ranking import spearman

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from virality.arrays import Floats
    from virality.evaluation.audit.findings import Severity
    from virality.features.schema import Phase

FEWEST_VIDEOS = 30
_ROUND_OFF = 1e-9
_MANY = 0.2
_FOLLOWING = 0.3
_SOME = 0.01
_TWO = 2

_COUNTING = (
    "From one scrape of a video to the next, {} changed (share of such videos). What goes on "
    "counting after posting tells of the outcome."
)
_ACCOUNT = (
    "Of the account, {} changed from one scrape of a video to the next (share of such videos): the "
    "figures are as of the scrape, not as of posting. They move slowly; no earlier ones are known."
)
_NOISY = (
    "Scrapes of the same video now and then differ in {} (share of such videos). That follows no "
    "growth of the outcome."
)


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
    flag
        Whether it takes no more than two values.
    following
        Rank correlation of its change with the growth of the outcome; None where either does not
        vary, or where growth is not known.
    """

    feature: str
    videos: int
    share: float
    flag: bool
    following: float | None

    @property
    def counts_on(self) -> bool:
        """Whether it is a figure that goes on counting: it moves for many, or with the outcome.

        What is made is made before posting, and stays. Scrapers differ in a length or in whether
        a sound is original, for one video in ten or twenty; such noise neither meets more videos
        nor follows growth. Of what is only yes or no, just the latter is asked.
        """
        follows = self.following is not None and abs(self.following) >= _FOLLOWING
        many = self.share >= _MANY and not self.flag
        return many or (self.share >= _SOME and follows)


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
    flag = len(np.unique([first[known], last[known]])) <= _TWO
    return Moved(name, int(known.sum()), share, flag, following)


def movement_findings(
    moved: Iterable[Moved], phases: Mapping[str, Phase], moment: str
) -> tuple[Finding, ...]:
    """Judge what moves.

    Parameters
    ----------
    moved
        What :func:`moving_features` gave.
    phases
        When each feature becomes known.
    moment
        What a model would be allowed to know.

    Returns
    -------
    A leak for what goes on counting; a warning for figures of the account, which are as of the
    scrape and of which there are no earlier ones; information for what differs now and then.
    """
    noticed = [one for one in moved if one.share >= _SOME]
    account = [one for one in noticed if phases[one.feature] == "account"]
    others = [one for one in noticed if phases[one.feature] != "account"]
    leak = severity_of_leak(moment)
    return (
        *_finding([one for one in others if one.counts_on], leak, _COUNTING),
        *_finding(account, "warning", _ACCOUNT),
        *_finding([one for one in others if not one.counts_on], "information", _NOISY),
    )


def _finding(moved: list[Moved], severity: Severity, what: str) -> Iterator[Finding]:
    if moved:
        shown = listed([f"{one.feature} ({share_of(one.share)})" for one in moved])
        yield Finding(
            "moving",
            severity,
            what.format(shown),
            tuple(one.feature for one in moved),
            {one.feature: one.share for one in moved},
        )
