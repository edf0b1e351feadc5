"""Numbers and lists in the words of a finding."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = 100


def listed(names: Sequence[str]) -> str:
    """Join names as people do.

    Examples
    --------
    >>> listed(["likes"]), listed(["likes", "shares", "views"])
    ('likes', 'likes, shares and views')
    """
    return " and ".join([part for part in (", ".join(names[:-1]), *names[-1:]) if part])


def share_of(share: float) -> str:
    """Write a share in percent, rounded down: only all is 100 %.

    Examples
    --------
    >>> share_of(1.0), share_of(0.99999), share_of(0.5)
    ('100.0 %', '99.9 %', '50.0 %')
    """
    return f"{math.floor(share * 1000 + 1e-9) / 10:.1f} %"


def amount(number: float) -> str:
    """Write an outcome: whole where it is large.

    Examples
    --------
    >>> amount(200372.4), amount(0.0312)
    ('200,372', '0.0312')
    """
    return f"{number:,.0f}" if number >= _WHOLE else f"{number:.3g}"


def times(factor: float) -> str:
    """Write a factor.

    Examples
    --------
    >>> times(1.3117)
    '1.3 times'
    """
    return f"{factor:.1f} times"
