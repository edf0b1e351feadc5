"""What is known of several videos, each given by itself: features, records, or mixtures.

The same as :func:`virality.known.known_row` for each of them, together: those that state features
alone make rows at once, and the records of the others make one frame.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.context import as_past, of_several
from virality.errors import DataError, InputError, ViralityError
from virality.features.given import (
    known_record,
    names_a_column,
    parted,
    too_late,
    without_record,
)
from virality.features.saying import FLAG
from virality.known import features_of, inputs_of
from virality.records import each_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.context import Past
    from virality.features.given import Given
    from virality.features.inputs import Inputs
    from virality.records import Sources

    Video = Mapping[str, Any]

_LARGEST = 1e300
_NUMBERS = frozenset({int, float, type(None)})
_FLAGS = _NUMBERS | {bool}


@dataclass(frozen=True)
class Several:
    """What is known of n videos.

    Attributes
    ----------
    features
        (n, p), NaN where unknown; all NaN for a video that cannot be scored.
    ignored
        What was given of each and is not known yet at the model's moment, by its place; places of
        which nothing is ignored are left out.
    faults
        Why a video cannot be scored, by its place.
    """

    features: Floats
    ignored: dict[int, tuple[str, ...]]
    faults: dict[int, ViralityError]

    def require_usable(self) -> None:
        """Refuse videos of which one cannot be scored.

        Raises
        ------
        DataError
            When there is one; it names the first.
        """
        if self.faults:
            place = min(self.faults)
            first = self.faults[place]
            where = f"video {place + 1}" + (f", {first.where}" if first.where else "")
            raise DataError(first.what, where=where, remedy=first.remedy)


def known_each(
    artefact: Artefact, videos: Sequence[Video], history: Sources | Past | None
) -> Several:
    """Compute the features of several videos.

    Parameters
    ----------
    artefact
        The model.
    videos
        Each as for :meth:`virality.Scorer.score`.
    history
        Records of their accounts' earlier videos; None when nothing is known of them.

    Raises
    ------
    OptionError
        When the model uses no history.
    """
    past = None if history is None else as_past(history, artefact)
    found = Several(np.full((len(videos), len(artefact.names)), np.nan), {}, {})
    rest: Iterable[int] = range(len(videos))
    if past is None and artefact.inputs is not None:
        rest = _state_features(found, artefact.inputs, videos)
    _read_records(found, artefact, videos, rest, past)
    return found


def _state_features(found: Several, inputs: Inputs, videos: Sequence[Video]) -> list[int]:
    """Fill the rows of videos that state ordinary numbers of features; list the other videos."""
    alike: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, video in enumerate(videos):
        alike[tuple(video) if isinstance(video, dict) else ()].append(place)
    rest: list[int] = []
    for names, places in alike.items():
        rows = _rows(names, inputs, [videos[place] for place in places])
        if rows is None:
            rest += places
            continue
        usable = _ordinary(rows, names, inputs)
        columns = np.array([inputs.names.index(name) for name in names])
        chosen = np.array(places)
        found.features[np.ix_(chosen[usable], columns)] = rows[usable]
        rest += chosen[~usable].tolist()
    return sorted(rest)


def _rows(names: tuple[str, ...], inputs: Inputs, videos: list[Video]) -> Floats | None:
    """Make an array of videos that state the same features; None where they state something else.

    A feature that is a column of records is one here only where whatever reads it is stated, too.
    """
    stated = set(names)
    if not names or not stated <= set(inputs.names):
        return None
    if any(not inputs.readers[name] <= stated for name in stated & inputs.columns):
        return None
    kinds = [_FLAGS if inputs.feature(name).unit == FLAG else _NUMBERS for name in names]
    values = [list(video.values()) for video in videos]
    columns = zip(kinds, zip(*values, strict=True), strict=True)
    if not all(kind.issuperset(map(type, column)) for kind, column in columns):
        return None
    try:
        return np.array(values, dtype=np.float64)
    except OverflowError:
        return None


def _ordinary(rows: Floats, names: tuple[str, ...], inputs: Inputs) -> np.typing.NDArray[np.bool_]:
    """Tell which rows hold nothing that has to be looked at more closely."""
    usable = np.ones(len(rows), dtype=bool)
    for column, name in zip(rows.T, names, strict=True):
        feature = inputs.feature(name)
        fine = (column >= max(feature.low, -_LARGEST)) & (column <= min(feature.high, _LARGEST))
        if name in inputs.columns:
            fine &= np.isin(column, (0.0, 1.0)) if feature.unit == FLAG else column > 0
        usable &= fine | np.isnan(column)
    return usable


def _read_records(
    found: Several,
    artefact: Artefact,
    videos: Sequence[Video],
    places: Iterable[int],
    past: Past | None,
) -> None:
    """Fill the rows of videos that have to be read as records, or say why they cannot be."""
    told: dict[int, Given] = {}
    for place in places:
        try:
            told[place] = _told(artefact, videos[place], past)
        except ViralityError as error:
            found.faults[place] = error
    read = [place for place, each in told.items() if each.record or past is not None]
    if read:
        _fill(found, artefact, read, [told[place].record for place in read], past)
    for place, each in told.items():
        if place not in found.faults:
            columns = [artefact.names.index(name) for name in each.values]
            found.features[place, columns] = list(each.values.values())
            if each.ignored:
                found.ignored[place] = each.ignored + found.ignored.get(place, ())


def _told(artefact: Artefact, video: Video, past: Past | None) -> Given:
    """Part what one video states, and refuse a record of which no field is known."""
    told = parted(video, artefact.names, artefact.inputs)
    if past is None:
        told = without_record(told, artefact.inputs)
    if told.record and not names_a_column(told.record):
        known_record(told.record, artefact.names)
    return told


def _fill(
    found: Several,
    artefact: Artefact,
    places: list[int],
    records: list[Mapping[str, Any]],
    past: Past | None,
) -> None:
    """Compute the features of records."""
    inputs = inputs_of(artefact)
    frame, unusable = each_alone(records, [one.name for one in inputs.own])
    faults = {**_ownerless(frame, past), **unusable}
    found.faults.update((places[row], fault) for row, fault in faults.items())
    usable = [row for row in range(len(places)) if row not in faults]
    if usable:
        chosen = [places[row] for row in usable]
        found.features[chosen] = features_of(artefact, frame[usable], past)
    for place, late in zip(places, _late(frame, inputs), strict=True):
        if late:
            found.ignored[place] = late


def _ownerless(frame: pl.DataFrame, past: Past | None) -> dict[int, InputError]:
    """Find records that do not say which of several accounts is theirs."""
    if past is None:
        return {}
    accounts = past.videos["author_id"].drop_nulls().n_unique()
    if accounts <= 1:
        return {}
    return dict.fromkeys(frame["author_id"].is_null().arg_true().to_list(), of_several(accounts))


def _late(frame: pl.DataFrame, inputs: Inputs) -> list[tuple[str, ...]]:
    """Name for each record the columns that it holds and only later features read."""
    names = too_late(frame, inputs)
    held = [frame[name].is_not_null().to_list() for name in names]
    return [
        tuple(name for name, there in zip(names, row, strict=True) if there)
        for row in (zip(*held, strict=True) if held else [()] * frame.height)
    ]
