"""The average of a full model over what is unknown as one compiled pass, for the extra ``fast``.

Importing this module imports Numba, so :mod:`virality.model.averages` does it late. The NumPy form
in :mod:`virality.model.unknown` says what is computed, and is the oracle.

A row at a time, all nodes at once: of each unknown feature the node's score is looked up in a
table of pieces (:mod:`virality.model.pieces`), what its value adds is summed, and the sums go
through the link. Inner loops run along nodes, where the compiler can use wide registers; what is
made of a row never leaves the first cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from virality.model.bending import bend, calibrate, cut, logarithms, mix, peak
from virality.model.powers import EXACT
from virality.model.strips import REORDERED, exponentials

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.pieces import Pieces

_TINY = 1e-12


class Nodes(NamedTuple):
    """What the M nodes of a known set are for U unknown features.

    Attributes
    ----------
    apart
        (U, M) deviations from the expected scores.
    held
        (U, M) 0 where a node lacks a feature, 1 elsewhere.
    lacking
        (3, M) what the features add that a node lacks.
    """

    apart: Floats
    held: Floats
    lacking: Floats


class Link(NamedTuple):
    """The link of ordered cells, which tier each is of, and a calibration: (2, 0) for none."""

    cuts: Floats
    shares: Floats
    lapse: float
    tier: Ints
    within: Floats
    calibration: Floats


@njit(nogil=True, cache=True, fastmath=REORDERED)
def softmax_average(
    base: Floats, centre: Floats, nodes: Floats, coef: Floats, pieces: Pieces, out: Floats
) -> None:
    """Fill out (n, K) with softmax probabilities averaged over M nodes.

    Parameters
    ----------
    base
        (n, K) logits of what is known.
    centre
        (n, U) scores that are expected of the unknown features.
    nodes
        (U, M) deviations from them.
    coef
        (U, K) coefficients of the unknown features.
    pieces
        Tables of their values.
    out
        (n, K) is written to.
    """
    classes, count = base.shape[1], nodes.shape[1]
    logits = np.empty((classes, count))
    scores, values, at = np.empty(count), np.empty(count), np.empty(count, np.int64)
    highest, total = np.empty(count), np.empty(count)
    for row in range(len(base)):
        for k in range(classes):
            logits[k, :] = base[row, k]
        for u in range(len(nodes)):
            _locate(centre[row, u], nodes[u], u, pieces, scores, at)
            _draw(scores, at, pieces.lines[u], values)
            for k in range(classes):
                slope = coef[u, k]
                for m in range(count):
                    logits[k, m] += slope * values[m]
        peak(logits, highest)
        total[:] = 0.0
        exponentials(logits, highest, count, total)
        total[:] = 1.0 / total
        _mean(logits, total, out[row])


@njit(nogil=True, cache=True, fastmath=REORDERED)
def ordered_average(
    base: Floats, centre: Floats, nodes: Nodes, pieces: Pieces, link: Link, out: Floats
) -> None:
    """Fill out (n, C) with probabilities of ordered cells averaged over M nodes.

    Parameters
    ----------
    base
        (n, 3) location, log scale and skew of what is known.
    centre
        (n, U) scores that are expected of the unknown features.
    nodes
        Deviations from them, and what is lacking.
    pieces
        Tables of what the features add.
    link
        Turns sums into probabilities.
    out
        (n, C) is written to.
    """
    count, cuts = nodes.apart.shape[1], link.cuts
    sums, cells = np.empty((3, count)), np.empty((out.shape[1], count))
    scores, values, at = np.empty(count), np.empty(count), np.empty(count, np.int64)
    signs, decays = np.empty((len(cuts), count)), np.empty((len(cuts), count))
    spare = np.empty(count)
    for row in range(len(base)):
        for d in range(3):
            for m in range(count):
                sums[d, m] = base[row, d] + nodes.lacking[d, m]
        for u in range(len(nodes.apart)):
            _locate(centre[row, u], nodes.apart[u], u, pieces, scores, at)
            _place(scores, at, pieces.lines[u], pieces.offsets[u], values)
            _add_curve(values, at, pieces.curves[u], nodes.held[u], sums)
        bend(sums, cuts, signs, decays)
        cut(signs, decays, cells)
        mix(cells, link.shares, link.lapse, spare)
        if link.calibration.shape[1]:
            calibrate(cells, link.tier, link.within, link.calibration, spare)
        spare[:] = 1.0
        _mean(cells, spare, out[row])


@njit(nogil=True, cache=True, fastmath=REORDERED)
def _mean(numbers: Floats, factors: Floats, out: Floats) -> None:
    """Average numbers (C, M) times factors (M,) over the nodes."""
    for c in range(len(numbers)):
        mean = 0.0
        for m in range(len(factors)):
            mean += numbers[c, m] * factors[m]
        out[c] = mean / len(factors)


@njit(nogil=True, cache=True, fastmath=EXACT)
def _locate(centre: float, nodes: Floats, u: int, pieces: Pieces, scores: Floats, at: Ints) -> None:
    """Find the piece in which the score of each node lies: by its bucket, then a step or two."""
    first, bounds, span = pieces.first[u], pieces.bounds[u], pieces.span
    last = len(first) - 1.0
    for m in range(len(nodes)):
        scores[m] = centre + nodes[m]
        at[m] = first[int(min(max((scores[m] - span[0]) * span[1], 0.0), last))]
    for _ in range(pieces.tries[u]):
        for m in range(len(nodes)):
            at[m] += scores[m] >= bounds[at[m] + 1]


@njit(nogil=True, cache=True, fastmath=EXACT)
def _draw(scores: Floats, at: Ints, lines: Floats, values: Floats) -> None:
    """Turn scores into raw values."""
    for m in range(len(scores)):
        place = at[m]
        values[m] = lines[1, place] + lines[2, place] * (scores[m] - lines[0, place])


@njit(nogil=True, cache=True, fastmath=EXACT)
def _place(scores: Floats, at: Ints, lines: Floats, offset: float, values: Floats) -> None:
    """Lay scores out on the axis of their feature: a logarithm, unless the offset is negative."""
    if offset < 0.0:
        for m in range(len(scores)):
            values[m] = scores[m]
        return
    _draw(scores, at, lines, values)
    for m in range(len(scores)):
        values[m] = max(max(values[m], 0.0) + offset, _TINY)
    logarithms(values)


@njit(nogil=True, cache=True, fastmath=EXACT)
def _add_curve(values: Floats, at: Ints, curves: Floats, held: Floats, sums: Floats) -> None:
    """Add what the pieces of a curve give at places of their axis, where nodes have a value."""
    for d in range(3):
        for m in range(len(values)):
            place = at[m]
            sums[d, m] += held[m] * (
                curves[1 + d, place] + curves[4 + d, place] * (values[m] - curves[0, place])
            )
