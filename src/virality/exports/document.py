"""What an exported program knows of a model: plain numbers, in the form that programs read.

All that comes from a model's file enters a program as this one JSON text, as a constant, and as
comments in JSON's ASCII form. So nothing of a hostile file is ever taken for code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from virality._version import __version__
from virality.errors import OptionError
from virality.exports.plans import known_sets, population_stated
from virality.exports.recipes import GIVEN, recipe
from virality.labels import MIDPOINTS
from virality.model.linear import Linear

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.artefact import Artefact
    from virality.exports.recipes import Recipe
    from virality.features.schema import Feature
    from virality.model.additive import Additive, Curve
    from virality.model.ranks import Ranks

MOST = 2_000_000
"""Characters of plans that a program may hold."""


@dataclass(frozen=True)
class Notes:
    """What stands at the top of an exported file, by name; values are harmless in any comment."""

    lines: tuple[tuple[str, str], ...]

    def commented(self, mark: str) -> str:
        """Write them as comments of a language."""
        return "\n".join(f"{mark} {name}: {value}" for name, value in self.lines)


def notes(artefact: Artefact, fingerprint: str) -> Notes:
    """Say what a file was made from."""
    inputs, data = artefact.inputs, artefact.data
    schema = "none" if inputs is None else f"{inputs.schema.name}, version {inputs.schema.version}"
    stated = {
        "made by": f"virality {__version__}; do not edit, export again",
        "model": f"{fingerprint}, trained {artefact.trained_at}",
        "schema": schema,
        "moment": "unknown" if inputs is None else inputs.moment,
        "outcome": artefact.outcome or "tiers as they were given",
        "synthetic": "yes: it says nothing of real videos" if data.get("synthetic") else "no",
    }
    return Notes(tuple((name, quoted(value)) for name, value in stated.items()))


def quoted(value: str) -> str:
    r"""Write a text in the ASCII form of JSON, on one line.

    Examples
    --------
    >>> print(quoted("a\nb"))
    "a\nb"
    """
    return json.dumps(value)


def text_of(document: dict[str, Any]) -> str:
    """Write a document as JSON, in ASCII and finite numbers."""
    return json.dumps(document, allow_nan=False, separators=(",", ":"))


def document_of(artefact: Artefact, known: Sequence[str] = ()) -> dict[str, Any]:
    """State a model for programs.

    Parameters
    ----------
    artefact
        The model.
    known
        Sets of known inputs to plan for, beside the usual ones.

    Raises
    ------
    DataError
        When sets are asked for and the model's file holds no population.
    OptionError
        When a set names something else than features and phases, or plans would be too large.
    """
    classifier, model = artefact.classifier, artefact.classifier.model
    edges, calibration = classifier.edges, classifier.calibration
    stated = _softmax(model) if isinstance(model, Linear) else _ordered(model)
    return {
        **_records(artefact),
        **stated,
        "tier": model.layout.tier.tolist(),
        "within": model.layout.within.tolist(),
        "calibration": calibration and [calibration.slope.tolist(), calibration.shift.tolist()],
        "midpoints": MIDPOINTS.tolist(),
        "ranks": artefact.ranks and ranks_stated(artefact.ranks),
        "edges": None if edges is None else edges.tolist(),
        "population": _population(artefact, known),
    }


def _population(artefact: Artefact, known: Sequence[str]) -> dict[str, Any] | None:
    if artefact.classifier.population is None and not known:
        return None
    sets = known_sets(artefact, known)
    stated = population_stated(artefact, sets)
    size = len(text_of(stated))
    if size > MOST:
        raise OptionError(
            f"plans for {len(sets)} sets of known inputs take {size:,} characters, more than "
            f"{MOST:,}",
            where="--known",
            remedy="ask for fewer sets",
        )
    return stated


def _records(artefact: Artefact) -> dict[str, Any]:
    """State how the features of a record are computed."""
    from virality.exports.characters import lowered, patterns  # noqa: PLC0415  loads Polars
    from virality.records import CANONICAL  # noqa: PLC0415  likewise

    unused = () if artefact.inputs is None else (one.name for one in artefact.inputs.unused)
    features = [_feature(artefact, name) for name in artefact.names]
    words = {word for feature in features for word in feature["recipe"]} | {"tag", "hashtag"}
    calls = any(feature["recipe"] == ("calls",) for feature in features)
    needed = words | {"call"} if calls else words
    return {
        "features": features,
        "columns": [*CANONICAL, *unused],
        "patterns": {name: text for name, text in patterns().items() if name in needed},
        "lowered": lowered() if calls else {},
    }


def _feature(artefact: Artefact, name: str) -> dict[str, Any]:
    if artefact.inputs is None:
        return {"name": name, "low": None, "high": None, "recipe": GIVEN}
    feature = artefact.inputs.feature(name)
    return {
        "name": name,
        "low": feature.low if isfinite(feature.low) else None,
        "high": feature.high if feature.bounded else None,
        "recipe": _recipe(feature, artefact),
    }


def _recipe(feature: Feature, artefact: Artefact) -> Recipe:
    return GIVEN if artefact.inputs is None else recipe(feature, artefact.inputs.schema.name)


def _softmax(linear: Linear) -> dict[str, Any]:
    return {
        "kind": "softmax",
        "coef": linear.coef.tolist(),
        "intercept": linear.intercept.tolist(),
    }


def _ordered(model: Additive) -> dict[str, Any]:
    return {
        "kind": "ordered",
        "curves": [_curve(curve) for curve in model.curves],
        "cuts": model.link.cuts.tolist(),
        "shares": model.link.shares.tolist(),
        "lapse": model.link.lapse,
    }


def _curve(curve: Curve) -> dict[str, Any]:
    """State a curve by its places on the axis and its heights there."""
    return {
        "shape": curve.axis.shape,
        "offset": curve.axis.offset,
        "period": curve.axis.period,
        "knots": curve.axis.knots(curve.at).tolist(),
        "heights": curve.heights.tolist(),
        "unknown": curve.unknown.tolist(),
    }


def ranks_stated(ranks: Ranks) -> dict[str, list[float]]:
    """State the steps from scores to percentiles."""
    values, first, last = ranks.listed
    return {"values": values, "first": first, "last": last}
