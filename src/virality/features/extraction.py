"""Turning records into the matrix X: the same expressions for one video and for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from virality.errors import OptionError
from virality.features.reference import REFERENCE_15

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from virality.features.schema import Feature, Schema

Unknown = Literal["missing", "default"]

SCHEMAS: dict[str, Schema] = {REFERENCE_15.name: REFERENCE_15}
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
    frame: pl.DataFrame, schema: Schema, unknown: Unknown = "missing"
) -> NDArray[np.float64]:
    """Compute the features of records.

    Parameters
    ----------
    frame
        n records with the canonical columns.
    schema
        Which p features, in which order.
    unknown
        ``"missing"`` leaves NaN where an input is unknown; ``"default"`` fills as the reference
        system did.

    Returns
    -------
    (n, p) numbers clamped to each feature's range; NaN is unknown.
    """
    filled = _filled(frame, schema) if unknown == "default" else frame
    columns = filled.select(_expression(feature, unknown) for feature in schema.features)
    return columns.to_numpy().astype(np.float64)


def _filled(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """Put the reference system's values where a record column is unknown."""
    import polars as pl  # noqa: PLC0415  reading the table must not load Polars

    return frame.with_columns(
        pl.col(name).fill_null(pl.lit(value, dtype=frame.schema[name]))
        for name, value in schema.fills.items()
    ).with_columns(pl.when(pl.col("views") > 0).then("views").otherwise(1.0).alias("views"))


def _expression(feature: Feature, unknown: Unknown) -> pl.Expr:
    import polars as pl  # noqa: PLC0415  reading the table must not load Polars

    value = feature.formula(pl).cast(pl.Float64).clip(feature.low, feature.high)
    if unknown == "default":
        value = value.fill_nan(None).fill_null(feature.default)
    return value.fill_null(float("nan")).alias(feature.name)
