"""Records in, scores out: the keystone where data and mathematics meet.

Read this file first. A :class:`Scorer` joins four things: a *schema* that turns records into a
matrix X (n, p), a *classifier* that turns X into tier probabilities (n, 5), the *tiers* that turn
probabilities into a score of 0-100, and the *provenance* that says what all this rests on.

    record -> features X -> P(tier | what is known) -> score

Unknown inputs are NaN in X and are averaged over, never filled in: a video of which nothing is
known gets the shares of the tiers in the training data, and a score near the middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.artefact import Artefact, read_artefact, write_artefact
from virality.errors import DataError, OptionError
from virality.features.extraction import extract
from virality.labels import TIERS, expected_score

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl
    from numpy.typing import ArrayLike

    from virality.arrays import Floats
    from virality.features.schema import Feature, Schema


@dataclass(frozen=True)
class Prediction:
    """What a model says of one video.

    Attributes
    ----------
    score
        0-100; between 12.5 and 90 by construction, as it is a mean of the tiers' midpoints.
    tier
        The most probable tier, 1-5.
    tier_probabilities
        (5,) probabilities of the tiers, given what is known.
    unknown
        Names of the features that were not known.
    """

    score: float
    tier: int
    tier_probabilities: tuple[float, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Scorer:
    """A trained model, ready to score. It can be shared between threads: nothing in it changes.

    Attributes
    ----------
    artefact
        Everything that its file states.
    """

    artefact: Artefact

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns of X."""
        return self.artefact.names

    @property
    def evaluation(self) -> Mapping[str, Any]:
        """How well the model did on rows that it had not seen, beside its baselines."""
        return self.artefact.evaluation

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Give the tier probabilities of feature rows.

        Parameters
        ----------
        X
            (n, p) features in the schema's order and units; NaN or None is unknown.

        Returns
        -------
        (n, 5) probabilities; rows sum to 1.

        Raises
        ------
        DataError
            When X has another shape, holds an infinite number, or holds an unknown one and the
            model's file has no population to average over.
        """
        return self.artefact.classifier.predict_proba(_matrix(X, self.feature_names))

    def score(self, video: Mapping[str, Any]) -> Prediction:
        """Score one video from whatever is known about it.

        Parameters
        ----------
        video
            A record as a scraper gave it, canonical columns, feature names with their values, or
            a mixture; what is absent, None or NaN is unknown. ``{}`` gives the prior.

        Raises
        ------
        DataError
            When it is no record, a value cannot be used, or no field is one that the model knows.
        """
        if not isinstance(video, Mapping):
            raise DataError(f"{type(video).__name__} is not a record", remedy="give a dict")
        row = self._row(video)
        probabilities = self.predict_proba(row[None, :])[0]
        return Prediction(
            score=float(expected_score(probabilities)),
            tier=int(probabilities.argmax()) + 1,
            tier_probabilities=tuple(probabilities.tolist()),
            unknown=tuple(
                name for name, value in zip(self.feature_names, row, strict=True) if np.isnan(value)
            ),
        )

    def score_records(
        self, frame: pl.DataFrame, given: Mapping[str, Any] | None = None
    ) -> pl.DataFrame:
        """Score many records.

        Parameters
        ----------
        frame
            Records as :func:`virality.read_records` gives them, or a frame with canonical or
            aliased columns.
        given
            Record columns and feature names whose value holds for every record.

        Returns
        -------
        A frame with, row by row, ``video_id``, ``score``, ``tier``, ``p1``-``p5`` and ``unknown``
        (the number of features that were not known).

        Raises
        ------
        DataError
            When the model's features are of no known schema, or a record cannot be used.
        """
        import polars as pl  # noqa: PLC0415  scoring arrays must not load Polars

        values, record = self._parted(given or {})
        records = _with_columns(_canonical(frame), record)
        features = extract(records, self._schema())
        features[:, [self.feature_names.index(name) for name in values]] = list(values.values())
        probabilities = self.predict_proba(features)
        return pl.DataFrame(
            {
                "video_id": records["video_id"],
                "score": expected_score(probabilities),
                "tier": probabilities.argmax(axis=1) + 1,
                **{f"p{tier}": probabilities[:, tier - 1] for tier in TIERS},
                "unknown": np.isnan(features).sum(axis=1),
            }
        )

    def save(self, path: str | Path) -> None:
        """Write the model as one JSON file, whole or not at all.

        Raises
        ------
        OutputError
            When it cannot be written; an older file there is then unchanged.
        """
        write_artefact(self.artefact, path)

    def _row(self, video: Mapping[str, Any]) -> Floats:
        """Features of one video: those given by name, and those computed from its record."""
        values, record = self._parted(video)
        row = np.full(len(self.feature_names), np.nan)
        if record:
            row = extract(_known_record(record, self.feature_names), self._schema())[0]
        row[[self.feature_names.index(name) for name in values]] = list(values.values())
        return row

    def _parted(self, video: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
        """Part what is known of a video into checked feature values, and fields of a record."""
        names, schema = self.feature_names, self.artefact.schema
        values = {key: _number(key, value) for key, value in video.items() if key in names}
        if schema is not None:
            for name, number in values.items():
                _check_range(schema.feature(name), number)
        return values, {key: value for key, value in video.items() if key not in values}

    def _schema(self) -> Schema:
        if self.artefact.schema is None:
            raise DataError(
                "the model's features are of no known schema, so records cannot be scored with it",
                remedy="score arrays of its features with predict_proba",
            )
        return self.artefact.schema


def load(path: str | Path) -> Scorer:
    """Load a model from its file. No code is run.

    Parameters
    ----------
    path
        A file written by :meth:`Scorer.save`, ``virality train`` or the reference system.

    Raises
    ------
    ArtefactError
        When the file is missing, damaged, of a future version or of another schema.
    """
    return Scorer(read_artefact(path))


def _matrix(X: ArrayLike, names: tuple[str, ...]) -> Floats:
    """Check a matrix of features, in which NaN is unknown."""
    try:
        features = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError("X holds something other than numbers") from None
    if features.ndim != 2 or features.shape[1] != len(names):  # noqa: PLR2004  rows and columns
        raise DataError(
            f"X has shape {features.shape}, not (n, {len(names)})",
            remedy=f"give the features in this order: {', '.join(names)}",
        )
    if np.isinf(features).any():
        row, column = np.argwhere(np.isinf(features))[0]
        raise DataError("infinite", where=f"X[{row}, {column}] ({names[column]})")
    return features


def _number(name: str, value: Any) -> float:  # noqa: ANN401  from a person or JSON
    """Take a feature value that was given by name; None is unknown."""
    if value is None:
        return np.nan
    try:
        return float(value)
    except (TypeError, ValueError):
        raise DataError(f"{value!r} is not a number", where=name) from None


def _check_range(feature: Feature, number: float) -> None:
    """Refuse a feature value that its formula can never give, such as seconds for a share."""
    if number < feature.low or number > feature.high:
        raise OptionError(
            f"{number:g} is outside {feature.low:g} to {feature.high:g} ({feature.unit})",
            where=feature.name,
            remedy=f"give it in that unit, or give {' and '.join(feature.reads)} instead",
        )


def _known_record(record: Mapping[str, Any], names: tuple[str, ...]) -> pl.DataFrame:
    """Turn a record into a frame of one row; refuse one of which no field is known."""
    from virality.records import CANONICAL, to_records  # noqa: PLC0415  loads Polars

    frame = to_records(record)
    foreign = {name.partition(".")[0] for name in frame.columns if name not in CANONICAL}
    if foreign >= {str(key).replace("/", ".").partition(".")[0] for key in record}:
        known = [*CANONICAL, *names]
        near = [match for key in record for match in get_close_matches(str(key), known, n=1)]
        raise DataError(
            "none of its fields is known",
            where=", ".join(sorted(map(str, record))[:5]),
            remedy=f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}",
        )
    return frame


def _with_columns(records: pl.DataFrame, given: Mapping[str, Any]) -> pl.DataFrame:
    """Put values that hold for every record in place of their columns."""
    if not given:
        return records
    from virality.records import CANONICAL, to_records  # noqa: PLC0415  loads Polars

    named = [name for name in given if name in CANONICAL]
    return records.drop(named).join(to_records(given).select(named), how="cross")


def _canonical(frame: pl.DataFrame) -> pl.DataFrame:
    """Bring a frame into canonical columns; refuse it if any of its rows cannot be used."""
    from virality.records import CANONICAL, read  # noqa: PLC0415  loads Polars

    if all(frame.schema.get(name) == kind for name, kind in CANONICAL.items()):
        return frame
    reading = read(frame)
    if reading.rejections.height:
        first = reading.rejections.row(0, named=True)
        raise DataError(first["reason"], where=f"row {first['row']}, {first['field']}")
    return reading.frame
