"""An additive model of ordered cells: one drawable curve for each feature.

The location, the log scale and the skew of a video (:mod:`virality.model.ordered`) are sums of one
number for each feature, read off a piecewise linear curve at the feature's value, or stated for a
feature that is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model.cells import Cells
from virality.model.ordered import PREDICTORS, Link
from virality.model.smooths import Axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.arrays import Floats
    from virality.storage.checked import Field

_ROUND_OFF = 1e-6


@dataclass(frozen=True)
class Curve:
    """What one feature adds.

    Attributes
    ----------
    axis
        How its values are laid out between knots.
    at
        (m,) values of the feature, ascending; beyond them the curve is level. Empty for a feature
        that adds nothing.
    heights
        (3, m) what they add to location, log scale and skew.
    unknown
        (3,) what an unknown value adds.
    doubt
        (r, m) how far off what it adds to the location may be: the covariance of these heights is
        the sum of the outer products of the rows. None in files that do not tell.
    """

    axis: Axis
    at: Floats
    heights: Floats
    unknown: Floats
    doubt: Floats | None = None

    @cached_property
    def _knots(self) -> Floats:
        return self.axis.knots(self.at)

    @cached_property
    def _moved(self) -> list[int]:
        """Numbers of the predictors to which known values add anything but 0."""
        return np.flatnonzero(self.heights.any(axis=1)).tolist()

    def contributions(self, values: Floats) -> Floats:
        """Give what values (n,) add, (n, 3); NaN is unknown."""
        added = np.zeros((len(values), len(PREDICTORS)))
        unknown = np.isnan(values) if len(self.at) else np.ones(len(values), dtype=bool)
        placed = self.axis.place(values) if self._moved else values
        for number in self._moved:
            added[:, number] = np.interp(placed, self._knots, self.heights[number])
        if unknown.any():
            added[unknown] = self.unknown
        return added

    def doubts(self, values: Floats) -> Floats:
        """Give how far off what known values (n,) add may be, (r, n, 3)."""
        ways = np.zeros((0, len(self.at))) if self.doubt is None else self.doubt
        off = np.zeros((len(ways), len(values), len(PREDICTORS)))
        placed = self.axis.place(values)
        for way, heights in zip(off, ways, strict=True):
            way[:, 0] = np.interp(placed, self._knots, heights)
        return off

    @cached_property
    def varies(self) -> bool:
        """Whether what it adds is ever other than 0 where the value is known."""
        return bool(self.heights.any()) if len(self.at) else bool(self.unknown.any())

    @property
    def span(self) -> float:
        """How far apart the lowest and the highest location are that the curve adds."""
        return float(np.ptp(self.heights[0])) if len(self.at) else 0.0

    @property
    def ends(self) -> tuple[float, float]:
        """Values where it adds the lowest and the highest location; for a curve that varies."""
        location = self.heights[0]
        return float(self.at[location.argmin()]), float(self.at[location.argmax()])

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object."""
        return {
            "axis": self.axis.encode(),
            "at": self.at.tolist(),
            **{name: self.heights[k].tolist() for k, name in enumerate(PREDICTORS)},
            "unknown": self.unknown.tolist(),
            "doubt": None if self.doubt is None else self.doubt.tolist(),
        }

    @classmethod
    def decode(cls, stated: Field) -> Curve:
        """Read from a checked JSON object.

        Raises
        ------
        ArtefactError
            When a field is missing or holds something else than it should.
        """
        size = len(list(stated["at"].items()))
        at = stated["at"].array(size)
        if size and not (np.diff(at) > 0).all():
            stated["at"].fail("not ascending")
        heights = np.array([stated[name].array(size) for name in PREDICTORS])
        axis, doubt = Axis.decode(stated["axis"]), stated.optional("doubt")
        off = None
        if doubt is not None:
            ways = len(list(doubt.items()))
            off = doubt.array(ways, size) if ways else np.zeros((0, size))
        return cls(axis, at, heights, stated["unknown"].array(len(PREDICTORS)), off)


@dataclass(frozen=True)
class Additive:
    """A model of ordered cells.

    Attributes
    ----------
    curves
        p of them, in the order of the columns of X.
    link
        What turns sums into probabilities of the cells.
    layout
        Which tier each cell is of.
    """

    curves: tuple[Curve, ...]
    link: Link
    layout: Cells
    gaps = True

    def predictors(self, X: Floats) -> Floats:
        """Sum location, log scale and skew, (n, 3), of rows (n, p) in which NaN is unknown."""
        total = np.zeros((len(X), len(PREDICTORS)))
        for curve, values in zip(self.curves, X.T, strict=True):
            total += curve.contributions(values)
        return total

    def cells(self, X: Floats) -> Floats:
        """Give probabilities (n, C) of rows (n, p) in which NaN is unknown."""
        return self.link.cells(self.predictors(X))

    def part(self, feature: int, values: Floats) -> Floats:
        """Give what values (n,) of one feature add to location, scale and skew, (n, 3)."""
        return self.curves[feature].contributions(values)

    def doubts(self, feature: int, values: Floats) -> Floats | None:
        """Give how far off what values (n,) of one feature add may be, (r, n, 3), if told."""
        curve = self.curves[feature]
        return None if curve.doubt is None else curve.doubts(values)

    def expected(self, predictors: Floats, worth: Floats) -> Floats:
        """Average the tiers' worth (K,) at sums (n, 3) of all features' parts: (n,)."""
        return self._coarse.expected(predictors, worth)

    def tiers(self, predictors: Floats) -> Floats:
        """Give the probabilities (n, K) of sums (n, 3) of all features' parts."""
        return self._coarse.cells(predictors)

    @cached_property
    def _coarse(self) -> Link:
        """The link of the tiers alone: the cuts between two cells of one tier are left out."""
        return Link(
            self.link.cuts[np.diff(self.layout.tier) > 0],
            self.layout.summed(self.link.shares),
            self.link.lapse,
        )

    def encode(self, names: Sequence[str]) -> dict[str, Any]:
        """Turn into a JSON object; the features' names go with their curves."""
        return {
            "kind": "additive",
            "cuts": self.link.cuts.tolist(),
            "shares": self.link.shares.tolist(),
            "lapse": self.link.lapse,
            "tier_of_cell": (self.layout.tier + 1).tolist(),
            "within_tier": self.layout.within.tolist(),
            "curves": {
                name: curve.encode() for name, curve in zip(names, self.curves, strict=True)
            },
        }

    @classmethod
    def decode(cls, stated: Field, names: Sequence[str], tiers: int) -> Additive:
        """Read from a checked JSON object, for features of these names and so many tiers.

        Raises
        ------
        ArtefactError
            When a field is missing or holds something else than it should.
        """
        size = len(list(stated["shares"].items()))
        shares = stated["shares"].array(size)
        cuts = stated["cuts"].array(size - 1)
        if (np.diff(cuts) < 0).any():
            stated["cuts"].fail("not ascending")
        if not (shares >= 0).all() or abs(shares.sum() - 1.0) > _ROUND_OFF:
            stated["shares"].fail("not shares that sum to 1")
        lapse = float(stated["lapse"].array())
        if not 0 <= lapse <= 1:
            stated["lapse"].fail("not between 0 and 1")
        tier = stated["tier_of_cell"].array(size).astype(np.intp) - 1
        whole = tier[0] == 0 and tier[-1] == tiers - 1
        if not (whole and np.isin(np.diff(tier), (0, 1)).all()):
            stated["tier_of_cell"].fail(f"not tiers 1 to {tiers} in order")
        layout = Cells(tier, stated["within_tier"].array(size))
        curves = tuple(Curve.decode(stated["curves"][name]) for name in names)
        return cls(curves, Link(cuts, shares, lapse), layout)
