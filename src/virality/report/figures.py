"""What the predictions of unseen videos add up to: reliability, and how scores are spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.effects import NORMAL_95
from virality.labels import MIDPOINTS, TIERS
from virality.report.view import Distribution, Reliability, ReliabilityBin

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.training.unseen import Unseen

_TENTHS = np.linspace(0.0, 1.0, 11)
_SCORE_EDGES = np.linspace(10.0, 90.0, 17)


def reliability(unseen: Unseen) -> tuple[Reliability, ...]:
    """Compare stated probabilities with what came true: of all tiers together, then of each."""
    happened = unseen.tiers[:, None] == np.array(TIERS)
    everything = _reliability(None, unseen.probabilities.ravel(), happened.ravel(), len(TIERS))
    each = (
        _reliability(tier, unseen.probabilities[:, tier - 1], happened[:, tier - 1], 1)
        for tier in TIERS
    )
    return (everything, *each)


def _reliability(tier: int | None, stated: Floats, happened: Floats, of_one: int) -> Reliability:
    """Part probabilities by tenths; ``of_one`` of them are of the same video."""
    number = np.clip(np.searchsorted(_TENTHS, stated, side="right") - 1, 0, 9)
    bins = []
    for tenth in np.unique(number):
        inside = number == tenth
        count = int(inside.sum())
        came = float(happened[inside].mean())
        low, high = wilson(came, max(count / of_one, 1.0))
        bins.append(ReliabilityBin(float(stated[inside].mean()), came, low, high, count))
    return Reliability(tier, tuple(bins))


def wilson(share: float, n: float) -> tuple[float, float]:
    """Give the 95 % interval of a share that was seen in n cases.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    *Journal of the American Statistical Association* 22, 209-212.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(0.5, 100)]
    [0.4038, 0.5962]
    """
    z2 = NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    off = NORMAL_95 * np.sqrt(share * (1 - share) / n + z2 / (4 * n**2)) / (1 + z2 / n)
    return float(max(middle - off, 0.0)), float(min(middle + off, 1.0))


def score_distributions(unseen: Unseen) -> tuple[Distribution, ...]:
    """Spread the scores: of all videos, then of those that ended in each tier."""
    scores = np.clip(unseen.scores, MIDPOINTS[0], MIDPOINTS[-1])
    parts = [(None, scores), *((tier, scores[unseen.tiers == tier]) for tier in TIERS)]
    return tuple(_distribution(tier, part, _SCORE_EDGES) for tier, part in parts)


def percentile_distribution(unseen: Unseen) -> Distribution | None:
    """Spread the percentiles: even where these videos are like those that trained."""
    if unseen.percentiles is None:
        return None
    return _distribution(None, unseen.percentiles, 100.0 * _TENTHS)


def _distribution(tier: int | None, values: Floats, edges: Floats) -> Distribution:
    counts = np.histogram(values, edges)[0]
    shares = counts / max(len(values), 1)
    return Distribution(tier, len(values), tuple(edges.tolist()), tuple(shares.tolist()))
