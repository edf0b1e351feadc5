"""Which features give back the tier: every set of one, two and three is tried.

A set rebuilds the tier when four thresholds on one number give it back, and that number is a
weighted sum of the features, or of their logarithms (a product of powers). Proportional odds find
the weights; where a sum gives back every tier, they converge to such a sum. All sets are fitted on
a few hundred rows; the most promising are fitted again on more and judged on all rows, with the
best thresholds that there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np

from virality.evaluation.leaks import rebuilt_share
from virality.model.cumulative import fit_sets

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints

Form = Literal["values", "logarithms"]

MOST_FEATURES = 3
FEWEST_ROWS = 100
_EXACT = 0.99
_KNOWN = 0.1
_BLOCK = 64
_AT_ONCE = 12
_ROUNDS = 4


@dataclass(frozen=True)
class _Stage:
    """How many rows are fitted, with how many steps, and which sets come through.

    At most ``passing`` do, and the best alone unless ``hope`` of the tiers' log-loss is explained.
    What gives back nearly every tier explains nearly all of it, and after a few steps most.
    """

    rows: int
    steps: int
    passing: int
    hope: float


_SCREEN = _Stage(rows=200, steps=4, passing=120, hope=0.5)
_SIEVE = _Stage(rows=1200, steps=10, passing=_AT_ONCE * _ROUNDS, hope=0.7)
_VERDICT = _Stage(rows=20_000, steps=40, passing=_AT_ONCE, hope=0.7)


@dataclass(frozen=True)
class Rebuilt:
    """How well a set of features gives back the tier.

    Attributes
    ----------
    features
        Their names, in the order of the columns.
    form
        Whether their values or their logarithms are summed.
    share
        Share of the rows that know them all whose tier is given back, 0 to 1.
    rows
        How many rows that is.
    exact
        Whether next to nothing is left of what the commonest tier alone would miss.
    """

    features: tuple[str, ...]
    form: Form
    share: float
    rows: int
    exact: bool


@dataclass(frozen=True)
class Search:
    """What a search found.

    Attributes
    ----------
    sets
        How many sets were tried.
    found
        Those that rebuild the tier, the smallest first; no set with a part that does so alone.
    closest
        The best of all others; None where there is none.
    """

    sets: int
    found: tuple[Rebuilt, ...]
    closest: Rebuilt | None


def search(features: Floats, names: tuple[str, ...], tiers: Ints, seed: int = 0) -> Search:
    """Try every set of at most three features.

    Parameters
    ----------
    features
        (n, p), NaN where unknown. A feature known of less than a tenth of the rows, or of fewer
        than a hundred, is left out.
    names
        (p,) names of the features.
    tiers
        (n,) tiers 1-5.
    seed
        Of the choice of rows that are fitted.
    """
    known = np.isfinite(features).sum(axis=0)
    columns = np.flatnonzero(known >= max(FEWEST_ROWS, _KNOWN * len(tiers)))
    if len(columns) == 0 or len(np.unique(tiers)) == 1:
        return Search(0, (), None)
    order = np.random.default_rng(seed).permutation(len(tiers))
    hunt = _Hunt(_forms(features[:, columns]), tiers, order)
    found: list[tuple[tuple[int, ...], Rebuilt]] = []
    others: list[Rebuilt] = []
    tried = 0
    for size in range(1, min(MOST_FEATURES, len(columns)) + 1):
        sets = [each for each in combinations(range(len(columns)), size) if _new(each, found)]
        if not sets:
            break
        tried += len(sets)
        for chosen, form, share, rows, exact in hunt.judged(np.array(sets, dtype=np.intp)):
            if _new(chosen, found):
                named = tuple(names[columns[place]] for place in chosen)
                rebuilt = Rebuilt(named, form, share, rows, exact)
                if exact:
                    found.append((chosen, rebuilt))
                else:
                    others.append(rebuilt)
    closest = max(others, key=lambda one: one.share, default=None)
    return Search(tried, tuple(one for _, one in found), closest)


def _new(chosen: tuple[int, ...], found: list[tuple[tuple[int, ...], Rebuilt]]) -> bool:
    """Tell whether no part of a set was found to suffice."""
    return not any(set(part) <= set(chosen) for part, _ in found)


def _forms(features: Floats) -> dict[Form, Floats]:
    """Give the columns (p, n) as they are and as logarithms, each at mean 0 and spread 1."""
    values = features.T
    positive = np.where(values > 0, values, np.inf).min(axis=1, keepdims=True)
    curved = np.nanmin(values, axis=1, keepdims=True) >= 0
    curved &= np.isfinite(positive)
    floor = np.where(curved, positive / 2, 1.0)
    logarithms = np.where(curved, np.log(np.fmax(np.where(curved, values, 1.0), floor)), values)
    logarithms = np.where(np.isnan(values), np.nan, logarithms)
    return {"values": _standardised(values), "logarithms": _standardised(logarithms)}


def _standardised(columns: Floats) -> Floats:
    centred = columns - np.nanmean(columns, axis=1, keepdims=True)
    spread = np.nanstd(centred, axis=1, keepdims=True)
    scaled: Floats = centred / np.where(spread > 0, spread, 1.0)
    return scaled


_Judged = tuple[tuple[int, ...], Form, float, int, bool]


@dataclass(frozen=True)
class _Hunt:
    """Columns (p, n) in each form, tiers (n,), and the rows in random order."""

    forms: dict[Form, Floats]
    tiers: Ints
    order: Ints

    def judged(self, sets: Ints) -> list[_Judged]:
        """Judge the most promising of the sets (B, k), the likeliest first."""
        forms: tuple[Form, ...] = ("values",) if sets.shape[1] == 1 else tuple(self.forms)
        promising = [
            (explained, form, tuple(map(int, chosen)))
            for form in forms
            for explained, chosen in self._sieved(form, sets)
        ]
        promising.sort(reverse=True)
        judged: list[_Judged] = []
        for first in range(0, min(len(promising), _AT_ONCE * _ROUNDS), _AT_ONCE):
            batch = promising[first : first + _AT_ONCE]
            verdicts = [self._verdict(form, chosen) for _, form, chosen in batch]
            judged += verdicts
            if not any(exact for *_, exact in verdicts):
                break
        return sorted(judged, key=lambda one: one[2], reverse=True)

    def _sieved(self, form: Form, sets: Ints) -> list[tuple[float, Ints]]:
        """Pass sets through two fits, each on more rows than the one before."""
        explained = np.zeros(len(sets))
        for stage in (_SCREEN, _SIEVE):
            explained = self._explained(form, sets, stage)
            best = np.argsort(-explained, kind="stable")
            hopeful = max(1, int((explained >= stage.hope).sum()))
            best = best[: min(hopeful, stage.passing)]
            sets, explained = sets[best], explained[best]
        return list(zip(explained.tolist(), sets, strict=True))

    def _explained(self, form: Form, sets: Ints, stage: _Stage) -> Floats:
        rows = self.order[: stage.rows]
        columns = self.forms[form][:, rows]
        classes = np.unique(self.tiers[rows], return_inverse=True)[1]
        if classes.max(initial=0) == 0:
            return np.zeros(len(sets))
        blocks = [sets[first : first + _BLOCK] for first in range(0, len(sets), _BLOCK)]
        fits = [fit_sets(columns[block], classes, stage.steps).explained for block in blocks]
        return np.concatenate([np.zeros(0), *fits])

    def _verdict(self, form: Form, chosen: tuple[int, ...]) -> _Judged:
        columns = self.forms[form][list(chosen)]
        known = np.asarray(np.isfinite(columns).all(axis=0))
        rows = self.order[known[self.order]][: _VERDICT.rows]
        classes, labels = np.unique(self.tiers[rows], return_inverse=True)
        if known.sum() < FEWEST_ROWS or len(classes) == 1:
            return chosen, form, 0.0, int(known.sum()), False
        slope = fit_sets(columns[None, :, rows], labels, _VERDICT.steps).slope[0]
        share = rebuilt_share(slope @ columns, self.tiers)
        commonest = np.bincount(self.tiers[known]).max() / known.sum()
        exact = 1 - share <= (1 - _EXACT) * (1 - commonest)
        return chosen, form, share, int(known.sum()), bool(exact)
