"""Probabilities of cells, in steps of SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.exports.statement import between, number, tree
from virality.model.ordered import PREDICTORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.exports.statement import Query
    from virality.model.additive import Additive, Curve
    from virality.model.calibration import Calibration
    from virality.model.cells import Cells
    from virality.model.linear import Linear
    from virality.model.ordered import Link

_TINY = number(1e-12)
_LEAST = number(-300.0)
_MOST = number(30.0)


def softmax(query: Query, linear: Linear) -> None:
    """Add the steps of a softmax: c0 to c4 are its probabilities."""
    lines = zip(linear.coef, linear.intercept, strict=True)
    query.step([
        (f"l{k}", " + ".join([number(b), *(f"v{n} * {number(w)}" for n, w in enumerate(slope))]))
        for k, (slope, b) in enumerate(lines)
    ])  # fmt: skip
    normalise(query, "l", "c", len(linear.intercept))


def additive(query: Query, model: Additive, calibration: Calibration | None) -> None:
    """Add the steps of an additive model: c0, c1, ... are the probabilities of its cells."""
    _sums(query, model.curves)
    _link(query, model.link)
    if calibration is not None:
        _calibrate(query, calibration, model.layout)


def _sums(query: Query, curves: Sequence[Curve]) -> None:
    """Add up what the features add to location, scale and skew."""
    query.step([(f"x{n}", _placed(curve, f"v{n}")) for n, curve in enumerate(curves)])
    query.step([
        (name, f"CAST({' + '.join(_parts(curves, row)) or number(0.0)} AS FLOAT8)")
        for row, name in enumerate(PREDICTORS)
    ])  # fmt: skip


def _placed(curve: Curve, column: str) -> str:
    """Lay a column out on the axis of a curve."""
    axis = curve.axis
    if axis.shape == "log":
        lifted = f"GREATEST({column}, {number(0.0)}) + {number(axis.offset)}"
        placed = f"LN(GREATEST({lifted}, {_TINY}))"
        return f"CASE WHEN {column} IS NOT NULL THEN {placed} END"
    if axis.shape == "cycle":
        period = number(axis.period)
        return f"{column} - {period} * FLOOR({column} / {period})"
    return column


def _parts(curves: Sequence[Curve], row: int) -> list[str]:
    """Write what each feature adds to one of the three sums, where it ever adds something."""
    return [
        _broken_line(curve, row, f"x{n}")
        for n, curve in enumerate(curves)
        if curve.unknown[row] or (len(curve.at) and curve.heights[row].any())
    ]


def _broken_line(curve: Curve, row: int, column: str) -> str:
    """Read a broken line off, level beyond its ends."""
    unknown = number(curve.unknown[row])
    if not len(curve.at):
        return unknown
    knots, heights = curve.axis.knots(curve.at), curve.heights[row]
    rises = np.diff(heights) / np.diff(knots)
    inner = [
        f"{number(height)} + ({column} - {number(knot)}) * {number(rise)}"
        for height, knot, rise in zip(heights, knots, rises, strict=False)
    ]
    leaves = [number(heights[0]), *inner, number(heights[-1])]
    line = tree(knots.tolist(), leaves, column)
    return f"CASE WHEN {column} IS NULL THEN {unknown} ELSE {line} END"


def _link(query: Query, link: Link) -> None:
    """Turn the three sums into probabilities of cells."""
    cuts = range(len(link.cuts))
    most = between(f"-{_MOST}", "scale", _MOST)
    query.step([("narrow", f"EXP(-{most})")], ("location", "skew"))
    query.step(
        [(f"d{j}", f"({number(cut)} - location) * narrow") for j, cut in enumerate(link.cuts)],
        ("skew",),
    )
    turned = [f"SIGN(d{j}) * LN(ABS(d{j}) + SQRT(d{j} * d{j} + 1e0)) + skew" for j in cuts]
    query.step([(f"b{j}", between(f"-{_MOST}", turned[j], _MOST)) for j in cuts])
    query.step([(f"z{j}", f"(EXP(b{j}) - EXP(-b{j})) / 2e0") for j in cuts])
    zs = tuple(f"z{j}" for j in cuts)
    query.step([(f"s{j}", f"EXP(GREATEST(-ABS(z{j}), {_LEAST}))") for j in cuts], zs)
    query.step(
        [(f"g{j}", _half(j, below=True)) for j in cuts]
        + [(f"h{j}", _half(j, below=False)) for j in cuts],
        zs,
    )
    found = [_cell(j, len(link.cuts)) for j in range(len(link.cuts) + 1)]
    kept, drawn = number(1.0 - link.lapse), link.lapse * link.shares
    query.step([
        (f"m{j}", f"{kept} * {one} + {number(share)}")
        for j, (one, share) in enumerate(zip(found, drawn, strict=True))
    ])  # fmt: skip
    _divide(query, "m", "c", len(found))


def _half(j: int, *, below: bool) -> str:
    """Write the logistic probability below a cut, or beyond it."""
    side = ">" if below else "<="
    return f"(CASE WHEN z{j} {side} 0e0 THEN 1e0 ELSE s{j} END) / (1e0 + s{j})"


def _cell(j: int, cuts: int) -> str:
    """Write the probability between two neighbouring cuts."""
    if not cuts:
        return "1e0"
    if j == 0:
        return "g0"
    if j == cuts:
        return f"h{j - 1}"
    return f"g{j} * h{j - 1} * (1e0 - EXP(GREATEST(z{j - 1} - z{j}, {_LEAST})))"


def _calibrate(query: Query, calibration: Calibration, layout: Cells) -> None:
    """Calibrate the tiers' probabilities, and multiply the cells of a tier alike."""
    cells, tiers = columns("c", len(layout.tier)), range(layout.count)
    query.step([(f"t{k}", in_tier(layout, k)) for k in tiers], cells)
    sums = columns("t", layout.count)
    query.step([(f"a{k}", f"LN(GREATEST(t{k}, {_TINY}))") for k in tiers], (*cells, *sums))
    mean = f"({' + '.join(columns('a', layout.count))}) / {number(layout.count)}"
    query.step([("mean", mean)], (*cells, *sums, *columns("a", layout.count)))
    pairs = zip(calibration.slope, calibration.shift, strict=True)
    query.step(
        [
            (f"l{k}", f"{number(slope)} * (a{k} - mean) + {number(shift)}")
            for k, (slope, shift) in enumerate(pairs)
        ],
        (*cells, *sums),
    )
    normalise(query, "l", "q", layout.count, (*cells, *sums))
    query.step(
        [(f"c{n}", _moved(layout, n)) for n in range(len(layout.tier))],
    )


def _moved(layout: Cells, n: int) -> str:
    k, usual = layout.tier[n], number(layout.within[n])
    return f"q{k} * CASE WHEN t{k} > 1e-300 THEN c{n} / t{k} ELSE {usual} END"


def normalise(
    query: Query, logits: str, name: str, count: int, carried: tuple[str, ...] = ()
) -> None:
    """Turn logits into probabilities."""
    every = columns(logits, count)
    query.step([("top", f"GREATEST({', '.join(every)})")], (*every, *carried))
    query.step(
        [(f"e{k}", f"EXP(GREATEST({one} - top, {_LEAST}))") for k, one in enumerate(every)], carried
    )
    _divide(query, "e", name, count, carried)


def _divide(query: Query, parts: str, name: str, count: int, carried: tuple[str, ...] = ()) -> None:
    every = columns(parts, count)
    query.step([("whole", " + ".join(every))], (*every, *carried))
    query.step([(f"{name}{k}", f"{one} / whole") for k, one in enumerate(every)], carried)


def in_tier(layout: Cells, tier: int) -> str:
    """Write the sum of the cells of a tier."""
    return " + ".join(f"c{n}" for n in np.flatnonzero(layout.tier == tier))


def columns(name: str, count: int) -> tuple[str, ...]:
    """Name columns by number."""
    return tuple(f"{name}{n}" for n in range(count))
