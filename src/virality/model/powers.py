r"""Exponential and logarithm out of arithmetic and shifts, for compiled loops; for ``fast``.

The exponential of x is :math:`2^n e^r` with n the integer next to :math:`x / \ln 2` and
:math:`|r| \le \ln 2 / 2`, where the Taylor polynomial of degree 13 is exact to round-off. Adding
:math:`1.5 \cdot 2^{52}` rounds to an integer and leaves it in the low bits of the number, from
where it is shifted into the exponent. The logarithm of :math:`2^n m` with
:math:`\sqrt{1/2} \le m < \sqrt 2` is :math:`n \ln 2 + 2\,\mathrm{artanh}((m-1)/(m+1))`, by its
series. Neither needs more than arithmetic and shifts, so both are vectorised on every processor.

In single precision nothing is smaller than :math:`e^{-30}`, which beside a sum of at least 1 is
lost in round-off anyway: products of smaller numbers fall below the smallest that the processor
has by itself, and take it many times as long.

References
----------
Cody, W. and Waite, W. (1980). *Software Manual for the Elementary Functions*, chapters 5 and 6.
Prentice Hall.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numba import types
from numba.extending import overload

if TYPE_CHECKING:
    from collections.abc import Callable

Number: TypeAlias = Any
"""In compiled code float32 or float64, which the type of the argument decides."""

_LOG2_E = 1.0 / math.log(2.0)
_LOG_2 = math.log(2.0)
_LOG_2_HIGH = 6.93147180369123816490e-01
_LOG_2_LOW = 1.90821492927058770002e-10
_ROUNDING_64 = 1.5 * 2.0**52

_LOWEST_32 = np.float32(-30.0)
_LOG2_E_32, _LOG_2_32 = np.float32(_LOG2_E), np.float32(_LOG_2)
_LOG_2_HIGH_32, _LOG_2_LOW_32 = np.float32(0.693359375), np.float32(-2.12194440e-4)
_ROUNDING_32 = np.float32(1.5 * 2.0**23)
_FIRST, _SECOND, _THIRD = np.float32(1.0), np.float32(0.5), np.float32(1.0 / 6.0)
_FOURTH, _FIFTH = np.float32(1.0 / 24.0), np.float32(1.0 / 120.0)
_SIXTH, _SEVENTH = np.float32(1.0 / 720.0), np.float32(1.0 / 5040.0)
_ODD_THIRD, _ODD_FIFTH = np.float32(1.0 / 3.0), np.float32(1.0 / 5.0)
_ODD_SEVENTH, _ODD_NINTH = np.float32(1.0 / 7.0), np.float32(1.0 / 9.0)

EXACT = {"contract", "nsz"}
"""What compiled loops may do beyond the letter: multiply and add in one instruction."""


def power(below: Number) -> Number:
    """Exponential of a number up to some hundreds; next to nothing far below 0."""
    return math.exp(below)


def logarithm(value: Number) -> Number:
    """Natural logarithm of a positive number."""
    return math.log(value)


@overload(power, jit_options={"fastmath": EXACT, "error_model": "numpy"})
def _power_in_bits(below: Number) -> Callable[[Number], Number]:
    """Compile the power; nothing in it may be reordered: adding and taking off again rounds."""
    return _power_32 if below == types.float32 else _power_64


@overload(logarithm, jit_options={"fastmath": EXACT, "error_model": "numpy"})
def _logarithm_in_bits(value: Number) -> Callable[[Number], Number]:
    return _logarithm_32 if value == types.float32 else _logarithm_64


def _power_64(below: Number) -> Number:
    x = max(below, -708.0)
    shifted = x * _LOG2_E + _ROUNDING_64
    whole = shifted - _ROUNDING_64
    bits = (np.float64(shifted).view(np.int64) << 52) + (1023 << 52)
    r = (x - whole * _LOG_2_HIGH) - whole * _LOG_2_LOW
    value = 1.0 / 6227020800.0
    value = value * r + 1.0 / 479001600.0
    value = value * r + 1.0 / 39916800.0
    value = value * r + 1.0 / 3628800.0
    value = value * r + 1.0 / 362880.0
    value = value * r + 1.0 / 40320.0
    value = value * r + 1.0 / 5040.0
    value = value * r + 1.0 / 720.0
    value = value * r + 1.0 / 120.0
    value = value * r + 1.0 / 24.0
    value = value * r + 1.0 / 6.0
    value = value * r + 0.5
    value = value * r + 1.0
    return (value * r + 1.0) * np.int64(bits).view(np.float64)


def _power_32(below: Number) -> Number:
    x = max(below, _LOWEST_32)
    shifted = x * _LOG2_E_32 + _ROUNDING_32
    whole = shifted - _ROUNDING_32
    bits = np.int32((np.float32(shifted).view(np.int32) << 23) + (127 << 23))
    r = (x - whole * _LOG_2_HIGH_32) - whole * _LOG_2_LOW_32
    value = _SEVENTH * r + _SIXTH
    value = value * r + _FIFTH
    value = value * r + _FOURTH
    value = value * r + _THIRD
    value = value * r + _SECOND
    value = value * r + _FIRST
    return (value * r + _FIRST) * bits.view(np.float32)


def _logarithm_64(value: Number) -> Number:
    bits = np.float64(value).view(np.int64)
    power = (bits - 0x3FE6A09E667F3BCD) >> 52
    part = np.int64(bits - (power << 52)).view(np.float64)
    ratio = (part - 1.0) / (part + 1.0)
    z = ratio * ratio
    series = 1.0 / 21.0
    series = series * z + 1.0 / 19.0
    series = series * z + 1.0 / 17.0
    series = series * z + 1.0 / 15.0
    series = series * z + 1.0 / 13.0
    series = series * z + 1.0 / 11.0
    series = series * z + 1.0 / 9.0
    series = series * z + 1.0 / 7.0
    series = series * z + 1.0 / 5.0
    series = series * z + 1.0 / 3.0
    return 2.0 * ratio * (series * z + 1.0) + power * _LOG_2


def _logarithm_32(value: Number) -> Number:
    bits = np.float32(value).view(np.int32)
    power = np.int32((bits - 0x3F3504F3) >> 23)
    part = np.int32(bits - (power << 23)).view(np.float32)
    ratio = (part - _FIRST) / (part + _FIRST)
    z = ratio * ratio
    series = _ODD_NINTH * z + _ODD_SEVENTH
    series = series * z + _ODD_FIFTH
    series = series * z + _ODD_THIRD
    return (ratio + ratio) * (series * z + _FIRST) + np.float32(power) * _LOG_2_32
