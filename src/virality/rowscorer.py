"""Scores of feature rows: numbers in, numbers out, with NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from virality.errors import ViralityError
from virality.labels import MIDPOINTS, expected_score
from virality.model.linear import Linear
from virality.rows import many_rows, one_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.model.plain import Row

_FEW = 32_768


@dataclass(frozen=True)
class RowScorer:
    """A trained model that scores rows of its features.

    Attributes
    ----------
    artefact
        Everything that its file states.
    """

    artefact: Artefact

    def _repr_html_(self) -> str:
        """Show itself in a notebook."""
        from virality.notebook import facts_markup  # noqa: PLC0415  scores need none

        return facts_markup("A model of virality", _facts(self.artefact))

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the features, in the order of the columns of X."""
        return self.artefact.names

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
            (n, p) features in the schema's order and units; NaN or None is unknown. An array of
            float32 may be worked on in that precision, whose round-off it has anyway: twice as
            fast, and right to some 1e-4 of a point.

        Returns
        -------
        (n,) scores, 0-100, not rounded.

        Raises
        ------
        DataError
            As for :meth:`predict_proba`.
        """
        from virality.bulk import scores  # noqa: PLC0415  few rows need no threads

        rows = many_rows(X, self.feature_names, general=False)
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

    def compiled(self) -> Callable[[Row], float]:
        """Prepare a function that scores one feature row in about a microsecond.

        Loading the compiler takes about half a second, so this pays for many rows that come one by
        one, as in a service. With a model of curves, which is no plain softmax, the function is
        :meth:`score_features` itself.

        Returns
        -------
        A function that gives what :meth:`score_features` gives, to round-off, and raises what that
        raises. Any thread may call it.

        Raises
        ------
        ViralityError
            When the extra ``fast`` is not installed.

        Examples
        --------
        >>> from virality import Scorer
        >>> def scores(scorer: Scorer, rows: list[list[float]]) -> list[float]:
        ...     score = scorer.compiled()
        ...     return [score(row) for row in rows]
        """
        classifier = self.artefact.classifier
        if classifier.calibration is not None or not isinstance(classifier.model, Linear):
            return self.score_features
        from virality.model.kernels import COMPILER, installed  # noqa: PLC0415  start-up is lean

        if not installed():
            raise ViralityError(
                f"{COMPILER} is not installed", remedy='pip install "virality[fast]"'
            )
        from virality.model.swift import expectation  # noqa: PLC0415  loading it takes a while

        return expectation(classifier.model, MIDPOINTS, self.score_features)


def _facts(artefact: Artefact) -> list[tuple[str, str]]:
    """Say in words what a model is."""
    metrics = artefact.evaluation.get("metrics") or {}
    prior = (artefact.evaluation.get("baselines") or {}).get("prior") or {}
    inputs, made = artefact.inputs, artefact.data.get("synthetic")
    facts = [
        ("predicts", artefact.outcome or "tiers as they were given"),
        ("from", f"{len(artefact.names)} inputs of {inputs.schema.name}" if inputs else "inputs"),
        ("moment", str(inputs.moment) if inputs else "-"),
        ("trained", f"{artefact.trained_at[:10]}, on {artefact.data.get('rows', 0):,} videos"),
    ]
    if metrics.get("log_loss") is not None:
        beside = f"; the tiers' shares {prior['log_loss']:.3f}" if prior.get("log_loss") else ""
        facts.append(("log-loss", f"{metrics['log_loss']:.3f} on {metrics['n']:,} others{beside}"))
    return [*facts, ("data", "SYNTHETIC")] if made else facts
