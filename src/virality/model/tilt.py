"""The smallest correction of probabilities that restores known means.

References
----------
Csiszár, I. (1975). I-divergence geometry of probability distributions and minimization problems.
*Annals of Probability* 3, 146-158.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.model.newton import newton_direction
from virality.model.softmax import log_sum_exp, softmax

if TYPE_CHECKING:
    from virality.arrays import Floats

_STEPS = 12
_TINY = 1e-12
_ENOUGH = 1e-7  # nats, far below what a probability shows


def fit_tilt(offset: Floats, scores: Floats, target: Floats, ridge: float) -> Floats:
    """Fit the correction by damped Newton steps.

    Parameters
    ----------
    offset
        (m, K) logarithm of the average at m equally likely points of the population.
    scores
        (m, d) the points' known scores.
    target
        (K, d + 1) share times mean scores, and share, of each class.
    ridge
        Penalty on the squared coefficients; a hundredth of it on the constants.
    """
    points = np.column_stack([scores, np.ones(len(scores))])
    penalty = np.append(np.full(scores.shape[1], ridge), 0.01 * ridge)
    theta = np.zeros(target.shape)
    value = _divergence(theta, offset, points, target, penalty)
    for _ in range(_STEPS):
        probabilities = softmax(offset + points @ theta.T)
        gradient = probabilities.T @ points / len(points) - target + penalty * theta
        curvature = _curvature(probabilities, points)
        curvature[np.diag_indices(len(curvature))] += np.tile(penalty, len(target)) + 1e-9
        step = newton_direction(curvature, gradient.ravel()).reshape(theta.shape)
        while (new := _divergence(theta + step, offset, points, target, penalty)) > value:
            step = step / 2
            if np.abs(step).max() < _TINY:
                return theta
        drop, theta, value = value - new, theta + step, new
        if drop < _ENOUGH:
            break
    return theta


def _divergence(
    theta: Floats, offset: Floats, points: Floats, target: Floats, penalty: Floats
) -> float:
    normaliser = log_sum_exp(offset + points @ theta.T).mean()
    return float(normaliser - (theta * target).sum() + 0.5 * (penalty * theta**2).sum())


def _curvature(probabilities: Floats, points: Floats) -> Floats:
    """Second derivative ((K d), (K d)) of the mean normaliser in the tilt."""
    (count, classes), width = probabilities.shape, points.shape[1]
    result = np.empty((classes, width, classes, width))
    for first in range(classes):
        for second in range(first, classes):
            weight = probabilities[:, first] * ((first == second) - probabilities[:, second])
            block = (points * (weight / count)[:, None]).T @ points
            result[first, :, second, :] = result[second, :, first, :] = block
    return result.reshape(classes * width, classes * width)
