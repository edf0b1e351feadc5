"""A classifier as the fields of a JSON object, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model.classifier import Classifier
from virality.model.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.arrays import Floats
    from virality.model.additive import Additive
    from virality.model.calibration import Calibration
    from virality.model.population import Population
    from virality.storage.checked import Field

_LARGEST_COEFFICIENT = 1e100


def encode_classifier(classifier: Classifier, names: Sequence[str]) -> dict[str, Any]:
    """Give the fields; only a softmax has those that older readers look for.

    Parameters
    ----------
    classifier
        Of p features.
    names
        (p,) their names.
    """
    model, population, calibration = (
        classifier.model,
        classifier.population,
        classifier.calibration,
    )
    if isinstance(model, Linear):
        stated: dict[str, Any] = {
            "weights": model.coef.tolist(),
            "biases": model.intercept.tolist(),
            "doubt": None if model.doubt is None else model.doubt.tolist(),
        }
    else:
        stated = {"model": model.encode(names)}
    return {
        **stated,
        "calibration": calibration and calibration.encode(),
        "population": population and population.encode(),
    }


def decode_classifier(root: Field, names: Sequence[str], tiers: int) -> Classifier:
    """Read from a checked JSON object, for features of these names and K tiers.

    Raises
    ------
    ArtefactError
        When a field is missing or holds something else than it should.
    """
    return Classifier(
        _model(root, names, tiers), _population(root, names, tiers), _calibration(root, tiers)
    )


def _population(root: Field, names: Sequence[str], tiers: int) -> Population | None:
    stated = root.optional("population")
    if stated is None:
        return None
    from virality.model.population import Population  # noqa: PLC0415  not in older files

    return Population.decode(stated, len(names), tiers)


def _calibration(root: Field, tiers: int) -> Calibration | None:
    stated = root.optional("calibration")
    if stated is None:
        return None
    from virality.model.calibration import Calibration  # noqa: PLC0415  not in a softmax

    return Calibration.decode(stated, tiers)


def _model(root: Field, names: Sequence[str], tiers: int) -> Linear | Additive:
    """Read a softmax, or a model of another kind that the file names."""
    stated = root.optional("model")
    if stated is None:
        return Linear(
            coef=_moderate(root["weights"], tiers, len(names)),
            intercept=_moderate(root["biases"], tiers),
            doubt=_doubt(root, len(names), tiers),
        )
    if stated["kind"].text() != "additive":
        stated["kind"].fail("not a kind of model that is known here")
    from virality.model.additive import Additive  # noqa: PLC0415  a softmax has no curves

    return Additive.decode(stated, names, tiers)


def _doubt(root: Field, width: int, tiers: int) -> Floats | None:
    """Read how far off coefficients may be, where a file tells."""
    stated = root.optional("doubt")
    if stated is None:
        return None
    ways = max((len(list(one.items())) for one in stated.items()), default=0)
    return _moderate(stated, width, ways, tiers)


def _moderate(stated: Field, *shape: int) -> Floats:
    """Read coefficients; refuse such as would overflow."""
    numbers = stated.array(*shape)
    if np.abs(numbers).max(initial=0.0) > _LARGEST_COEFFICIENT:
        stated.fail(f"beyond {_LARGEST_COEFFICIENT:g}")
    return numbers
