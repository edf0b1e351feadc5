"""Which rows a table of features can be asked about where averages are out of reach.

SQL and ONNX answer when all inputs are known, none is, or what the model has learned the lack of is
missing; any other row gets no answer. As in :class:`virality.model.unknown.Marginal`, a feature
that never varied in training has its one value, known or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import OptionError
from virality.exports.plans import learned_gaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.model.gaussian import Bools


@dataclass(frozen=True)
class Reach:
    """Rows that are answered, for p features and C cells.

    Attributes
    ----------
    direct
        (G, p) sets of known inputs that the model answers by itself; the first is all.
    varying
        (p,) features that varied in training.
    usual
        (p,) what stands for an unknown feature that did not vary.
    prior
        (C,) the answer when nothing is known; None where the file does not tell.
    """

    direct: Bools
    varying: Bools
    usual: Floats
    prior: Floats | None


def reach_of(artefact: Artefact) -> Reach:
    """Say which rows a model answers without averaging."""
    width, classifier = len(artefact.names), artefact.classifier
    complete = np.ones((1, width), dtype=bool)
    if classifier.population is None:
        return Reach(complete, complete[0], np.zeros(width), None)
    marginal = classifier.marginal
    copula = marginal.population.copula
    varying = np.zeros(width, dtype=bool)
    varying[copula.varying] = True
    return Reach(
        np.array([complete[0], *learned_gaps(marginal)]),
        varying,
        copula.knots[:, 0],
        marginal.full.layout.usual(marginal.population.prior),
    )


def refuse_plans(known: Sequence[str], target: str) -> None:
    """Refuse sets of known inputs that take an average.

    Raises
    ------
    OptionError
        When one is asked for.
    """
    if known:
        raise OptionError(
            f"{target} cannot average over what an unknown input may be",
            where="--known",
            remedy="export to pure-python, js or ts, or leave it out: rows that lack inputs get no "
            "answer",
        )
