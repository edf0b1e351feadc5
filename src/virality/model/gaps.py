"""Which inputs were known together in training, where what was missing is often missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model.gaussian import patterns

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.gaussian import Bools
    from virality.storage.checked import Field

_COMMON = 0.01
_SELDOM = 0.002
_FEWEST_ROWS = 5
_DIGITS = 7
_GOLDEN = 0.6180339887498949
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Gaps:
    """Sets of known inputs that training rows had, for a model that has learned what lacking means.

    Kept are sets that one row in 500 had, and five at least, if one in a hundred lacks each of the
    inputs that the set lacks.

    Attributes
    ----------
    known
        (G, p) which inputs each set knows.
    shares
        (G,) how many of the training rows had exactly that set; all others count as complete.
    """

    known: Bools
    shares: Floats

    @classmethod
    def none(cls, width: int) -> Gaps:
        """No common set, for p features."""
        return cls(np.zeros((0, width), dtype=bool), np.zeros(0))

    @classmethod
    def fit(cls, X: Floats, weight: Floats) -> Gaps:
        """Count the sets among training rows (n, p), NaN where unknown, of weights (n,)."""
        absent, total = np.isnan(X), weight.sum()
        often = weight @ absent >= _COMMON * total
        counted = [
            (known, weight[rows].sum() / total)
            for known, rows in patterns(~absent)
            if len(rows) >= _FEWEST_ROWS
        ]
        common = [
            (known, share) for known, share in counted if share >= _SELDOM and often[~known].all()
        ]
        common.sort(key=lambda pair: -pair[1])
        if not common:
            return cls.none(X.shape[1])
        shares = [float(f"{share:.{_DIGITS}g}") for _, share in common]
        return cls(np.array([known for known, _ in common]), np.array(shares))

    def had(self, known: Bools) -> bool:
        """Tell whether a set (p,) is one of these."""
        return bool((self.known == known).all(axis=1).any())

    def holes(self, known: Ints, unknown: Ints, size: int) -> Bools | None:
        r"""Choose what is missing at each node, as often as it was among rows that knew a set.

        Parameters
        ----------
        known, unknown
            Column numbers S and U.
        size
            M.

        Returns
        -------
        (M, \|U\|) True where an input is missing; None where nothing is.
        """
        able = self.known[:, known].all(axis=1)
        lacking = ~self.known[np.ix_(able, unknown)]
        if not lacking.any():
            return None
        others = self.shares[~able].sum()
        ends = np.cumsum(self.shares[able]) / max(1.0 - others, self.shares[able].sum())
        complete = np.zeros((1, len(unknown)), dtype=bool)
        levels = np.mod((np.arange(size) + 0.5) * _GOLDEN, 1.0)
        holes: Bools = np.vstack([lacking, complete])[np.searchsorted(ends, levels, side="right")]
        return holes

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object: the numbers of the missing features of each set."""
        return {
            "missing": [np.flatnonzero(~known).tolist() for known in self.known],
            "shares": self.shares.tolist(),
        }

    @classmethod
    def decode(cls, stated: Field, width: int) -> Gaps:
        """Read from a checked JSON object, for p features.

        Raises
        ------
        ArtefactError
            When a field is missing, names no feature, or holds no shares.
        """
        sets = list(stated["missing"].items())
        known = np.ones((len(sets), width), dtype=bool)
        for one, row in zip(sets, known, strict=True):
            for number in one.items():
                if not 0 <= number.integer() < width:
                    number.fail("not the number of a feature")
                row[number.integer()] = False
        shares = stated["shares"].array(len(sets))
        if (shares <= 0).any() or shares.sum() > 1 + _ROUNDING:
            stated["shares"].fail("not shares of the rows")
        return cls(known, shares)
