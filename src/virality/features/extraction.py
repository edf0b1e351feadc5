"""Turning records into the matrix X: the same expressions for one video and for many."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from virality.errors import DataError, OptionError
from virality.features.creator import CREATOR_1
from virality.features.reference import REFERENCE_15

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from virality.arrays import Floats
    from virality.features.inputs import Inputs
    from virality.features.schema import Feature, Schema

Unknown = Literal["missing", "default"]

SCHEMAS: dict[str, Schema] = {schema.name: schema for schema in (CREATOR_1, REFERENCE_15)}
FEATURES: tuple[Feature, ...] = tuple(
    feature for schema in SCHEMAS.values() for feature in schema.features
)


def schema_named(name: str) -> Schema:
    """Look up a schema.

    Raises
    ------
    OptionError
        When there is none of that name.
    """
    if name not in SCHEMAS:
        raise OptionError(
            f"there is no schema {name!r}",
            where="--schema",
            remedy=f"choose one of: {', '.join(SCHEMAS)}",
        )
    return SCHEMAS[name]


def extract(
    frame: pl.DataFrame,
    features: Schema | Inputs | Sequence[Feature],
    unknown: Unknown = "missing",
) -> Floats:
    """Compute the features of records.

    Parameters
    ----------
    frame
        n records with canonical columns, and whatever else the features read. A column that is
        not there is unknown.
    features
        Which p features, in which order.
    unknown
        ``"missing"`` leaves NaN where an input is unknown; ``"default"`` fills as the reference
        system did.

    Returns
    -------
    (n, p) numbers clamped to each feature's range; NaN is unknown.

    Raises
    ------
    DataError
        When a column of the user's own holds lists or objects.
    """
    listed = features if isinstance(features, Sequence) else features.features
    if unknown == "default" and not isinstance(features, Sequence):
        frame = _filled(frame, features.fills)
    kinds = frame.schema
    places = [place for place, one in enumerate(listed) if _readable(one, kinds)]
    values = np.full((frame.height, len(listed)), np.nan)
    if places:
        known = frame.select(_expression(listed[place], unknown) for place in places)
        values[:, places] = known.to_numpy()
    return values


def _readable(feature: Feature, kinds: Mapping[str, pl.DataType]) -> bool:
    """Tell whether all columns that a formula needs are there."""
    there = all(name in kinds for name in _columns(feature))
    if there and not feature.bounded and kinds[feature.name].is_nested():
        raise DataError("holds no numbers", where=feature.name, remedy="name a column of numbers")
    return there


@lru_cache(maxsize=4096)
def _columns(feature: Feature) -> tuple[str, ...]:
    """List the columns that a formula needs."""
    return tuple(_expression(feature, "missing").meta.root_names())


def _filled(frame: pl.DataFrame, fills: Mapping[str, Any]) -> pl.DataFrame:
    """Put the reference system's values where a record column is unknown."""
    import polars as pl  # noqa: PLC0415  reading the table must not load Polars

    if not fills:
        return frame
    return frame.with_columns(
        pl.col(name).fill_null(pl.lit(value, dtype=frame.schema[name]))
        for name, value in fills.items()
    ).with_columns(pl.when(pl.col("views") > 0).then("views").otherwise(1.0).alias("views"))


@lru_cache(maxsize=4096)
def _expression(feature: Feature, unknown: Unknown) -> pl.Expr:
    """Write a feature's expression, once; null where it is unknown."""
    import polars as pl  # noqa: PLC0415  reading the table must not load Polars

    value = feature.formula(pl).cast(pl.Float64)
    if feature.bounded:
        value = value.clip(feature.low, feature.high)
    if unknown == "default" and feature.default is not None:
        value = value.fill_nan(None).fill_null(feature.default)
    return value.alias(feature.name)
