r"""The account's usual outcome: a posterior, given its earlier videos.

On the working scale, the outcome of an account's video posted at time t is

.. math:: y = \pi(\text{followers}) + c + u_1(t) + u_2(t) + \varepsilon,

a prior by the size of the account, a constant of the account, two Ornstein-Uhlenbeck terms that
forget slowly and quickly, and noise. A Kalman filter gives the mean and the variance of what the
account will usually reach at a later time. The six numbers that rule it are those that forecast
the training rows best, each from the videos that were old enough by then.

References
----------
Durbin, J. and Koopman, S. (2012). *Time Series Analysis by State Space Methods*, 2nd ed., chapter
4. Oxford University Press.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.features.history.sequences import Sequences


@dataclass(frozen=True)
class Dynamics:
    """What rules an account's level.

    Attributes
    ----------
    constant
        Variance of the accounts' constants.
    slow, quick
        Variances of the two terms that forget.
    slow_days, quick_days
        Days after which a term is down to 1/e.
    noise
        Variance of single videos.
    """

    constant: float
    slow: float
    quick: float
    slow_days: float
    quick_days: float
    noise: float


@dataclass(frozen=True)
class Filtered:
    """State of each account after each of its rows, in the sequences' order.

    Attributes
    ----------
    mean
        (n, 3) of constant, slow and quick term.
    covariance
        (n, 6): variances of the three, then covariances 01, 02, 12.
    """

    mean: Floats
    covariance: Floats


def filtered(sequences: Sequences, residual: Floats, rule: Dynamics) -> Filtered:
    """Run the filter along each account.

    Parameters
    ----------
    sequences
        The rows.
    residual
        (n,) outcomes less the prior's, in the sequences' order.
    rule
        What rules the level.
    """
    mean = np.zeros((3, len(residual)))
    cov = np.zeros((6, len(residual)))
    start = np.array([rule.constant, rule.slow, rule.quick, 0.0, 0.0, 0.0])[:, None]
    for number, rows in sequences.steps():
        if number == 0:
            m, p = np.zeros((3, len(rows))), np.tile(start, (1, len(rows)))
        else:
            gap = sequences.time[rows] - sequences.time[rows - 1]
            m, p = _later(mean[:, rows - 1], cov[:, rows - 1], gap, rule)
        loads = np.stack([p[0] + p[3] + p[4], p[1] + p[3] + p[5], p[2] + p[4] + p[5]])
        total = loads.sum(axis=0) + rule.noise
        surprise = residual[rows] - m.sum(axis=0)
        mean[:, rows] = m + loads * (surprise / total)
        cov[:, rows] = p - _outer(loads) / total
    return Filtered(mean.T, cov.T)


def _outer(v: Floats) -> Floats:
    return np.stack([v[0] * v[0], v[1] * v[1], v[2] * v[2], v[0] * v[1], v[0] * v[2], v[1] * v[2]])


def _later(m: Floats, p: Floats, gap: Floats, rule: Dynamics) -> tuple[Floats, Floats]:
    """Let days (d,) pass over means (3, d) and covariances (6, d)."""
    a, b = np.exp(-gap / rule.slow_days), np.exp(-gap / rule.quick_days)
    mean = np.stack([m[0], a * m[1], b * m[2]])
    cov = np.stack(
        [
            p[0],
            a * a * p[1] + (1 - a * a) * rule.slow,
            b * b * p[2] + (1 - b * b) * rule.quick,
            a * p[3],
            b * p[4],
            a * b * p[5],
        ]
    )
    return mean, cov


def forecast(states: Filtered, last: Ints, gap: Floats, rule: Dynamics) -> tuple[Floats, Floats]:
    """Mean and variance (t,) of the level, less the prior's, some days after a row.

    Parameters
    ----------
    states
        After each row.
    last
        (t,) sorted place of the last row that may be seen; -1 for none.
    gap
        (t,) days since that row.
    """
    seen = last >= 0
    mean, variance = np.zeros(len(last)), np.full(len(last), rule.constant + rule.slow + rule.quick)
    m, p = _later(states.mean[last[seen]].T, states.covariance[last[seen]].T, gap[seen], rule)
    mean[seen] = m.sum(axis=0)
    variance[seen] = p[:3].sum(axis=0) + 2 * p[3:].sum(axis=0)
    return mean, variance
