"""What is kept of the training data for inputs that will be unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.model.copula import KNOTS, Copula, fit_copula, rounded
from virality.model.gaps import Gaps
from virality.model.gaussian import Gaussian, patterns
from virality.model.nodes import normal_nodes

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.storage.checked import Field

_TINY = 1e-12
_ROWS_AT_ONCE = 2048
_TINY_SUM = 1e-6


@dataclass(frozen=True)
class Population:
    """What is kept of the training data for unknown inputs.

    Attributes
    ----------
    copula
        The features' joint distribution.
    prior
        (K,) shares of the classes.
    class_means
        (K, p) mean normal scores of each class, none beyond 4.
    gaps
        Sets of known inputs that were common.
    """

    copula: Copula
    prior: Floats
    class_means: Floats
    gaps: Gaps

    @classmethod
    def fit(cls, X: Floats, y: Ints, classes: int, weight: Floats) -> Population:
        """Describe the training rows.

        Parameters
        ----------
        X
            (n, p) raw features, NaN where unknown.
        y
            (n,) class numbers 0..K-1.
        classes
            K.
        weight
            (n,) row weights.
        """
        copula = fit_copula(X, weight)
        membership = np.eye(classes)[y] * weight[:, None]
        prior = _seen_or_not(membership.sum(axis=0) / weight.sum(), len(X))
        return cls(copula, prior, _means(copula, X, membership), Gaps.fit(X, weight))

    def as_seen(self, X: Floats, probabilities: Floats, weight: Floats) -> Population:
        """Let the classes' mean scores be those that a model sees.

        A model that is held back by penalties parts the classes less than they lie apart in the
        training rows. What is corrected towards their own means would undo that.

        Parameters
        ----------
        X
            (n, p) raw features, NaN where unknown.
        probabilities
            (n, K) what the model says of these rows.
        weight
            (n,) row weights.
        """
        means = _means(self.copula, X, probabilities * weight[:, None])
        return replace(self, class_means=means)

    def complete(self, X: Floats, nodes: int = 64) -> Floats:
        """Put conditional means in place of unknown entries, for fitting only.

        Parameters
        ----------
        X
            (n, p), NaN where unknown.
        nodes
            Points of the average over each unknown entry.

        Returns
        -------
        (n, p) without NaN.
        """
        completed = X.copy()
        for pattern, rows in patterns(~np.isnan(X)):
            known, unknown = np.flatnonzero(pattern), np.flatnonzero(~pattern)
            if len(unknown) == 0:
                continue
            regression, residual = self.copula.scores.conditional(known, unknown)
            spread = normal_nodes(nodes, 1) * np.sqrt(np.maximum(np.diag(residual), 0.0))
            for chunk in np.array_split(rows, len(rows) // _ROWS_AT_ONCE + 1):
                scores = np.full((len(chunk), X.shape[1]), np.nan)
                scores[:, known] = self.copula.encode(X[np.ix_(chunk, known)], known)
                mean = self.copula.scores.expected(scores, known, unknown, regression)
                values = self.copula.decode(mean[:, None, :] + spread, unknown)
                completed[np.ix_(chunk, unknown)] = values.mean(axis=1)
        return completed

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object; the covariance as its lower triangle."""
        copula = self.copula
        return {
            "prior": self.prior.tolist(),
            "class_means": self.class_means.tolist(),
            "quantiles": copula.knots.tolist(),
            "lowest_level": copula.low,
            "score_centre": copula.centre.tolist(),
            "score_scale": copula.scale.tolist(),
            "score_mean": copula.scores.mean.tolist(),
            "score_covariance": copula.scores.covariance[np.tril_indices(len(self.means))].tolist(),
            "gaps": self.gaps.encode(),
        }

    @property
    def means(self) -> Floats:
        """Mean scores (p,) of the population."""
        return self.copula.scores.mean

    @classmethod
    def decode(cls, stated: Field, width: int, classes: int) -> Population:
        """Read from a checked JSON object, for p features and K classes.

        Raises
        ------
        ArtefactError
            When a field is missing or of another shape, or the covariance is not one.
        """
        covariance = np.zeros((width, width))
        lower = np.tril_indices(width)
        covariance[lower] = stated["score_covariance"].array(len(lower[0]))
        covariance += np.tril(covariance, -1).T
        try:
            np.linalg.cholesky(covariance)
        except np.linalg.LinAlgError:
            stated["score_covariance"].fail("not a covariance")
        low = float(stated["lowest_level"].array())
        if not 0 < low <= 0.25:  # noqa: PLR2004  the range that fitting gives
            stated["lowest_level"].fail("not between 0 and 0.25")
        copula = Copula(
            knots=stated["quantiles"].array(width, KNOTS),
            low=low,
            centre=stated["score_centre"].array(width),
            scale=stated["score_scale"].array(width),
            scores=Gaussian(stated["score_mean"].array(width), covariance),
        )
        prior = stated["prior"].array(classes)
        if not (prior > 0).all() or abs(prior.sum() - 1.0) > _TINY_SUM:
            stated["prior"].fail("not shares that sum to 1")
        if (np.diff(copula.knots) < 0).any():
            stated["quantiles"].fail("not ascending")
        if (copula.scale < 0).any():
            stated["score_scale"].fail("negative")
        means, gaps = stated["class_means"].array(classes, width), stated.optional("gaps")
        return cls(
            copula, prior, means, Gaps.none(width) if gaps is None else Gaps.decode(gaps, width)
        )


def _means(copula: Copula, X: Floats, membership: Floats) -> Floats:
    """Mean scores (K, p) of classes to which rows belong with weights (n, K)."""
    scores = copula.moderate(X, np.arange(X.shape[1]))
    known = ~np.isnan(scores)
    total = membership.T @ np.where(known, scores, 0.0)
    return rounded(total / np.maximum(membership.T @ known, _TINY))


def _seen_or_not(shares: Floats, rows: int) -> Floats:
    """Give classes that no row is of the share 1/(n + K), by Laplace's rule of succession."""
    unseen = shares == 0
    least = np.where(unseen, 1.0 / (rows + len(shares)), 0.0)
    corrected: Floats = least + shares * (1.0 - least.sum())
    return corrected
