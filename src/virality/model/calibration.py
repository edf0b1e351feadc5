r"""Making probabilities mean what they say, by rows that have not trained.

With :math:`\ell_k = \log p_k` less its mean over the tiers, calibrated probabilities are

.. math:: p'_k \propto \exp(s_k \ell_k + a_k).

One slope for all tiers and no shifts is *temperature*; a slope and a shift for each tier is
*vector* scaling; slopes of 1 and no shifts change nothing. For a softmax, :math:`\ell` are its
logits less their mean, so that calibrating it gives a softmax again.

References
----------
Guo, C. et al. (2017). On calibration of modern neural networks. *ICML* 34.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from virality.model.linear import Linear
from virality.model.softmax import log_sum_exp, softmax

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.cells import Cells
    from virality.model.newton import Point
    from virality.model.unknown import Full
    from virality.storage.checked import Field

_TINY = 1e-12
_LIKE_ROWS = 10.0
_FOLDS = 5


@dataclass(frozen=True)
class Calibration:
    """What is done to the centred log-probabilities of K tiers.

    Attributes
    ----------
    slope, shift
        (K,) factors, and what is added.
    """

    slope: Floats
    shift: Floats

    @classmethod
    def identity(cls, tiers: int) -> Calibration:
        """Change nothing."""
        return cls(np.ones(tiers), np.zeros(tiers))

    @property
    def changes(self) -> bool:
        """Whether it changes anything."""
        return bool((self.slope != 1.0).any() or self.shift.any())

    def apply(self, probabilities: Floats) -> Floats:
        """Calibrate (n, K) probabilities."""
        return softmax(_centred(probabilities) * self.slope + self.shift)

    def fold(self, linear: Linear) -> Linear:
        """Give the softmax whose probabilities are the calibrated ones of another."""
        coef = self.slope[:, None] * (linear.coef - linear.coef.mean(axis=0))
        intercept = self.slope * (linear.intercept - linear.intercept.mean()) + self.shift
        doubt = None if linear.doubt is None else linear.doubt * self.slope
        return Linear(coef - coef.mean(axis=0), intercept - intercept.mean(), doubt)

    def encode(self) -> dict[str, Any]:
        """Turn into a JSON object."""
        return {"slope": self.slope.tolist(), "shift": self.shift.tolist()}

    @classmethod
    def decode(cls, stated: Field, tiers: int) -> Calibration:
        """Read from a checked JSON object, for K tiers.

        Raises
        ------
        ArtefactError
            When a field is missing or has another shape.
        """
        return cls(stated["slope"].array(tiers), stated["shift"].array(tiers))


@dataclass(frozen=True)
class Calibrated:
    """A full model whose tiers are calibrated, their cells moving along.

    Attributes
    ----------
    model
        As it was fitted.
    calibration
        Of the probabilities of its tiers.
    """

    model: Full
    calibration: Calibration

    @property
    def layout(self) -> Cells:
        """The cells of the model."""
        return self.model.layout

    @property
    def gaps(self) -> bool:
        """Whether the model answers common gaps by itself."""
        return self.model.gaps

    def cells(self, X: Floats) -> Floats:
        """Give the probabilities (n, C) of rows (n, p)."""
        cells = self.model.cells(X)
        return self.layout.moved(cells, self.calibration.apply(self.layout.summed(cells)))

    def part(self, feature: int, values: Floats) -> Floats:
        """Give what values (n,) of one feature add to the predictors of the model, (n, D)."""
        return self.model.part(feature, values)

    def doubts(self, feature: int, values: Floats) -> Floats | None:
        """Give how far off what values (n,) of one feature add may be, (r, n, D), if told."""
        return self.model.doubts(feature, values)

    def expected(self, predictors: Floats, worth: Floats) -> Floats:
        """Average the tiers' worth (K,) at sums (n, D) of all features' parts: (n,)."""
        value: Floats = self.tiers(predictors) @ worth
        return value

    def tiers(self, predictors: Floats) -> Floats:
        """Give the calibrated probabilities (n, K) of sums (n, D) of all features' parts."""
        return self.calibration.apply(self.model.tiers(predictors))


class _Fit(Protocol):
    def __call__(self, probabilities: Floats, y: Ints, weight: Floats) -> Calibration: ...


def fit_temperature(probabilities: Floats, y: Ints, weight: Floats) -> Calibration:
    """Fit one slope by log-loss, drawn a little towards 1.

    Parameters
    ----------
    probabilities
        (n, K) of rows that have not trained.
    y
        (n,) their tiers 0..K-1.
    weight
        (n,) row weights.
    """
    tiers = probabilities.shape[1]
    basis = np.zeros((2 * tiers, 1))
    basis[:tiers] = 1.0
    return _fitted(probabilities, y, weight, basis)


def fit_vector(probabilities: Floats, y: Ints, weight: Floats) -> Calibration:
    """Fit a slope and a shift for each tier; parameters as in :func:`fit_temperature`."""
    return _fitted(probabilities, y, weight, np.eye(2 * probabilities.shape[1]))


_CANDIDATES: dict[str, _Fit] = {"temperature": fit_temperature, "vector": fit_vector}


@dataclass(frozen=True)
class Choice:
    """The calibration that was chosen, and why.

    Attributes
    ----------
    kind
        ``"identity"``, ``"temperature"`` or ``"vector"``.
    calibration
        Fitted on all rows given.
    losses
        Log-loss of each kind on rows that did not fit it, in nats.
    """

    kind: str
    calibration: Calibration
    losses: dict[str, float]


def choose(probabilities: Floats, y: Ints, weight: Floats, groups: Ints) -> Choice:
    """Choose a calibration by log-loss on rows that neither trained the model nor fitted it.

    Each fifth of the groups judges what the others fit. Changing nothing is preferred unless
    another kind is better by more than the standard error of the difference.

    Parameters
    ----------
    probabilities, y, weight
        As in :func:`fit_temperature`.
    groups
        (n,) numbers of what belongs together, such as the videos of one account.
    """
    fold = np.unique(groups, return_inverse=True)[1] % _FOLDS
    losses = {"identity": _surprises(probabilities, y)}
    for kind, fit in _CANDIDATES.items():
        losses[kind] = np.empty(len(y))
        for number in np.unique(fold):
            judging, fitting = fold == number, fold != number
            given = probabilities[fitting], y[fitting], weight[fitting]
            calibration = fit(*given) if fitting.any() else Calibration.identity(_width(given[0]))
            losses[kind][judging] = _surprises(
                calibration.apply(probabilities[judging]), y[judging]
            )
    means = {kind: float(np.average(loss, weights=weight)) for kind, loss in losses.items()}
    best = min(_CANDIDATES, key=lambda kind: means[kind])
    gain = weight * (losses["identity"] - losses[best])
    error = np.sqrt((np.bincount(np.unique(groups, return_inverse=True)[1], gain) ** 2).sum())
    if gain.sum() <= error:
        return Choice("identity", Calibration.identity(_width(probabilities)), means)
    return Choice(best, _CANDIDATES[best](probabilities, y, weight), means)


def _width(probabilities: Floats) -> int:
    return int(probabilities.shape[1])


def _centred(probabilities: Floats) -> Floats:
    logarithms = np.log(np.maximum(probabilities, _TINY))
    centred: Floats = logarithms - logarithms.mean(axis=1, keepdims=True)
    return centred


def _surprises(probabilities: Floats, y: Ints) -> Floats:
    surprises: Floats = -np.log(np.maximum(probabilities[np.arange(len(y)), y], _TINY))
    return surprises


def _fitted(probabilities: Floats, y: Ints, weight: Floats, basis: Floats) -> Calibration:
    """Minimise the log-loss over slopes and shifts that differ from 1 and 0 by ``basis @ x``."""
    from virality.model.newton import Point, minimise  # noqa: PLC0415  applying solves nothing

    tiers = probabilities.shape[1]
    centred, share = _centred(probabilities), weight / weight.sum()
    ridge = _LIKE_ROWS / len(y) * (basis**2).sum(axis=0)
    actual = np.eye(tiers)[y]

    def at(x: Floats) -> Point:
        change = basis @ x
        logits = centred * (1.0 + change[:tiers]) + change[tiers:]
        p = softmax(logits)
        value = share @ (log_sum_exp(logits) - logits[np.arange(len(y)), y])
        left = (p - actual) * share[:, None]
        gradient = np.concatenate([(left * centred).sum(axis=0), left.sum(axis=0)])
        hessian = basis.T @ _curvature(p, centred, share) @ basis
        hessian[np.diag_indices(len(x))] += ridge
        return Point(
            x,
            float(value + 0.5 * (ridge * x**2).sum()),
            basis.T @ gradient + ridge * x,
            hessian,
        )

    change = basis @ minimise(at, np.zeros(basis.shape[1]), tolerance=1e-8).x
    return Calibration(1.0 + change[:tiers], change[tiers:])


def _curvature(p: Floats, centred: Floats, share: Floats) -> Floats:
    """Second derivative of the log-loss in all slopes and shifts, (2 K, 2 K)."""
    moves = np.concatenate([centred, np.ones_like(centred)], axis=1)
    weighted = np.concatenate([p, p], axis=1) * moves * share[:, None]
    same = np.tile(np.eye(p.shape[1]), (2, 2))
    outer = weighted.T @ (np.concatenate([p, p], axis=1) * moves)
    curvature: Floats = same * (weighted.T @ moves) - outer
    return curvature
