"""What is known of videos that are to be scored, as rows of a model's features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError
from virality.features.extraction import extract
from virality.features.given import (
    canonical,
    known_record,
    parted,
    too_late,
    with_columns,
    without_record,
)

if TYPE_CHECKING:
    import polars as pl

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.context import Past
    from virality.features.inputs import Inputs
    from virality.records import Sources


def known_row(
    artefact: Artefact, video: Mapping[str, Any], history: Sources | Past | None
) -> tuple[Floats, tuple[str, ...]]:
    """Compute the features of one video.

    Parameters
    ----------
    artefact
        The model.
    video, history
        As in :meth:`virality.Scorer.score`.

    Returns
    -------
    (p,) features, NaN where unknown, and names of what was given and is not known yet at the
    model's moment.

    Raises
    ------
    DataError
        When it is no record, a value cannot be used, or no field is one that the model knows.
    OptionError
        When a value is outside of its range, or the model uses no history.
    """
    plain = None if history is not None else plain_row(artefact, video)
    if plain is not None:
        return plain, ()
    told = parted(video, artefact.names, artefact.inputs)
    if history is None:
        told = without_record(told, artefact.inputs)
    row, ignored = np.full(len(artefact.names), np.nan), told.ignored
    if told.record or history is not None:
        records = known_record(told.record, artefact.names)
        row = features_of(artefact, records, history)[0]
        ignored += too_late(records, inputs_of(artefact))
    row[[artefact.names.index(name) for name in told.values]] = list(told.values.values())
    return row, ignored


def plain_row(artefact: Artefact, video: object) -> Floats | None:
    """Take the features (p,) of a video that states each as an ordinary number, and no more."""
    if artefact.inputs is None or not isinstance(video, Mapping):
        return None
    values = artefact.inputs.ordinary.row(video)
    return None if values is None else np.array(values)


def known_rows(
    artefact: Artefact,
    frame: Sources,
    given: Mapping[str, Any] | None,
    history: Sources | Past | None,
) -> tuple[pl.DataFrame, Floats]:
    """Compute the features of many videos.

    Parameters
    ----------
    artefact
        The model.
    frame, given, history
        As in :meth:`virality.Scorer.score_records`.

    Returns
    -------
    The records in canonical columns, and their features (n, p), NaN where unknown.

    Raises
    ------
    DataError
        When the model's features are of no known schema, or a record cannot be used.
    OptionError
        When a value is outside of its range, or the model uses no history.
    """
    told = parted(given or {}, artefact.names, artefact.inputs)
    records = with_columns(canonical(frame), told.record)
    features = features_of(artefact, records, history)
    columns = [artefact.names.index(name) for name in told.values]
    features[:, columns] = list(told.values.values())
    return records, features


def inputs_of(artefact: Artefact) -> Inputs:
    """Take what the features of a model are; records cannot be scored without.

    Raises
    ------
    DataError
        When they are of no known schema.
    """
    if artefact.inputs is None:
        raise DataError(
            "the model's features are of no known schema, so records cannot be scored with it",
            remedy="score arrays of its features with predict_proba",
        )
    return artefact.inputs


def features_of(
    artefact: Artefact, records: pl.DataFrame, history: Sources | Past | None
) -> Floats:
    """Compute the features (n, p) of records in canonical columns."""
    from virality.context import with_context  # noqa: PLC0415  loads Polars

    return extract(with_context(records, artefact, history), inputs_of(artefact))
