"""Random numbers by name: every quantity has a stream of its own.

A stream is fixed by the seed and two names, never by the order of the calls, so a quantity
added later moves no other, and a longer draw begins with the shorter one. Only uniforms are
asked of NumPy: their bits are the same on every platform and in every release.
"""

from __future__ import annotations

import operator
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FloatArray = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
IntArray = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

_SMALLEST = 2.0**-54


@dataclass(frozen=True)
class Draws:
    """The streams of one realm, such as the accounts or the posts.

    Parameters
    ----------
    seed
        A whole number of at least 0.
    realm
        The name that keeps these streams apart from another realm's.

    Raises
    ------
    OptionError
        When the seed is no whole number of at least 0.

    Examples
    --------
    >>> draws = Draws(0, "doc")
    >>> bool((draws.uniform("a", 3) == draws.uniform("a", 5)[:3]).all())
    True
    """

    seed: int
    realm: str

    def __post_init__(self) -> None:
        whole_number("seed", self.seed, least=0)

    def uniform(self, name: str, size: int) -> FloatArray:
        """Return numbers of (0, 1), shape (size,)."""
        return np.maximum(self._generator(name).random(size), _SMALLEST)

    def normal(self, name: str, size: int) -> FloatArray:
        """Return standard normals, shape (size,), by the method of Box and Muller."""
        pair = self._generator(name).random((size, 2))
        radius = np.sqrt(-2.0 * np.log1p(-pair[:, 0]))
        return np.asarray(radius * np.cos(2.0 * np.pi * pair[:, 1]))

    def logistic(self, name: str, size: int) -> FloatArray:
        """Return standard logistics, shape (size,)."""
        u = self.uniform(name, size)
        return np.asarray(np.log(u) - np.log1p(-u))

    def below(self, name: str, limits: NDArray[np.int64] | int, size: int) -> IntArray:
        """Return whole numbers from 0 to one below their limit, shape (size,)."""
        return np.floor(self.uniform(name, size) * limits).astype(np.int64)

    def pick(self, name: str, weights: Sequence[float], size: int) -> IntArray:
        """Return positions in `weights`, each as often as its weight says, shape (size,)."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        return np.searchsorted(edges[:-1] / edges[-1], self.uniform(name, size), side="right")

    def _generator(self, name: str) -> np.random.Generator:
        key = [self.seed, zlib.crc32(self.realm.encode()), zlib.crc32(name.encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(key)))


def whole_number(option: str, value: object, *, least: int) -> int:
    """Return `value` as an int.

    Raises
    ------
    OptionError
        When it is no whole number of at least `least`.
    """
    try:
        number = operator.index(value)  # type: ignore[arg-type]  # the error is the test
    except TypeError:
        number = least - 1
    if number < least:
        raise OptionError(
            f"{value!r} is no whole number of at least {least}", where=option, remedy="choose one"
        )
    return number
