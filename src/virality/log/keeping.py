"""Joining what became of a video to what was predicted of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import delete, insert, select

from virality.log.entries import Judged, Known, Statement, microseconds_now, microseconds_of
from virality.log.tables import OUTCOMES, PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection


def kept(connection: Connection, told: Known, stated: Mapping[str, Statement]) -> Judged:
    """Join one outcome to all predictions that it is about, and say the best that was done.

    Parameters
    ----------
    connection
        In a transaction.
    told
        What became of a video.
    stated
        What each model says of itself, by its fingerprint.
    """
    if told.prediction is None and told.video is None:
        return "no prediction"  # not those of which no video is known
    columns = (PREDICTIONS.c.id, PREDICTIONS.c.model, PREDICTIONS.c.posted_at)
    found = connection.execute(select(*columns).where(_about(told))).all()
    done = {_joined(connection, told, row, stated[row.model]) for row in found}
    order: tuple[Judged, ...] = ("kept", "replaced", "already kept", "too early")
    return next((one for one in order if one in done), "no prediction")


def _about(told: Known) -> ColumnElement[bool]:
    """Choose predictions: of the video; or the named one, unless it is known to be of another."""
    video = PREDICTIONS.c.video
    if told.prediction is None:
        return video == told.video
    named = PREDICTIONS.c.id == told.prediction
    return named if told.video is None else named & (video.is_(None) | (video == told.video))


def _joined(
    connection: Connection,
    told: Known,
    row: Any,  # noqa: ANN401  a row of SQLAlchemy, by names
    statement: Statement,
) -> Judged:
    at = microseconds_of(told.at)
    mature = timedelta(days=statement.values["mature_days"]) / timedelta(microseconds=1)
    posted = row.posted_at
    if posted is None and told.posted_at is not None:
        posted = microseconds_of(told.posted_at)
    if posted is not None and at < posted + mature:
        return "too early"
    known = select(OUTCOMES.c.at).where(OUTCOMES.c.prediction == row.id)
    before = connection.execute(known).scalar()
    if before is not None and before >= at:
        return "already kept"
    value = np.array([told.value])
    entry = {
        "prediction": row.id,
        "value": told.value,
        "tier": statement.tier(value)[0],
        "percentile": statement.percentile(value)[0],
        "at": at,
        "noted_at": microseconds_now(),
    }
    connection.execute(delete(OUTCOMES).where(OUTCOMES.c.prediction == row.id))
    connection.execute(insert(OUTCOMES), [entry])
    return "kept" if before is None else "replaced"
