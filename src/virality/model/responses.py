"""How answers respond to one input, and how far off that may be.

An *effect* is the mean value of the panel's rows (:mod:`virality.model.explanation`) when one input
of all of them is set to the same value. A *response* is the value of one video when one of its
inputs is set, the others staying as they are, known or unknown.

What the fit tells of its own doubt (:mod:`virality.model.doubt`) says how far off both may be: the
input's curve is moved along each direction of doubt, and the squares of what that moves are summed.
The doubt is that of the curve's shape. Its level, which moves every video alike, is not part of it:
it is taken from the mean of the panel for an effect, and from the value compared with for a
response.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.model.explanation import Explainer


@dataclass(frozen=True)
class Response:
    """Values along one input.

    Attributes
    ----------
    values
        (V,) of the answer.
    deviations
        (V,) standard deviations of the estimate; None where the model does not tell.
    """

    values: Floats
    deviations: Floats | None


def effect(explainer: Explainer, feature: int, at: Floats) -> Response:
    """Average the panel's values with one input set to each of ``at`` (V,).

    Parameters
    ----------
    explainer
        The model over its population.
    feature
        The number of the input.
    at
        (V,) finite values of it.
    """
    panel, full = explainer.panel, explainer.marginal.full
    others = panel.parts.sum(axis=0) - panel.parts[feature]
    sums = others + full.part(feature, at)[:, None, :]
    values = _expected(explainer, sums) @ panel.weight
    off = full.doubts(feature, at)
    if off is None:
        return Response(values, None)
    moved = _moved(explainer, sums, off - _usual_doubt(explainer, feature)) @ panel.weight
    return Response(values, np.sqrt((moved**2).sum(axis=0)))


def response(explainer: Explainer, row: Floats, feature: int, at: Floats) -> Response:
    """Answer for one video with one input set to each of ``at`` (V,).

    Parameters
    ----------
    explainer
        The model over its population.
    row
        (p,) features, NaN where unknown.
    feature
        The number of the input.
    at
        (V,) finite values of it.

    Returns
    -------
    The values, and how far off their differences from the value of ``row`` may be.
    """
    full = explainer.marginal.full
    X = np.tile(row, (len(at), 1))
    X[:, feature] = at
    values, off = explainer.values(X), full.doubts(feature, at)
    if off is None:
        return Response(values, None)
    usual = _usual_doubt(explainer, feature)
    if not np.isnan(row[feature]):
        here = full.doubts(feature, row[feature : feature + 1])
        usual = usual if here is None else here
    moved = _moved(explainer, explainer.sums(X), off - usual).mean(axis=2)
    return Response(values, np.sqrt((moved**2).sum(axis=0)))


def _usual_doubt(explainer: Explainer, feature: int) -> Floats:
    """Average the directions of doubt over the panel, (r, 1, D)."""
    panel = explainer.panel
    known = ~np.isnan(panel.rows[:, feature])
    off = explainer.marginal.full.doubts(feature, panel.rows[known, feature])
    if off is None or not known.any():
        return np.zeros((1, 1, 1))
    weight = panel.weight[known] / panel.weight[known].sum()
    usual: Floats = np.einsum("rmd,m->rd", off, weight)[:, None, :]
    return usual


def _expected(explainer: Explainer, sums: Floats) -> Floats:
    """Values (...,) of predictors (..., D)."""
    flat = sums.reshape(-1, sums.shape[-1])
    return explainer.marginal.full.expected(flat, explainer.worth).reshape(sums.shape[:-1])


def _moved(explainer: Explainer, sums: Floats, off: Floats) -> Floats:
    """How values move with predictors (V, M, D) along directions (r, V, D): (r, V, M)."""
    moved = [
        (_expected(explainer, sums + way) - _expected(explainer, sums - way)) / 2
        for way in off[:, :, None, :]
    ]
    return np.array(moved).reshape(len(off), *sums.shape[:-1])
