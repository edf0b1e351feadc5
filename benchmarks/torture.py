"""Fits of data that no one should have: each is an optimum, checked apart, or a clear error.

    python benchmarks/torture.py       # the table of docs/reliability.md

What is checked is the gradient at the coefficients as they are returned, in the columns as they are
given, with sums in long double and none of the package's code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from virality.errors import ViralityError
from virality.training.fitting import Solution, fit_softmax

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOL = 1e-6
_EPS = float(np.finfo(float).eps)
_FORGIVEN = 64 * _EPS  # as fit_softmax documents: round-off of a column's size


@dataclass(frozen=True)
class Case:
    """X (n, p), y (n,), a penalty, and whether there is an optimum to be found."""

    name: str
    X: Floats
    y: Ints
    l2: float
    optimum: bool = True


@dataclass(frozen=True)
class Outcome:
    """What came of a case: gradient over what is allowed (at most 1 is an optimum), or an error."""

    excess: float
    gradient: float
    steps: int
    error: str = ""


def drawn(rows: int = 2000, width: int = 4, classes: int = 3, seed: int = 0) -> tuple[Floats, Ints]:
    """Draw ordinary rows, from which every case is spoiled."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(rows, width))
    logits = X @ generator.normal(size=(width, classes)) + generator.gumbel(size=(rows, classes))
    y = logits.argmax(axis=1)
    y[:classes] = np.arange(classes)
    return X, y


def cases(many: int = 1_000_000) -> list[Case]:
    """List all cases; the class of ten rows is among so many."""
    return [*_scales(), *_penalties(), *_collinear(), *_separable(), *_rare(many), *_extremes()]


def _scales() -> list[Case]:
    X, y = drawn()
    made = [Case(f"all columns times 1e{e}", X * 10.0**e, y, 1e-3) for e in (-12, -6, 6, 12)]
    wide = X * 10.0 ** np.array([-12, -4, 4, 12])
    made += [Case(f"columns times 1e-12 to 1e12, l2={l2:g}", wide, y, l2) for l2 in (0, 1e-3)]
    far = [Case(f"all columns plus 1e{e}", X + 10.0**e, y, 1e-3) for e in (4, 8, 12, 15)]
    return made + far


def _penalties() -> list[Case]:
    return [Case(f"l2={l2:g}", *drawn(), l2) for l2 in (0, 1e-12, 1e-6, 1, 1e3, 1e6)]


def _collinear() -> list[Case]:
    X, y = drawn()
    nearly = X[:, 0] * (1 + 1e-12 * np.random.default_rng(1).normal(size=len(X)))
    spoiled = {
        "a column twice, another the sum of two": [X[:, 0], 2 * X[:, 1] - X[:, 2]],
        "a column twice but for 1e-12": [nearly],
        "a constant column": [np.full(len(X), 5.0)],
    }
    return [
        Case(f"{name}, l2={l2:g}", np.column_stack([X, *columns]), y, l2)
        for name, columns in spoiled.items()
        for l2 in (0, 1e-12, 1e-3)
    ]


def _separable() -> list[Case]:
    X, _ = drawn()
    y = (X[:, 0] > 0).astype(np.int64)
    penalties = (0, 1e-12, 1e-6, 1e-3)
    return [Case(f"separable, l2={l2:g}", X, y, l2, optimum=l2 > 0) for l2 in penalties]


def _rare(many: int) -> list[Case]:
    generator = np.random.default_rng(2)
    X, y = generator.normal(size=(many + 10, 2)), np.zeros(many + 10, dtype=np.int64)
    y[generator.choice(many + 10, 10, replace=False)] = 1
    return [Case(f"{many:,} rows of one class, ten of another, l2={l2:g}", X, y, l2)
            for l2 in (1e-6, 1e-3)]  # fmt: skip


def _extremes() -> list[Case]:
    X, y = drawn()
    signs = np.sign(np.random.default_rng(3).normal(size=len(X)))
    lone = np.where(np.arange(len(X)) == 7, 1.0, 0.0)

    def beside(column: Floats) -> Floats:
        return np.column_stack([X, column])

    return [
        Case("all numbers subnormal", X * 1e-310, y, 1e-3),
        Case("one column subnormal, l2=0", beside(signs * 5e-324), y, 0),
        Case("a column of 1e100", beside(signs * 1e100), y, 1e-3),
        Case("a column of 1e150", beside(signs * 1e150), y, 1e-3),
        Case("a column of 1e200", beside(signs * 1e200), y, 1e-3, optimum=False),
        Case("a column of 1.7e308", beside(signs * 1.7e308), y, 1e-3, optimum=False),
        Case("one number of 1e12, zeros else", beside(lone * 1e12), y, 1e-3),
        Case("one number of 1e300, zeros else", beside(lone * 1e300), y, 1e-3, optimum=False),
        Case("one number that is NaN", beside(np.where(lone, np.nan, 0)), y, 1e-3, optimum=False),
    ]


def outcome(case: Case) -> Outcome:
    """Fit a case, and look at what came of it."""
    try:
        found = fit_softmax(case.X, case.y, l2=case.l2, tol=TOL)
    except ViralityError as error:
        return Outcome(np.inf, np.inf, 0, str(error))
    gradient, allowed = _gradient(case, found)
    return Outcome(float((gradient / allowed).max()), float(gradient.max()), found.iterations)


def _gradient(case: Case, found: Solution) -> tuple[NDArray[np.longdouble], Floats]:
    """Give the gradient's absolute entries (p+1,), each its largest, and how large each may be.

    The tolerance; or what round-off of a column's size makes of it; and what the gradient changes
    by when logits change by their own round-off, for coefficients are 64-bit numbers.
    """
    X, coef = case.X.astype(np.longdouble), found.coef.astype(np.longdouble)
    logits = X @ coef.T + found.intercept
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(case.y)), case.y] -= 1
    slopes = shares.T @ X / len(X) + case.l2 * coef
    gradient = np.append(np.abs(slopes).max(axis=0), np.abs(shares.mean(axis=0)).max())
    size = np.append(np.abs(case.X).max(axis=0), 1.0)
    blur = 4 * _EPS * (np.abs(X) @ np.abs(coef.T) + np.abs(found.intercept)).max()
    allowed = np.maximum(TOL, _FORGIVEN * size) + size * blur
    return gradient, allowed.astype(float)


def main() -> None:
    """Print the table."""
    print(
        "| data | Newton or gradient steps | largest entry of the gradient | of what is allowed |"
    )
    print("|---|---|---|---|")
    for case in cases():
        found = outcome(case)
        if found.error:
            print(f"| {case.name} | | error: {found.error} | |")
        else:
            print(f"| {case.name} | {found.steps} | {found.gradient:.0e} | {found.excess:.2g} |")


if __name__ == "__main__":
    main()
