"""The last passes: a fit to the rows that were drawn goes on over all of them.

What the fit's shape is made of (penalties, pieces of curves, cells, what completes unknown
entries) comes from the rows that were drawn; the coefficients are those at which all rows have
their optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np

from virality.model.kernels import kernel
from virality.model.linear import Linear
from virality.scale import Summable, blocks_of, fold
from virality.training.additive import DESIGN_EFFECT, HALF_LIFE
from virality.training.blocks import Block
from virality.training.checkpoint import Posed, Watch, watched_solution
from virality.training.estimation import TOLERANCE, Estimate, all_tiers, balance_of
from virality.training.fitting import measured
from virality.training.passes.parts import Celled, Completed, parts_of
from virality.training.penalised import polished
from virality.training.steps import Rows
from virality.training.streaming import placed

if TYPE_CHECKING:
    from collections.abc import Callable

    from virality.arrays import Floats, Ints
    from virality.model.classifier import Classifier
    from virality.model.population import Population
    from virality.training.additive import Fitted
    from virality.training.blocks import Parts
    from virality.training.checkpoint import Progress
    from virality.training.labelled import Labelled, Task
    from virality.training.means import Means
    from virality.training.passes.cache import Cache
    from virality.training.plan import Plan
    from virality.training.settings import Settings

S = TypeVar("S", bound=Summable)


@dataclass(frozen=True)
class Passes:
    """Goes on with fits, over all rows of a cache that train.

    Attributes
    ----------
    cache
        The rows.
    settings, means
        Of the training.
    suffix
        Of the checkpoint's name.
    tell
        Told of each pass.
    """

    cache: Cache
    settings: Settings
    means: Means
    suffix: str
    tell: Callable[[str], None]

    def refined(self, estimated: Estimate, task: Task) -> Estimate:
        """Find the optimum of all rows.

        Parameters
        ----------
        estimated
            The fit to the rows that were drawn.
        task
            Those rows.

        Raises
        ------
        OptionError
            When the cluster does not answer, or the checkpoint is of another problem.
        NotConvergedError
            When the optimum cannot be reached.
        LostError
            When those who work are gone.
        """
        if estimated.curves is None:
            return _linear(self, estimated, task)
        return _additive(self, estimated.classifier, estimated.curves, task.rows)

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(self.cache.training)

    def watch(self, classes: Floats | Ints, l2: float, unknowns: int) -> Watch:
        """Watch a fit to these labels, or cells that begin there."""
        settings, path = self.settings, self.means.checkpoint
        posed = Posed(
            settings.inputs.names, settings.outcome, settings.weight,
            tuple(classes.tolist()), self.rows, l2,
        )  # fmt: skip
        named = None if path is None else Path(f"{path}{self.suffix}")
        return Watch(posed, named, self._passed, unknowns)

    def _passed(self, state: Progress) -> None:
        self.tell(
            f"fitting: pass {state.passes}, {state.rows:,} rows, "
            f"gradient norm {state.gradient_norm:.1e}"
        )


def _linear(passes: Passes, estimated: Estimate, task: Task) -> Estimate:
    """Go on with a softmax."""
    means = passes.means
    rows, classifier, certificate = task.rows, estimated.classifier, estimated.certificate
    left_out = certificate["gaps"] == "left out"
    fitted = rows.part(np.setdiff1d(np.arange(len(rows.tiers)), rows.gaps)) if left_out else rows
    classes, factors = np.unique(fitted.tiers), balance_of(rows.shares, passes.settings)
    known = np.flatnonzero(~np.isnan(rows.features).all(axis=0))
    reader = Completed(
        _population_of(classifier), np.asarray(task.thresholds), classes, factors,
        needed=known if left_out else known[:0],
    )  # fmt: skip
    share = len(rows.tiers) / passes.rows
    l2 = certificate["l2"] * (1.0 if passes.settings.l2 is not None else share)
    width = rows.features.shape[1]
    watch = passes.watch(classes, l2, (len(classes) - 1) * (width + 1))
    parts = parts_of(passes.cache, reader)
    with watch.guarding(), placed(parts, means.executor, means.cluster) as there:
        solution = watched_solution(
            there, watch, scaling=measured(there, kernel(len(there))),
            penalty=np.full(width, l2), tol=TOLERANCE, raw=False,
        )  # fmt: skip
    gaps = passes.cache.gaps()
    used = passes.rows - gaps * left_out
    coef, intercept = all_tiers(solution.coef, solution.intercept - np.log(factors), classes, used)
    doubt = cast("Linear", classifier.model).doubt
    model = Linear(coef, intercept, None if doubt is None else doubt * np.sqrt(share))
    evidence = {
        "iterations": solution.iterations,
        "gradient_norm": solution.gradient_norm,
        "objective": solution.objective,
        "l2": l2,
        "rows": used,
        "rows_with_gaps": gaps,
    }
    return Estimate(replace(classifier, model=model), {**certificate, **evidence})


def _additive(passes: Passes, classifier: Classifier, curves: Fitted, rows: Labelled) -> Estimate:
    """Go on with curves."""
    plan, state, means = curves.plan, curves.optimum.state, passes.means
    half_life = HALF_LIFE if np.isfinite(rows.seconds).any() else None
    parts = parts_of(passes.cache, Celled(plan, half_life, passes.rows))
    watch = passes.watch(plan.edges, 0.0, len(state.point))
    start = watch.start()
    with watch.guarding(), placed(parts, means.executor, means.cluster) as there:
        laid = Laid(plan.numbers, DESIGN_EFFECT, there, plan, there.fold(_weight))
        optimum = polished(
            laid,
            replace(state if start is None else state.moved(start), steps=0),
            lambda work: watch.passed(work.state.point, work.norm),
        )
    moved = curves.moved(optimum, passes.rows)
    seen = moved.model.layout.summed(moved.model.cells(rows.features))
    population = _population_of(classifier).as_seen(rows.features, seen, rows.weight)
    certificate = moved.certificate | {"rows_with_gaps": passes.cache.gaps()}
    return Estimate(
        replace(classifier, model=moved.model, population=population), certificate, moved
    )


def _population_of(classifier: Classifier) -> Population:
    """Give what was learned of unknown inputs: a fit always learns it, a file may hold none."""
    return cast("Population", classifier.population)


@dataclass(frozen=True)
class Laid(Rows):
    """Rows that are laid out as columns where they are worked on, and nowhere held so.

    Attributes
    ----------
    parts, effect
        As for any rows.
    there
        The rows: features, cells and weights.
    plan
        What lays them out.
    weights
        Sum of all weights.
    """

    parts: Ints
    effect: float
    there: Parts
    plan: Plan
    weights: float

    @property
    def total(self) -> float:
        """Sum of all weights."""
        return self.weights

    def fold(self, function: Callable[[Block], S], size: int) -> S:
        """Add up what a function gives for blocks of at most ``size`` rows, in their order."""
        return self.there.fold(partial(_laid, self.plan, function, size))


def _laid(plan: Plan, function: Callable[[Block], S], size: int, block: Block) -> S:
    def some(rows: slice) -> S:
        part = block[rows]
        return function(Block(plan.laid(part.X), part.y, part.weight))

    return fold(some, blocks_of(len(block), size))


def _weight(block: Block) -> float:
    return float(block.weight.sum())
