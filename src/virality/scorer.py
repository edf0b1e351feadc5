"""Records in, scores out: the keystone where data and mathematics meet.

Read this file first. A :class:`Scorer` joins four things: a *schema* that turns records into a
matrix X (n, p), a *classifier* that turns X into tier probabilities (n, 5), the *tiers* that turn
probabilities into a score of 0-100, and the *provenance* that says what all this rests on.

    record -> features X -> P(tier | what is known) -> score

Unknown inputs are NaN in X and are averaged over, never filled in: a video of which nothing is
known gets the shares of the tiers in the training data, and a score near the middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.artefact import Artefact, read_artefact, write_artefact
from virality.errors import DataError
from virality.features.extraction import extract
from virality.labels import expected_score
from virality.rows import many_rows, one_row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import polars as pl
    from numpy.typing import ArrayLike

    from virality.answers import Prediction
    from virality.arrays import Floats
    from virality.context import Past
    from virality.features.inputs import Inputs
    from virality.features.schema import Moment
    from virality.model.plain import Row
    from virality.records import Sources

_FEW = 32_768


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
    def moment(self) -> Moment | None:
        """What the model may know; None where its features are of no known schema."""
        return None if self.artefact.inputs is None else self.artefact.inputs.moment

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
        rows, classifier = many_rows(X, self.feature_names), self.artefact.classifier
        if len(rows) <= _FEW:
            return classifier.predict_proba(rows)
        from virality.bulk import probabilities  # noqa: PLC0415  few rows need no threads

        return probabilities(classifier, rows)

    def score_rows(self, X: ArrayLike) -> Floats:
        """Score many feature rows, fast: tens of millions a second for a softmax.

        Parameters
        ----------
        X
            (n, p) features in the schema's order and units; NaN or None is unknown.

        Returns
        -------
        (n,) scores, 0-100, not rounded.

        Raises
        ------
        DataError
            As for :meth:`predict_proba`.
        """
        from virality.bulk import scores  # noqa: PLC0415  few rows need no threads

        rows = many_rows(X, self.feature_names, finite=False)
        found = scores(self.artefact.classifier, rows)
        if np.isnan(found).any():
            rest = np.isnan(found)
            found[rest] = expected_score(self.predict_proba(rows[rest]))
        return found

    def score_features(self, features: Row) -> float:
        """Score one feature row, fast: a few microseconds for a list of numbers and a softmax.

        Parameters
        ----------
        features
            (p,) numbers in the schema's order and units; None or NaN is unknown.

        Returns
        -------
        The score, 0-100, not rounded.

        Raises
        ------
        DataError
            When the length differs from the model's, an entry is no number or infinite, or one is
            unknown and the model's file has no population to average over.
        """
        quick = self.artefact.quick(features)
        if quick is not None:
            return quick
        alone = one_row(features, self.feature_names)
        return float(expected_score(self.predict_proba(alone[None, :]))[0])

    def score(self, video: Mapping[str, Any], history: Sources | Past | None = None) -> Prediction:
        """Score one video from whatever is known about it.

        Parameters
        ----------
        video
            A record as a scraper gave it, canonical columns, feature names with their values, or
            a mixture; what is absent, None or NaN is unknown. ``{}`` gives the prior.
        history
            Records of the account's earlier videos: files, a frame or a list; or what
            :meth:`past` made of them. A video of which neither account nor time of posting is
            known is that account's next one.

        Raises
        ------
        DataError
            When it is no record, a value cannot be used, or no field is one that the model knows.
        OptionError
            When a value is outside of its range, or the model uses no history.
        """
        from virality.answers import predict  # noqa: PLC0415  feature rows need neither
        from virality.features.given import known_record, parted, too_late  # noqa: PLC0415

        told = parted(video, self.feature_names, self.artefact.inputs)
        row, ignored = np.full(len(self.feature_names), np.nan), told.ignored
        if told.record or history is not None:
            records = known_record(told.record, self.feature_names)
            row = _features(self.artefact, records, history)[0]
            ignored += too_late(records, _inputs(self.artefact))
        row[[self.feature_names.index(name) for name in told.values]] = list(told.values.values())
        return predict(self.artefact, row, ignored)

    def score_records(
        self,
        frame: Sources,
        given: Mapping[str, Any] | None = None,
        history: Sources | Past | None = None,
    ) -> pl.DataFrame:
        """Score many records.

        Parameters
        ----------
        frame
            Records as :func:`virality.read_records` gives them, a frame with canonical or aliased
            columns, files, or a list of records.
        given
            Record columns and feature names whose value holds for every record.
        history
            Records of the accounts' earlier videos, as in :meth:`score`.

        Returns
        -------
        A frame with, row by row, ``video_id``, ``score``, ``tier``, ``p1``-``p5``, ``percentile``,
        ``low``, ``median`` and ``high`` (the interval; null where the model's file does not tell),
        and ``unknown`` (the number of features that were not known).

        Raises
        ------
        DataError
            When the model's features are of no known schema, or a record cannot be used.
        OptionError
            When a value is outside of its range, or the model uses no history.
        """
        import polars as pl  # noqa: PLC0415  scoring arrays must not load Polars

        from virality.answers import answer  # noqa: PLC0415  nor what it does not use
        from virality.features.given import canonical, parted, with_columns  # noqa: PLC0415

        told = parted(given or {}, self.feature_names, self.artefact.inputs)
        records = with_columns(canonical(frame), told.record)
        features = _features(self.artefact, records, history)
        columns = [self.feature_names.index(name) for name in told.values]
        features[:, columns] = list(told.values.values())
        found = answer(self.artefact, features)
        return pl.DataFrame(
            {
                "video_id": records["video_id"],
                **found.columns(),
                "unknown": np.isnan(features).sum(axis=1),
            },
            schema_overrides=dict.fromkeys(("percentile", "low", "median", "high"), pl.Float64),
        )

    def past(self, history: Sources) -> Past:
        """Read the accounts' earlier videos once, to score many with.

        Raises
        ------
        SourceError
            When a file cannot be read.
        """
        from virality.context import past_of  # noqa: PLC0415  loads Polars

        return past_of(history, self.artefact)

    def save(self, path: str | Path) -> None:
        """Write the model as one JSON file, whole or not at all.

        Raises
        ------
        OutputError
            When it cannot be written; an older file there is then unchanged.
        """
        write_artefact(self.artefact, path)


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


def _inputs(artefact: Artefact) -> Inputs:
    """Take what the features of a model are; records cannot be scored without."""
    if artefact.inputs is None:
        raise DataError(
            "the model's features are of no known schema, so records cannot be scored with it",
            remedy="score arrays of its features with predict_proba",
        )
    return artefact.inputs


def _features(artefact: Artefact, records: pl.DataFrame, history: Sources | Past | None) -> Floats:
    """Compute the features (n, p) of records in canonical columns."""
    from virality.context import with_context  # noqa: PLC0415  loads Polars

    return extract(with_context(records, artefact, history), _inputs(artefact))
