r"""The expected value of a softmax for one row, in plain numbers.

With logits relative to that of the first tier, :math:`d_k = (w_k - w_1) x + b_k - b_1` and
:math:`d_1 = 0`, the expectation of the values :math:`m_k` is

.. math:: \sum_k m_k e^{d_k} \, \Big/ \sum_k e^{d_k},

in which all :math:`d_k` are lowered by their maximum where a power would overflow.

For a row of a few numbers this takes a fraction of the time that it takes to make an array of it.
"""

from __future__ import annotations

from math import exp, isfinite
from operator import mul
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from virality.arrays import Floats
    from virality.model.linear import Linear

    Row = Sequence[float | None] | Floats

ORDINARY = (list, tuple)


def expectation(linear: Linear, values: Floats) -> Callable[[Row], float | None]:
    """Prepare a function of one row.

    It answers lists and tuples of p finite Python numbers. Any other row, such as one with an
    unknown input, of another length, gives None: it is for the general way to judge.

    Parameters
    ----------
    linear
        A softmax of p features and K tiers.
    values
        (K,) values of the tiers.
    """
    coef, intercept = linear.coef, linear.intercept
    width, first = coef.shape[1], float(values[0])
    slopes = (coef[1:] - coef[0]).tolist()
    shifts = (intercept[1:] - intercept[0]).tolist()
    lines = tuple(zip(slopes, shifts, strict=True))
    others = values[1:].tolist()

    def expected(row: Row) -> float | None:
        if type(row) not in ORDINARY or len(row) != width:
            return None
        try:
            logits = [sum(map(mul, slope, row), shift) for slope, shift in lines]
        except (TypeError, ValueError, OverflowError):
            return None
        # What is not finite makes every logit so; other kinds of number make other sums.
        if type(logits[0]) is not float or not isfinite(logits[0]):
            return None
        try:
            base, powers = 1.0, list(map(exp, logits))
        except OverflowError:
            top = max(logits)
            base, powers = exp(-top), [exp(logit - top) for logit in logits]
        found = sum(map(mul, others, powers), first * base) / sum(powers, base)
        return found if isfinite(found) else None

    return expected
