"""A model's inputs as its file states them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from virality.errors import ArtefactError
from virality.features.extraction import SCHEMAS
from virality.features.inputs import Inputs, own_feature
from virality.features.schema import MOMENTS, PHASES

if TYPE_CHECKING:
    from virality.features.schema import Feature
    from virality.storage.checked import Field


def encode_inputs(inputs: Inputs | None) -> dict[str, Any]:
    """Give the fields of a model file that say what the model takes in."""
    if inputs is None:
        return {"schema": None, "moment": None, "own_features": [], "left_out": []}
    schema = inputs.schema
    return {
        "schema": {
            "name": schema.name,
            "version": schema.version,
            "fingerprint": schema.fingerprint,
        },
        "moment": inputs.moment,
        "own_features": [{"name": one.name, "phase": one.phase} for one in inputs.own],
        "left_out": [name for name in schema.names if name in inputs.left_out],
    }


def decode_inputs(root: Field, names: tuple[str, ...]) -> Inputs | None:
    """Find the inputs that a file states, or whose names an older file lists.

    Parameters
    ----------
    root
        The file's object.
    names
        The features that it lists.

    Raises
    ------
    ArtefactError
        When the schema is another than is installed, or the names are not those of the inputs.
    """
    stated = root.optional("schema")
    if stated is None:
        known = next((schema for schema in SCHEMAS.values() if schema.names == names), None)
        return None if known is None else Inputs(known)
    name = stated["name"].text()
    schema = SCHEMAS.get(name)
    if schema is None or schema.fingerprint != stated["fingerprint"].text():
        raise ArtefactError(
            f"made for another version of the schema {name!r} than is installed",
            where=f"{root.place}.schema.fingerprint",
            remedy="train again, or install the version of virality that wrote it: "
            f"{root['producer'].text()}",
        )
    moment, own, without = (root.optional(one) for one in ("moment", "own_features", "left_out"))
    left_out = () if without is None else without.items()
    inputs = Inputs(
        schema,
        "full" if moment is None else _among(moment, MOMENTS),
        () if own is None else tuple(_own(each) for each in own.items()),
        frozenset(_among(each, schema.names) for each in left_out),
    )
    if inputs.names != names:
        root["featureNames"].fail(f"not the features of {name}")
    return inputs


def _own(stated: Field) -> Feature:
    return own_feature(stated["name"].text(), _among(stated["phase"], PHASES))


def _among(stated: Field, known: tuple[Any, ...]) -> Any:  # noqa: ANN401  one of the known
    text = stated.text()
    if text not in known:
        stated.fail(f"not one of {', '.join(known)}")
    return text
