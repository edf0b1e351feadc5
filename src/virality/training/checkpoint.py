"""Watching a fit: what it has reached after each pass, told and saved, so that it can go on."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from virality.errors import LostError, OptionError
from virality.model.kernels import kernel
from virality.model.line import Slope
from virality.model.softmax import contrasts
from virality.storage.atomic import require_writable, write_document
from virality.storage.checked import read_document
from virality.training.fitting import Solution, gradient_norm
from virality.training.problem import Problem
from virality.training.solving import solved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from virality.arrays import Floats
    from virality.model.newton import Point
    from virality.model.scaling import Scaling
    from virality.training.blocks import Parts

S = TypeVar("S", bound=Slope)

_FORMAT = "virality-checkpoint-1"


@dataclass(frozen=True)
class Progress:
    """How far a fit has come.

    Attributes
    ----------
    passes
        Evaluations of the objective over all rows so far.
    rows
        How many rows each passes over.
    gradient_norm
        Of the last one, as the certificate measures it.
    """

    passes: int
    rows: int
    gradient_norm: float


@dataclass(frozen=True)
class Posed:
    """What tells one problem from another: columns, labels, the number of rows, the penalty."""

    features: tuple[str, ...]
    label: str
    weight: str | None
    classes: tuple[float, ...]
    rows: int
    l2: float


class Watch:
    """Sees each pass, and keeps the best point.

    Parameters
    ----------
    posed
        The problem.
    checkpoint
        A file to begin from where it exists, and to save the best point in; None is neither.
    progress
        Told of each pass.
    unknowns
        How many numbers a point has; None is a softmax's.

    Raises
    ------
    OptionError
        When the checkpoint is of another problem.
    ArtefactError
        When it is damaged.
    OutputError
        When it could not be written.
    """

    def __init__(
        self,
        posed: Posed,
        checkpoint: str | Path | None = None,
        progress: Callable[[Progress], object] | None = None,
        unknowns: int | None = None,
    ) -> None:
        self.posed, self._progress = posed, progress
        slopes = len(posed.features) + 1
        self._unknowns = (len(posed.classes) - 1) * slopes if unknowns is None else unknowns
        self._path = None if checkpoint is None else Path(checkpoint)
        self._passes, self._best, self._saved = 0, np.inf, False
        self._start: Floats | None = None
        if self._path is not None:
            require_writable(self._path)
            self._start = self._read(self._path) if self._path.exists() else None

    def start(self) -> Floats | None:
        """Give the saved point, once."""
        start, self._start = self._start, None
        return start

    def passed(self, x: Floats, size: float) -> None:
        """Note a point (d,) and the gradient norm there."""
        self._passes += 1
        if size < self._best:
            self._best = size
            self._write(x)
        if self._progress is not None:
            self._progress(Progress(self._passes, self.posed.rows, size))

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Say where the best point is, should the workers be lost.

        Raises
        ------
        LostError
            Then.
        """
        try:
            yield
        except LostError as error:
            remedy = "give a checkpoint, so that the next fit goes on from where this one was"
            if self._path is not None:
                remedy = "no pass was done yet: start again"
            if self._saved:
                remedy = f"the best state is saved in {self._path}: the same call goes on from it"
            raise LostError(error.what, where=error.where, remedy=remedy) from error

    def _write(self, x: Floats) -> None:
        if self._path is not None:
            state = {"gradientNorm": self._best, "theta": x.tolist()}
            write_document({"format": _FORMAT, "problem": asdict(self.posed)} | state, self._path)
            self._saved = True

    def _read(self, path: Path) -> Floats:
        document = read_document(path)
        if document["format"].text() != _FORMAT:
            document["format"].fail("not a checkpoint of this version")
        saved = document["problem"].members()
        for name, value in asdict(self.posed).items():
            wanted = list(value) if isinstance(value, tuple) else value
            if saved.get(name) != wanted:
                raise OptionError(
                    f"the checkpoint is of another problem: its {name} is {saved.get(name)!r}, "
                    f"not {wanted!r}",
                    where=str(path),
                    remedy="give another file, or remove this one",
                )
        self._saved = True
        return document["theta"].array(self._unknowns)


@dataclass(frozen=True)
class Watched(Problem):
    """An objective whose passes over all rows are watched; samples of it are not.

    The first point of a search is the saved one, where there is one, whatever point is asked for:
    a search goes on from the point that it is given back.
    """

    watch: Watch
    all_rows: Parts
    norm: Callable[[Floats], float]

    def slope(self, x: Floats) -> Slope:
        """Value and gradient."""
        return self._seen(super().slope(self._from(x)))

    def at(self, x: Floats) -> Point:
        """Value, gradient and Hessian."""
        return self._seen(super().at(self._from(x)))

    def _from(self, x: Floats) -> Floats:
        saved = self.watch.start() if self.parts is self.all_rows else None
        return x if saved is None else saved

    def _seen(self, point: S) -> S:
        if self.parts is self.all_rows:
            self.watch.passed(point.x, self.norm(point.gradient))
        return point


def watched_solution(
    parts: Parts,
    watch: Watch,
    *,
    scaling: Scaling,
    penalty: Floats,
    tol: float,
    raw: bool = True,
) -> Solution:
    """Minimise the objective as :func:`~virality.training.fitting.solution` does, and be watched.

    Parameters
    ----------
    parts
        What is fitted.
    watch
        Sees each pass, and knows the labels.
    scaling
        Centre and spread of the columns.
    penalty
        (p,) the penalty's factor for each standardised coefficient.
    tol
        The gradient norm to reach.
    raw
        Whether the gradient is measured in raw columns (true) or in standardised ones.

    Raises
    ------
    NotConvergedError
        When the tolerance cannot be reached.
    LostError
        When those who work are gone.
    """
    classes = np.array(watch.posed.classes)
    count = len(classes)
    norm = gradient_norm(scaling if raw else None, count, tol)
    chosen = kernel(len(parts))
    whole = np.append(penalty, 0.0)
    found = solved(Watched(parts, scaling, whole, count, chosen, watch, parts, norm), tol, norm)
    full = contrasts(count) @ found.x.reshape(count - 1, -1)
    coef, intercept = scaling.fold(full[:, :-1], full[:, -1])
    return Solution(coef, intercept, classes, found.iterations, found.gradient_norm, found.value)
