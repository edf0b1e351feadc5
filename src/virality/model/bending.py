r"""The link of ordered cells, and calibration, for many sums at once; for the extra ``fast``.

Importing this module imports Numba. The NumPy form in :mod:`virality.model.ordered` and
:mod:`virality.model.calibration` is the oracle.

The differences of nearly equal numbers that the link's formula seems to take are not taken. With
:math:`a = e^{\operatorname{arsinh} d} = d + \sqrt{1 + d^2}` a bent cut is
:math:`z = (a e^{skew} - 1 / (a e^{skew})) / 2`, and with :math:`t = e^{-|z|}` what lies between two
cuts on one side of 0 is :math:`(t_1 - t_2) / ((1 + t_1)(1 + t_2))`, on two sides
:math:`(1 - t_1 t_2) / ((1 + t_1)(1 + t_2))`.

The logarithm of :math:`x = m 2^n` is :math:`n \ln 2 + 2 \operatorname{artanh} f` with
:math:`f = (m - 1) / (m + 1)`, by its series up to :math:`f^{21}`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from virality.model.compiled import (
    _BIAS,
    _EXACT,
    _EXPONENT,
    _LOG2_E,
    _LOG_2_HIGH,
    _LOG_2_LOW,
    _LOWEST,
    _ROUNDING,
    _exponentials,
    _peak,
    _polynomial,
)

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

_MOST_BENT = math.exp(30.0)
_LEAST_BENT = math.exp(-30.0)
_MOST_SKEW = 600.0
_MOST_SCALE = 30.0
_TINY = 1e-12
_NOTHING = 1e-300
_MANTISSA = (1 << 52) - 1
_ONE = 1023 << 52
_ROOT_2 = math.sqrt(2.0)


@njit(nogil=True, cache=True, fastmath=_EXACT)
def bend(sums: Floats, cuts: Floats, signs: Floats, decays: Floats, powers: Floats) -> None:
    """Turn location, log scale and skew (3, M) into the signs of bent cuts and exp(-|cut|)."""
    count = sums.shape[1]
    for m in range(count):
        sums[1, m] = -min(max(sums[1, m], -_MOST_SCALE), _MOST_SCALE)
        sums[2, m] = min(max(sums[2, m], -_MOST_SKEW), _MOST_SKEW)
    _powers(sums[1], powers)
    _powers(sums[2], powers)
    for j in range(len(cuts)):
        for m in range(count):
            distance = (cuts[j] - sums[0, m]) * sums[1, m]
            far = abs(distance) + math.sqrt(1.0 + distance * distance)
            bent = (far if distance >= 0.0 else 1.0 / far) * sums[2, m]
            bent = min(max(bent, _LEAST_BENT), _MOST_BENT)
            z = 0.5 * (bent - 1.0 / bent)
            signs[j, m] = z
            decays[j, m] = -abs(z)
        _powers(decays[j], powers)


@njit(nogil=True, cache=True, fastmath=_EXACT)
def cut(signs: Floats, decays: Floats, cells: Floats) -> None:
    """Give the logistic probability between neighbouring cuts, exact in both tails."""
    last, count = len(decays), decays.shape[1]
    for m in range(count):
        low, high = decays[0, m], decays[last - 1, m]
        cells[0, m] = (1.0 if signs[0, m] >= 0.0 else low) / (1.0 + low)
        cells[last, m] = (high if signs[last - 1, m] >= 0.0 else 1.0) / (1.0 + high)
    for c in range(1, last):
        for m in range(count):
            low, high = decays[c - 1, m], decays[c, m]
            across = 1.0 - low * high
            beside = low - high if signs[c - 1, m] >= 0.0 else high - low
            one_side = signs[c - 1, m] >= 0.0 or signs[c, m] < 0.0
            part = (beside if one_side else across) / ((1.0 + low) * (1.0 + high))
            cells[c, m] = max(part, 0.0)


@njit(nogil=True, cache=True, fastmath=_EXACT)
def mix(cells: Floats, shares: Floats, lapse: float, total: Floats) -> None:
    """Let nodes be draws from the population as often as they lapse; cells then sum to 1."""
    count = cells.shape[1]
    total[:] = 0.0
    for c in range(len(cells)):
        for m in range(count):
            cells[c, m] = (1.0 - lapse) * cells[c, m] + lapse * shares[c]
            total[m] += cells[c, m]
    for m in range(count):
        total[m] = 1.0 / total[m]
    for c in range(len(cells)):
        for m in range(count):
            cells[c, m] *= total[m]


@njit(nogil=True, cache=True, fastmath=_EXACT)
def calibrate(
    cells: Floats, tier: Ints, within: Floats, calibration: Floats, total: Floats
) -> None:
    """Calibrate the tiers of each node, their cells moving along."""
    count = cells.shape[1]
    present = np.zeros((calibration.shape[1], count))
    for c in range(len(cells)):
        for m in range(count):
            present[tier[c], m] += cells[c, m]
    tiers = _calibrated(present, calibration, total)
    for c in range(len(cells)):
        k = tier[c]
        for m in range(count):
            some = present[k, m] > _NOTHING
            part = cells[c, m] / max(present[k, m], _NOTHING) if some else within[c]
            cells[c, m] = part * tiers[k, m] / total[m]


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _calibrated(present: Floats, calibration: Floats, total: Floats) -> Floats:
    """Give calibrated probabilities (K, M), to be divided by the total, of tiers (K, M)."""
    tiers, count = np.maximum(present, _TINY), present.shape[1]
    powers, highest = np.empty(count), np.empty(count)
    total[:] = 0.0
    for k in range(len(tiers)):
        logarithms(tiers[k])
        for m in range(count):
            total[m] += tiers[k, m]
    for k in range(len(tiers)):
        for m in range(count):
            centred = tiers[k, m] - total[m] / len(tiers)
            tiers[k, m] = centred * calibration[0, k] + calibration[1, k]
    _peak(tiers, count, highest)
    _exponentials(tiers, highest, count, powers, total)
    return tiers


@njit(nogil=True, cache=True, fastmath=_EXACT)
def _powers(values: Floats, powers: Floats) -> None:
    """Replace numbers below 700 by their exponentials."""
    bits = powers.view(np.int64)
    for m in range(len(values)):
        x = max(values[m], _LOWEST)
        powers[m] = x * _LOG2_E + _ROUNDING
        whole = powers[m] - _ROUNDING
        values[m] = _polynomial((x - whole * _LOG_2_HIGH) - whole * _LOG_2_LOW)
    for m in range(len(values)):
        bits[m] = (bits[m] << _EXPONENT) + (_BIAS << _EXPONENT)
    for m in range(len(values)):
        values[m] *= powers[m]


@njit(nogil=True, cache=True, fastmath=_EXACT)
def logarithms(values: Floats) -> None:
    """Replace positive normal numbers by their logarithms."""
    bits = values.view(np.int64)
    for m in range(len(values)):
        whole = float((bits[m] >> _EXPONENT) - _BIAS)
        bits[m] = (bits[m] & _MANTISSA) | _ONE
        mantissa = values[m]
        large = mantissa > _ROOT_2
        mantissa = 0.5 * mantissa if large else mantissa
        whole = whole + 1.0 if large else whole
        f = (mantissa - 1.0) / (mantissa + 1.0)
        values[m] = whole * _LOG_2_HIGH + (whole * _LOG_2_LOW + 2.0 * f * _series(f * f))


@njit(nogil=True, inline="always", fastmath=_EXACT)
def _series(square: float) -> float:
    """Sum of square**i / (2 i + 1) up to i = 10, by Horner's rule."""
    value = 1.0 / 21.0
    value = value * square + 1.0 / 19.0
    value = value * square + 1.0 / 17.0
    value = value * square + 1.0 / 15.0
    value = value * square + 1.0 / 13.0
    value = value * square + 1.0 / 11.0
    value = value * square + 1.0 / 9.0
    value = value * square + 1.0 / 7.0
    value = value * square + 1.0 / 5.0
    value = value * square + 1.0 / 3.0
    return value * square + 1.0
