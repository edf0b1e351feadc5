"""A candidate against the model that serves, on the same later videos."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from virality.answers import answer
from virality.errors import DataError
from virality.evaluation.intervals import Difference, difference_of
from virality.evaluation.metrics import measure, surprises
from virality.labels import TIERS
from virality.report.cohorts import FEWEST, by_account
from virality.training.comparing import groups_of
from virality.training.evaluating import seen
from virality.training.judging import FEWEST_TEST_ROWS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from virality.arrays import Floats, Ints
    from virality.artefact import Artefact
    from virality.training.concluding import Run

_TELLING = ("too-good", "label-rebuilding", "closest-set")
"""What an audit finds of an input that is as good as the outcome itself."""

LEVEL = 0.05
"""A candidate is promoted where it would look so much better by chance less often than this."""


@dataclass(frozen=True)
class Change:
    """How the log-loss changes for some of the videos.

    Attributes
    ----------
    group, name
        Which videos.
    rows
        How many.
    difference
        Log-loss of the candidate less that of the serving model: below 0 it is better.
    counts
        Whether a change for the worse speaks against the candidate. Among videos chosen by what
        happened it does not: a model that rightly expects less loses where more came.
    """

    group: str
    name: str
    rows: int
    difference: Difference
    counts: bool = True

    @property
    def worse(self) -> bool:
        """Whether the candidate is worse for these, not by chance, and this counts."""
        return self.counts and self.difference.low > 0

    @property
    def line(self) -> str:
        """It in words."""
        one = self.difference
        return (
            f"{self.group}: {self.name}: log-loss {one.mean:+.3f} "
            f"({one.low:+.3f} to {one.high:+.3f}, {self.rows:,} videos)"
        )


@dataclass(frozen=True)
class Contest:
    """What a comparison found.

    Attributes
    ----------
    rows
        Videos that neither model has trained on.
    posted
        The first and the last day that they were posted.
    serving, candidate
        Metrics of both on these.
    difference
        Log-loss of the candidate less that of the serving model.
    p
        One-sided probability of a candidate that looks so good and is no better.
    unlearned
        Log-loss of the candidate less that of the tiers' shares in its training.
    changes
        The same of each tier against the others, of all videos; of the videos by followers and by
        earlier videos; and of those in which each tier happened.
    striking
        What the audit says of inputs that the serving model lacks and that tell more than such
        things can. A person may know why; the videos that are compared cannot tell.
    """

    rows: int
    posted: tuple[str, str]
    serving: dict[str, Any]
    candidate: dict[str, Any]
    difference: Difference
    p: float
    unlearned: Difference
    changes: tuple[Change, ...]
    striking: tuple[str, ...] = ()

    @property
    def objections(self) -> tuple[str, ...]:
        """What speaks against the candidate; empty where it is to serve."""
        found = [f"suspected of a leak: {one}" for one in self.striking]
        if self.p >= LEVEL:
            one = self.difference
            found.append(
                f"not clearly better than the model that serves: log-loss {one.mean:+.3f} "
                f"({one.low:+.3f} to {one.high:+.3f}, p {self.p:.3f})"
            )
        if self.unlearned.high >= 0:
            found.append(
                f"no better than the tiers' shares: log-loss {self.unlearned.mean:+.3f} against "
                f"them ({self.unlearned.low:+.3f} to {self.unlearned.high:+.3f})"
            )
        found += [f"worse for {one.line}" for one in self.changes if one.worse]
        return tuple(found)

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values, for JSON."""
        return {**asdict(self), "posted": list(self.posted), "objections": list(self.objections)}


def contested(serving: Artefact, run: Run, seed: int = 0, trusted: Collection[str] = ()) -> Contest:
    """Compare a candidate with the model that serves.

    Parameters
    ----------
    serving
        The model that serves.
    run
        The candidate's training, its tiers cut where those of the serving model are.
    seed
        Of the resampling.
    trusted
        Inputs that a person knows to be honest, however much they tell.

    Raises
    ------
    DataError
        When there are too few videos that neither has trained on.
    """
    rows = _later(serving, run)
    judged = seen(serving, run.examples)
    old = answer(serving, judged.features[rows]).probabilities
    new = run.evaluated.predict_proba(run.rows.features[rows])
    tiers, outcome = judged.tiers[rows], judged.outcome[rows]
    groups = groups_of(run.examples.authors, rows)
    shares = np.tile(run.rows.part(run.split.train).shares, (len(rows), 1))
    losses = surprises(new, tiers)
    apart = losses - surprises(old, tiers)
    difference, p = difference_of(apart, groups, seed=seed)
    days = run.examples.videos["created_at"][rows].dt.date()
    return Contest(
        rows=len(rows),
        posted=(str(days.min()), str(days.max())),
        serving=asdict(measure(old, tiers, outcome)),
        candidate=asdict(measure(new, tiers, outcome)),
        difference=difference,
        p=p,
        unlearned=difference_of(losses - surprises(shares, tiers), groups, seed=seed)[0],
        changes=tuple(_changes(run, rows, (old, new), tiers, seed)),
        striking=tuple(_striking(run, {*serving.names, *trusted})),
    )


def _striking(run: Run, known: set[str]) -> Iterator[str]:
    """Say of each input that is not known yet what the audit warns of, one by one before sets."""
    findings = [one for one in run.scorer.evaluation["audit"] if one["severity"] == "warning"]
    for code in _TELLING:
        for finding in findings:
            if finding["code"] == code and not known >= set(finding["features"]):
                yield _suspected(finding)


def _suspected(finding: Mapping[str, Any]) -> str:
    """Say what the audit warns of, in a few words."""
    if "share" not in finding["figures"]:
        return str(finding["what"]).removesuffix(".")
    named, share = ", ".join(finding["features"]), finding["figures"]["share"]
    return f"{named} give back the tier of {share:.1%} of the videos"


def _later(serving: Artefact, run: Run) -> Ints:
    """Choose the rows that judged the candidate and came after all that trained the other.

    Raises
    ------
    DataError
        When they are too few to say.
    """
    last, test = serving.data.get("last_posted") or "", run.split.test
    # of the last training day itself a date is all that the file states
    posted = run.examples.videos["created_at"][test].dt.date().cast(pl.String)
    rows: Ints = test[(posted > last).fill_null(value=False).to_numpy()]
    if len(rows) < FEWEST_TEST_ROWS:
        raise DataError(
            f"{len(rows):,} videos of the latest quarter were posted after {last}, the last "
            f"training day of the model that serves: {FEWEST_TEST_ROWS} are needed to compare",
            remedy="wait for more, or give later records",
        )
    return rows


def _changes(
    run: Run, rows: Ints, said: tuple[Floats, Floats], tiers: Ints, seed: int
) -> Iterator[Change]:
    """Compare what the serving model and the candidate said (n, 5), part by part."""
    groups = groups_of(run.examples.authors, rows)
    old, new = said
    for tier in TIERS:
        apart = _alone(new, tiers, tier) - _alone(old, tiers, tier)
        whole = difference_of(apart, groups, seed=seed)[0]
        yield Change("tier against the others", str(tier), len(rows), whole)
    apart = surprises(new, tiers) - surprises(old, tiers)
    accounts = by_account(run.rows.names, run.rows.features[rows])
    happened = (("tier that happened", str(tier), tiers == tier) for tier in TIERS)
    for counts, parts in ((True, accounts), (False, happened)):
        for group, name, chosen in parts:
            if chosen.sum() >= FEWEST:
                of = None if groups is None else groups_of(groups, np.flatnonzero(chosen))
                one = difference_of(apart[chosen], of, seed=seed)[0]
                yield Change(group, name, int(chosen.sum()), one, counts)


def _alone(probabilities: Floats, tiers: Ints, tier: int) -> Floats:
    """Log-loss (n,) of saying whether one tier happens."""
    given = probabilities[:, tier - 1]
    two = np.column_stack([given, 1.0 - given])
    return surprises(two, np.where(tiers == tier, 1, 2))
