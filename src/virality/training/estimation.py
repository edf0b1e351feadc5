"""From feature rows and tiers to a classifier with its certificate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from virality.errors import DataError
from virality.labels import TIERS
from virality.model.classifier import Classifier
from virality.model.descent import Recipe, descend
from virality.model.scaling import measure
from virality.model.softmax import contrasts, log_sum_exp
from virality.model.unknown import Population
from virality.training.fitting import Problem, Rows, solve
from virality.training.selection import choose_l2

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.training.settings import Settings

_TOLERANCE = 1e-6
_FEWEST_TIERS = 2


@dataclass(frozen=True)
class Sample:
    """Training rows: features (n, p) with NaN where unknown, and as the reference fills them.

    Attributes
    ----------
    features, filled
        (n, p).
    tiers
        (n,) of 1-5.
    weight
        (n,) row weights.
    seconds
        (n,) times of posting, NaN where unknown.
    """

    features: Floats
    filled: Floats
    tiers: Ints
    weight: Floats
    seconds: Floats


@dataclass(frozen=True)
class Estimate:
    """A classifier and the evidence for it.

    Attributes
    ----------
    classifier
        Ready to predict.
    certificate
        ``converged``, ``iterations``, ``gradient_norm``, ``objective``, ``l2`` and how the penalty
        was found; plain JSON values.
    """

    classifier: Classifier
    certificate: dict[str, Any]


def estimate(sample: Sample, settings: Settings) -> Estimate:
    """Fit a classifier by the recipe that the settings name.

    Raises
    ------
    DataError
        When fewer than two tiers occur, or no feature varies.
    NotConvergedError
        When the optimum cannot be reached.
    """
    counts = tier_shares(sample)
    if (counts > 0).sum() < _FEWEST_TIERS:
        only = TIERS[int(counts.argmax())]
        raise DataError(
            f"every training video is of tier {only}, so there is nothing to tell apart",
            remedy="give more varied videos, or use --thresholds quantiles",
        )
    if settings.recipe == "reference":
        return _by_descent(sample)
    return _by_newton(sample, settings)


def tier_shares(sample: Sample) -> Floats:
    """Weighted shares of the five tiers, (5,), summing to 1."""
    totals = np.bincount(sample.tiers - 1, weights=sample.weight, minlength=len(TIERS))
    shares: Floats = totals / totals.sum()
    return shares


def _population(sample: Sample) -> Population:
    return Population.fit(sample.features, sample.tiers - 1, len(TIERS), sample.weight)


def _by_newton(sample: Sample, settings: Settings) -> Estimate:
    population = _population(sample)
    completed = population.complete(sample.features)
    if not (completed.max(axis=0) > completed.min(axis=0)).any():
        raise DataError("no feature varies between the training videos")
    present, numbers = np.unique(sample.tiers, return_inverse=True)
    balance = _balance(sample, settings)
    rows = Rows(completed, numbers.astype(np.intp), sample.weight * balance[numbers], present)
    l2 = choose_l2(rows, sample.seconds, settings.seed) if settings.l2 is None else settings.l2
    scaling = measure(rows.X, rows.weight)
    penalty = np.full(rows.X.shape[1], l2)
    solution = solve(rows, scaling=scaling, penalty=penalty, tol=_TOLERANCE, raw=False)
    coef, intercept = _all_tiers(solution.coef, solution.intercept - np.log(balance), rows)
    certificate = {
        "converged": True,
        "recipe": "converged",
        "iterations": solution.iterations,
        "gradient_norm": solution.gradient_norm,
        "tolerance": _TOLERANCE,
        "objective": solution.objective,
        "l2": l2,
        "l2_from": "validation" if settings.l2 is None else "given",
    }
    return Estimate(Classifier(coef, intercept, population), certificate)


def _balance(sample: Sample, settings: Settings) -> Floats:
    """Factors of the present tiers' weights; subtracting their logarithms undoes them later."""
    shares = tier_shares(sample)
    present = shares[shares > 0]
    if settings.class_weight is None:
        return np.ones(len(present))
    balance: Floats = 1.0 / (len(present) * present)
    return balance


def _all_tiers(coef: Floats, intercept: Floats, rows: Rows) -> tuple[Floats, Floats]:
    """Give tiers that no training row is of the little probability that they have earned.

    Laplace's rule of succession: a tier unseen in n rows has the average probability 1/(n + 5).
    """
    wide = np.zeros((len(TIERS), coef.shape[1]))
    level = float(log_sum_exp(rows.X @ coef.T + intercept).mean())
    biases = np.full(len(TIERS), level - np.log(len(rows.X) + len(TIERS)))
    places = rows.classes.astype(np.intp) - 1
    wide[places], biases[places] = coef, intercept
    return wide, biases - biases.mean()


def _by_descent(sample: Sample) -> Estimate:
    """Repeat the reference recipe, and measure how far from the optimum it stops."""
    recipe, y = Recipe(), sample.tiers - 1
    coef, intercept = descend(sample.filled, y, len(TIERS), recipe)
    ones = np.ones((len(y), 1))
    penalty = np.append(np.full(coef.shape[1], recipe.l2), 0.0)
    problem = Problem(np.hstack([sample.filled, ones]), y, ones[:, 0], penalty, len(TIERS))
    theta = contrasts(len(TIERS)).T @ np.column_stack([coef, intercept])
    point = problem.at(theta.ravel())
    certificate = {
        "converged": False,
        "recipe": "reference",
        "iterations": recipe.epochs,
        "gradient_norm": float(np.abs(point.gradient).max()),
        "objective": point.value,
        "l2": recipe.l2,
        "l2_from": "recipe",
    }
    return Estimate(Classifier(coef, intercept, _population(sample)), certificate)


def part(sample: Sample, rows: Ints) -> Sample:
    """Take some rows of a sample."""
    return replace(
        sample,
        features=sample.features[rows],
        filled=sample.filled[rows],
        tiers=sample.tiers[rows],
        weight=sample.weight[rows],
        seconds=sample.seconds[rows],
    )
