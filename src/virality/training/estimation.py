"""From labelled rows to a classifier with its certificate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from virality.errors import DataError
from virality.evaluation.metrics import surprises
from virality.labels import TIERS
from virality.model.classifier import Classifier
from virality.model.descent import Recipe, descend
from virality.model.kernels import PORTABLE
from virality.model.linear import Linear
from virality.model.population import Population
from virality.model.scaling import Scaling, measure
from virality.model.softmax import contrasts
from virality.training.additive import fit_additive
from virality.training.blocks import Block, Parts
from virality.training.calibrating import calibration
from virality.training.fitting import Rows, solve
from virality.training.problem import Problem
from virality.training.selection import choose_l2, holdout
from virality.training.uncertainty import coefficient_doubt

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.training.additive import Fitted
    from virality.training.labelled import Labelled, Task
    from virality.training.settings import Settings

Gaps = Literal["completed", "left out"]

TOLERANCE = 1e-6
_FEWEST_TIERS = 2
_FEWEST_WHOLE_ROWS = 500


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
    curves
        The fit of an additive model, before it was calibrated.
    """

    classifier: Classifier
    certificate: dict[str, Any]
    curves: Fitted | None = None


def estimate(
    task: Task, settings: Settings, refined: Callable[[Estimate, Task], Estimate] | None = None
) -> Estimate:
    """Fit a classifier: of the kind that suits the schema, by the recipe that the settings name.

    It is calibrated on rows that a fit of the same kind has not seen.

    Parameters
    ----------
    task
        The rows.
    settings
        Of the training.
    refined
        Goes on with the fit over rows that are not held, before it is calibrated.

    Raises
    ------
    DataError
        When fewer than two tiers occur, or no feature varies.
    NotConvergedError
        When the optimum cannot be reached.
    """
    rows = task.rows
    if (rows.shares > 0).sum() < _FEWEST_TIERS:
        only = TIERS[int(rows.shares.argmax())]
        raise DataError(
            f"every training video is of tier {only}, so there is nothing to tell apart",
            remedy="give more varied videos, or use --thresholds quantiles",
        )
    if settings.recipe == "reference":
        return _by_descent(rows)

    def fit(part: Task) -> Estimate:
        return _additive(part) if task.additive else _linear(part.rows, settings)

    estimated = fit(task) if refined is None else refined(fit(task), task)
    found, evidence = calibration(task, settings, lambda part: fit(part).classifier)
    return replace(
        estimated,
        classifier=estimated.classifier.calibrated(found),
        certificate={**estimated.certificate, "calibration": evidence},
    )


def _additive(task: Task) -> Estimate:
    """Fit curves to ordered cells."""
    rows, fitted = task.rows, fit_additive(task)
    population = Population.fit(rows.features, rows.tiers - 1, len(TIERS), rows.weight)
    seen = fitted.model.layout.summed(fitted.model.cells(rows.features))
    classifier = Classifier(fitted.model, population.as_seen(rows.features, seen, rows.weight))
    return Estimate(classifier, fitted.certificate, fitted)


def _linear(rows: Labelled, settings: Settings) -> Estimate:
    """Fit a softmax that is linear in its features."""
    return _by_newton(rows, settings, _gaps_choice(rows, settings))


def _gaps_choice(rows: Labelled, settings: Settings) -> Gaps:
    """Choose what fitting does with rows of which something is unknown.

    Completing them by conditional means keeps their information but blurs it; leaving them out
    keeps the model sharp where what is missing depends on other features alone. Which one foresees
    held-out rows better, gaps and all, is tried out inside the training part.
    """
    fitting, judging = holdout(rows.seconds, settings.seed)
    part, judged = rows.part(fitting), rows.part(judging)
    if len(part.gaps) == 0 or len(judging) == 0:
        return "completed"
    whole = part.part(np.setdiff1d(np.arange(len(fitting)), part.gaps))
    enough = len(whole.tiers) >= _FEWEST_WHOLE_ROWS
    if not enough or ((whole.shares > 0) != (rows.shares > 0)).any():
        return "completed"
    options: tuple[Gaps, ...] = ("completed", "left out")
    losses = [_loss(_by_newton(part, settings, option), judged) for option in options]
    return options[int(np.argmin(losses))]


def _loss(estimated: Estimate, judged: Labelled) -> float:
    probabilities = estimated.classifier.predict_proba(judged.features)
    return float(np.average(surprises(probabilities, judged.tiers), weights=judged.weight))


def _by_newton(rows: Labelled, settings: Settings, gaps: Gaps) -> Estimate:
    """Solve the objective to its optimum."""
    population = Population.fit(rows.features, rows.tiers - 1, len(TIERS), rows.weight)
    fitted = rows
    if gaps == "left out":
        fitted = rows.part(np.setdiff1d(np.arange(len(rows.tiers)), rows.gaps))
    features = population.complete(fitted.features)
    if not (features.max(axis=0) > features.min(axis=0)).any():
        raise DataError("no feature varies between the training videos")
    present, numbers = np.unique(fitted.tiers, return_inverse=True)
    balance = balance_of(rows.shares, settings)
    solver_rows = Rows(features, numbers.astype(np.intp), fitted.weight * balance[numbers], present)
    l2 = settings.l2
    if l2 is None:
        l2 = choose_l2(solver_rows, fitted.seconds, settings.seed)
    scaling = measure(features, solver_rows.weight)
    penalty = np.full(features.shape[1], l2)
    solution = solve(solver_rows, scaling=scaling, penalty=penalty, tol=TOLERANCE, raw=False)
    coef, intercept = all_tiers(
        solution.coef, solution.intercept - np.log(balance), present, len(features)
    )
    doubt = np.zeros((len(coef.T), len(present) - 1, len(TIERS)))
    doubt[:, :, present - 1] = coefficient_doubt(solver_rows, solution, scaling, l2, fitted.authors)
    certificate = {
        "converged": True,
        "recipe": "converged",
        "iterations": solution.iterations,
        "gradient_norm": solution.gradient_norm,
        "tolerance": TOLERANCE,
        "objective": solution.objective,
        "l2": l2,
        "l2_from": "validation" if settings.l2 is None else "given",
        "rows": len(fitted.tiers),
        "rows_with_gaps": len(rows.gaps),
        "gaps": gaps,
    }
    return Estimate(Classifier(Linear(coef, intercept, doubt), population), certificate)


def balance_of(shares: Floats, settings: Settings) -> Floats:
    """Factors of the present tiers' weights; subtracting their logarithms undoes them later."""
    present = shares[shares > 0]
    if settings.class_weight is None:
        return np.ones(len(present))
    balance: Floats = 1.0 / (len(present) * present)
    return balance


def all_tiers(coef: Floats, intercept: Floats, classes: Ints, rows: int) -> tuple[Floats, Floats]:
    """Give tiers that no training row is of the little probability that they have earned.

    Laplace's rule of succession gives a tier unseen in n rows the probability 1/(n + 5); here that
    is the most that any video gets. The logits of the m present tiers sum to 0, so the logarithm
    of the sum of their exponentials is at least log m, whatever the features are.
    """
    present = classes.astype(np.intp) - 1
    wide = np.zeros((len(TIERS), coef.shape[1]))
    biases = np.full(len(TIERS), np.log(len(present)) - np.log(rows + len(TIERS)))
    wide[present], biases[present] = coef, intercept - intercept.mean()
    return wide, biases - biases.mean()


def _by_descent(rows: Labelled) -> Estimate:
    """Repeat the reference recipe, and measure how far from the optimum it stops."""
    recipe, y = Recipe(), rows.tiers - 1
    coef, intercept = descend(rows.filled, y, len(TIERS), recipe)
    block = Block(rows.filled, y, np.ones(len(y)))
    plain = Scaling(np.zeros(coef.shape[1]), np.ones(coef.shape[1]))
    penalty = np.append(np.full(coef.shape[1], recipe.l2), 0.0)
    problem = Problem(Parts.of(block), plain, penalty, len(TIERS), PORTABLE)
    theta = contrasts(len(TIERS)).T @ np.column_stack([coef, intercept])
    point = problem.slope(theta.ravel())
    certificate = {
        "converged": False,
        "recipe": "reference",
        "iterations": recipe.epochs,
        "gradient_norm": float(np.abs(point.gradient).max()),
        "objective": point.value,
        "l2": recipe.l2,
        "l2_from": "recipe",
    }
    population = Population.fit(rows.features, y, len(TIERS), rows.weight)
    return Estimate(Classifier(Linear(coef, intercept), population), certificate)
