"""Averaging over unknown inputs, compiled where that is installed and pays.

The portable form, in :mod:`virality.model.unknown`, lays out every node as a row of features and
asks the full model. The compiled one knows the two kinds of model, and looks up what an unknown
feature adds by its score.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.model import kernels
from virality.model.additive import Additive
from virality.model.calibration import Calibrated
from virality.model.linear import Linear
from virality.model.ordered import PREDICTORS
from virality.model.pieces import Pieces, curve_pieces, raw_pieces

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.model import averaging
    from virality.model.calibration import Calibration
    from virality.model.conditional import Conditional
    from virality.model.copula import Copula
    from virality.model.unknown import Full

WORTH_LOADING = 5_000_000
"""Probabilities to compute, from which on it pays to load the compiler."""


@dataclass(frozen=True)
class Softmax:
    """A softmax whose features can be looked up by their scores."""

    model: Linear
    pieces: Pieces

    def average(self, filled: Floats, centre: Floats, conditional: Conditional) -> Floats:
        """Average over nodes: (n, K) of rows (n, p) with expected scores (n, U)."""
        from virality.model import averaging  # noqa: PLC0415  loading it takes a while

        coef, unknown = self.model.coef, conditional.unknown
        bare = coef.copy()
        bare[:, unknown] = 0.0
        out = np.empty((len(filled), len(coef)))
        averaging.softmax_average(
            filled @ bare.T + self.model.intercept,
            centre,
            np.ascontiguousarray(conditional.nodes.T),
            np.ascontiguousarray(coef[:, unknown].T),
            self.pieces.of(unknown),
            out,
        )
        return out


@dataclass(frozen=True)
class Ordered:
    """An additive model of ordered cells whose features can be looked up by their scores."""

    model: Additive
    calibration: Calibration | None
    pieces: Pieces

    def average(self, filled: Floats, centre: Floats, conditional: Conditional) -> Floats:
        """Average over nodes: (n, C) of rows (n, p) with expected scores (n, U)."""
        from virality.model import averaging  # noqa: PLC0415  loading it takes a while

        model, unknown, lacking = self.model, conditional.unknown, conditional.holes
        if lacking is None:
            lacking = np.zeros(conditional.nodes.shape, dtype=bool)
        absent = np.array([model.curves[u].unknown for u in unknown])
        adding = np.array([model.curves[u].varies for u in unknown])
        nodes = averaging.Nodes(
            np.ascontiguousarray(conditional.nodes.T[adding]),
            np.ascontiguousarray(~lacking.T[adding], dtype=np.float64),
            np.ascontiguousarray((lacking @ absent).T),
        )
        out = np.empty((len(filled), len(model.link.shares)))
        averaging.ordered_average(
            self._base(filled, conditional),
            np.ascontiguousarray(centre[:, adding]),
            nodes,
            self.pieces.of(unknown[adding]),
            self._link(),
            out,
        )
        return out

    def _link(self) -> averaging.Link:
        from virality.model import averaging  # noqa: PLC0415  loading it takes a while

        link, layout, calibration = self.model.link, self.model.layout, self.calibration
        stated = np.zeros((2, 0))
        if calibration is not None:
            stated = np.array([calibration.slope, calibration.shift])
        return averaging.Link(
            link.cuts, link.shares, float(link.lapse), layout.tier, layout.within, stated
        )

    def _base(self, filled: Floats, conditional: Conditional) -> Floats:
        """Sum location, log scale and skew (n, 3) of what is known."""
        base = np.zeros((len(filled), len(PREDICTORS)))
        unknown = set(conditional.unknown.tolist())
        for column, curve in enumerate(self.model.curves):
            if column not in unknown and (curve.varies or curve.unknown.any()):
                base += curve.contributions(filled[:, column])
        return base


def looked_up(full: Full, copula: Copula) -> Softmax | Ordered | None:
    """Prepare the compiled form of a model over a population; None where there is none."""
    inner, calibration = full, None
    if isinstance(full, Calibrated):
        inner, calibration = full.model, full.calibration
    if isinstance(inner, Linear) and calibration is None:
        return Softmax(inner, raw_pieces(copula))
    if isinstance(inner, Additive):
        pieces = curve_pieces(copula, inner.curves)
        return None if pieces is None else Ordered(inner, calibration, pieces)
    return None


def pays(work: int) -> bool:
    """Tell whether so many probabilities are worth the compiled form."""
    return kernels.installed() and (kernels.COMPILER in sys.modules or work >= WORTH_LOADING)
