"""Whether videos look chosen for their outcome, as a feed's are: seen from its values alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats

FEWEST_VIDEOS = 500
FEWEST_ACCOUNTS = 30
_TAILS = (0.01, 0.05, 0.95, 0.99)
_LOPSIDED = 0.4
_STEEP = 1.5
_COARSE = 100.0


@dataclass(frozen=True)
class Selection:
    """The two tails of an outcome.

    Attributes
    ----------
    floor
        Where the lowest hundredth ends.
    low_step
        The 5 % quantile over the 1 % quantile: 1 at a wall.
    high_step
        The 99 % quantile over the 95 % quantile.
    """

    floor: float
    low_step: float
    high_step: float

    @property
    def symmetry(self) -> float:
        """Length of the lower tail over that of the upper, in logarithms: 1 where they match."""
        upper = np.log(self.high_step)
        return float(np.log(self.low_step) / upper) if upper > 0 else 1.0

    @property
    def selected(self) -> bool:
        """Whether the lower tail is missing: short in itself, and beside the upper one."""
        return self.low_step < _STEEP and self.symmetry < _LOPSIDED


def selected_on(outcome: Floats, accounts: int | None = None) -> Selection | None:
    """Look for a floor under the outcome that many accounts' videos have no reason for.

    Views, and most that comes of them, spread over decades, and about as far down as up: some
    videos of any account fail. Where videos are kept for having done well, the lower tail is cut
    away and the upper one is not. The tails are compared as steps between quantiles, so neither a
    few videos below the floor nor the unit matters.

    Parameters
    ----------
    outcome
        (n,) outcomes in natural units, NaN where unknown.
    accounts
        How many accounts they are from; None where unknown. One account's own floor, its
        followers, looks the same, so fewer than thirty are not judged.

    Returns
    -------
    The selection; None where there is none, where there are fewer than 500 videos, where outcomes
    are not all above 0, or where they are whole numbers too small to have a shape.
    """
    known = outcome[np.isfinite(outcome)]
    few = accounts is not None and accounts < FEWEST_ACCOUNTS
    if few or len(known) < FEWEST_VIDEOS or known.min() < 0:
        return None
    lowest, low, high, highest = np.quantile(known, _TAILS)
    counted = bool((known == np.round(known)).all())
    if lowest <= 0 or (counted and lowest < _COARSE):
        return None
    found = Selection(float(lowest), float(low / lowest), float(highest / high))
    return found if found.selected else None
