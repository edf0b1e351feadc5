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

from virality.artefact import read_artefact, write_artefact
from virality.rowscorer import RowScorer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from virality.answers import Prediction
    from virality.context import Past
    from virality.features.schema import Moment
    from virality.reasons import Explanation
    from virality.records import Sources
    from virality.whatif import WhatIf


@dataclass(frozen=True)
class Scorer(RowScorer):
    """A trained model, ready to score. It can be shared between threads: nothing in it changes.

    It scores rows of features (:mod:`virality.rowscorer`) and, here, records.

    Attributes
    ----------
    artefact
        Everything that its file states.
    """

    @property
    def moment(self) -> Moment | None:
        """What the model may know; None where its features are of no known schema."""
        return None if self.artefact.inputs is None else self.artefact.inputs.moment

    @property
    def evaluation(self) -> Mapping[str, Any]:
        """How well the model did on rows that it had not seen, beside its baselines."""
        return self.artefact.evaluation

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
        from virality.known import known_row  # noqa: PLC0415

        return predict(self.artefact, *known_row(self.artefact, video, history))

    def score_each(
        self, videos: Sequence[Mapping[str, Any]], history: Sources | Past | None = None
    ) -> list[Prediction]:
        """Score several videos, each given by itself, in their order.

        Unlike those of :meth:`score_records` they need no id, and may be of several scrapers or
        state features. Ten thousand take about as long as a hundred calls of :meth:`score`.

        Parameters
        ----------
        videos
            Each as in :meth:`score`.
        history
            Records of their accounts' earlier videos, as in :meth:`score`.

        Returns
        -------
        What :meth:`score` gives for each, but that ``narrows`` is not looked for.

        Raises
        ------
        DataError
            When one cannot be scored; ``where`` names its number, from 1, and the field.
        OptionError
            As in :meth:`score`.
        """
        from virality.answers import predictions  # noqa: PLC0415  feature rows need neither
        from virality.several import known_each  # noqa: PLC0415

        found = known_each(self.artefact, videos, history)
        found.require_usable()
        return predictions(self.artefact, found.features, found.ignored)

    def explain(
        self, video: Mapping[str, Any], history: Sources | Past | None = None
    ) -> Explanation:
        """Say why a video gets its score: what each known input contributes.

        Parameters
        ----------
        video, history
            As in :meth:`score`.

        Returns
        -------
        A base, a contribution of each known input, and one of all that is not known; together
        they are the score.

        Raises
        ------
        DataError
            As in :meth:`score`; and when the model's file holds no population to compare with.
        OptionError
            As in :meth:`score`.
        """
        from virality.known import known_row  # noqa: PLC0415  feature rows need it not
        from virality.reasons import explain  # noqa: PLC0415  few ask for reasons

        return explain(self.artefact, known_row(self.artefact, video, history)[0])

    def what_if(
        self, video: Mapping[str, Any], feature: str, history: Sources | Past | None = None
    ) -> WhatIf:
        """Say how the score of a video goes along something that a person can change.

        Parameters
        ----------
        video, history
            As in :meth:`score`.
        feature
            One of the content features that varied in training, such as ``duration_seconds``.

        Returns
        -------
        Scores along it with the intervals of their changes: an association, all else as it is.

        Raises
        ------
        DataError
            As in :meth:`explain`.
        OptionError
            As in :meth:`score`; and when the feature is nothing that a person can change.
        """
        from virality.known import known_row  # noqa: PLC0415  feature rows need it not
        from virality.whatif import what_if  # noqa: PLC0415  few ask for reasons

        return what_if(self.artefact, known_row(self.artefact, video, history)[0], feature)

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
        from virality.answers import answers_frame  # noqa: PLC0415  feature rows need neither
        from virality.known import known_rows  # noqa: PLC0415

        records, features = known_rows(self.artefact, frame, given, history)
        return answers_frame(self.artefact, records["video_id"], features)

    def explain_records(
        self,
        frame: Sources,
        given: Mapping[str, Any] | None = None,
        history: Sources | Past | None = None,
    ) -> pl.DataFrame:
        """Explain the scores of many records.

        Parameters
        ----------
        frame, given, history
            As in :meth:`score_records`.

        Returns
        -------
        A frame with, row by row, ``video_id``, ``score``, ``base``, the contribution of each
        feature under its name (null where it is not known), and ``unknown``, that of all which is
        not known. Contributions and base add up to the score.

        Raises
        ------
        DataError
            As in :meth:`score_records`; and when the model's file holds no population.
        OptionError
            As in :meth:`score_records`.
        """
        from virality.known import known_rows  # noqa: PLC0415  feature rows need neither
        from virality.reasons import reasons_frame  # noqa: PLC0415  few ask for reasons

        records, features = known_rows(self.artefact, frame, given, history)
        return reasons_frame(self.artefact, records["video_id"], features)

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
