"""Retraining that can only improve: train a candidate, compare, and promote it if it is better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from virality.errors import DataError, LeakError, OptionError
from virality.features.given import nearest
from virality.registry.contest import contested
from virality.threads import one_blas_thread
from virality.training.concluding import concluded
from virality.training.ready import held
from virality.training.retracing import choices_of
from virality.training.settings import settings_with
from virality.training.train import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import date

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.records import Sources
    from virality.registry.contest import Contest
    from virality.registry.folder import Registry, Version
    from virality.training.concluding import Run
    from virality.training.examples import Examples
    from virality.training.ready import Ready
    from virality.training.settings import Settings

    Reports = Callable[[Run], Mapping[str, bytes]]

_FIXED = ("outcome", "moment", "age", "min_age", "thresholds")
"""What a registry's models share: another of these is another question."""


@dataclass(frozen=True)
class Retrained:
    """What became of a candidate.

    Attributes
    ----------
    promoted
        Whether it serves now.
    version
        Where it is kept.
    serving
        What served before; None in an empty registry.
    contest
        How they compared; None where they were not.
    run
        Its training; None where there was none.
    """

    promoted: bool
    version: Version
    serving: Version | None
    contest: Contest | None
    run: Run | None

    @property
    def line(self) -> str:
        """What became of it, in one line."""
        reason = self.version.entry["reason"]
        if self.promoted:
            return f"promoted: version {self.version.number} serves now; {reason}"
        kept = (
            "nothing serves yet"
            if self.serving is None
            else (f"version {self.serving.number} goes on serving")
        )
        return f"rejected: {kept}; {reason}"

    def to_dict(self) -> dict[str, Any]:
        """Give all of it as plain values, for JSON."""
        return {
            "promoted": self.promoted,
            "line": self.line,
            "version": self.version.number,
            "folder": str(self.version.folder),
            "reason": self.version.entry["reason"],
            "before": None if self.serving is None else self.serving.number,
            "contest": None if self.contest is None else self.contest.to_dict(),
        }


def retrain(
    source: Sources,
    registry: Registry,
    *,
    since: date | None = None,
    trusted: Collection[str] = (),
    reports: Reports = lambda _: {},
    progress: Callable[[str], None] = lambda _: None,
    **changes: Any,  # noqa: ANN401  each setting has its own type
) -> Retrained:
    """Train a candidate, compare it with the model that serves, and let the better one serve.

    The candidate is trained as the serving model was, its tiers beginning where they begin, on the
    earlier three quarters of the records. It is promoted if it is better on those of the latest
    quarter that the serving model has not seen either, and clearly worse for none of their parts;
    the first model of a registry is promoted as it is. Otherwise it is kept apart with the reason,
    and the file that serves is not touched.

    Parameters
    ----------
    source
        A file, several, a glob, a Polars frame or a list of records: earlier ones, too.
    registry
        Where models are kept; nobody else may change it meanwhile.
    since
        First day of posting to train and to judge on; what is earlier only tells what accounts did
        before. None is all.
    trusted
        Names of inputs that may tell more than such things usually can: without this, a candidate
        with one that the serving model lacks is kept apart as suspected of a leak.
    reports
        Makes files to keep beside a model, by name, of its training.
    progress
        Told each step as it begins.
    **changes
        Settings that are to be others than those of the serving model, by the names in
        :class:`virality.training.settings.Settings`.

    Raises
    ------
    SourceError
        When a file cannot be read.
    OptionError
        When a choice has no meaning, or asks for another outcome or moment than the registry's.
    DataError
        When the records cannot be learned from, or too few are later than the serving model's.
    ArtefactError
        When the model that serves, or its version, is damaged.
    OutputError
        When the registry cannot be written, or another process is changing it.
    """
    with registry.locked(), one_blas_thread():
        serving = registry.serving()
        artefact = None if serving is None else serving.load().artefact
        settings = settings_with(changes) if artefact is None else _settings(artefact, changes)
        examples = prepare(source, settings, progress)
        if since is not None:
            examples = posted_since(examples, since)
        progress("computing features")
        ready = held(examples, settings)
        strange = [name for name in trusted if name not in ready.rows.names]
        if strange:
            remedy = nearest(strange, ready.rows.names)
            raise OptionError(f"{strange[0]!r} is none of the inputs", where="trust", remedy=remedy)
        if artefact is not None:
            ready = _cut_at(ready, artefact.thresholds)
        return _Gate(registry, serving, trusted, reports, progress).judged(ready, settings)


@dataclass(frozen=True)
class _Gate:
    """What a candidate has to pass: a locked registry, and the version that serves, if any."""

    registry: Registry
    serving: Version | None
    trusted: Collection[str]
    reports: Reports
    progress: Callable[[str], None]

    def judged(self, ready: Ready, settings: Settings) -> Retrained:
        """Fit a candidate to videos that are ready, and promote it or keep it apart."""
        try:
            run = concluded(ready, settings, self.progress)
        except LeakError as error:
            stated = _stated(f"the audit refuses it: {error}", None)
            version = self.registry.keep("rejected", None, stated)
            return Retrained(False, version, self.serving, None, None)  # noqa: FBT003
        if self.serving is None:
            return self._promoted(run, "the first model of the registry", None)
        self.progress("comparing with the model that serves")
        artefact = self.serving.load().artefact
        found = contested(artefact, run, settings.seed, self.trusted)
        if found.objections:
            stated = _stated("; ".join(found.objections), found)
            version = self.registry.keep("rejected", run.scorer, stated, self.reports(run))
            return Retrained(False, version, self.serving, found, run)  # noqa: FBT003
        one = found.difference
        reason = (
            f"log-loss {one.mean:+.3f} ({one.low:+.3f} to {one.high:+.3f}, p {found.p:.3f}) on "
            f"{found.rows:,} later videos"
        )
        return self._promoted(run, reason, found)

    def _promoted(self, run: Run, reason: str, found: Contest | None) -> Retrained:
        replaced = None if self.serving is None else self.serving.number
        stated = {**_stated(reason, found), "replaced": replaced}
        version = self.registry.keep("versions", run.scorer, stated, self.reports(run))
        self.registry.serve(version)
        return Retrained(True, version, self.serving, found, run)  # noqa: FBT003


def _stated(reason: str, found: Contest | None) -> dict[str, Any]:
    return {"reason": reason, "verdict": None if found is None else found.to_dict()}


def _settings(serving: Artefact, changes: Mapping[str, Any]) -> Settings:
    """Take the choices of the serving model, with some changed; the latest videos judge."""
    stated = choices_of(serving, mapping=changes.get("mapping"), where=changes.get("where"))
    if stated.schema is None or serving.thresholds is None:
        raise DataError(
            "the model that serves is not of records, which a comparison needs",
            remedy="start another registry from records",
        )
    if changes.get("split") not in {None, "time"}:
        raise OptionError(
            "candidates are judged on the latest videos", where="split", remedy="leave it out"
        )
    changed = replace(stated, **{**changes, "split": "time"})
    for name in _FIXED:
        if getattr(changed, name) != getattr(stated, name):
            raise OptionError(
                f"the models of this registry have {getattr(stated, name)!r}: others cannot be "
                "compared with them",
                where=name,
                remedy="start another registry",
            )
    return changed


def _cut_at(ready: Ready, thresholds: Floats | None) -> Ready:
    """Let tiers begin where those of the serving model do: a score goes on meaning the same."""

    def again() -> Ready:
        return _cut_at(ready.again(), thresholds)

    return replace(ready, thresholds=thresholds, again=again)


def posted_since(examples: Examples, first: date) -> Examples:
    """Keep the videos posted from a day on; those before only tell what accounts did.

    Raises
    ------
    DataError
        When the videos are not of records, or none is of such a day.
    """
    if examples.made is not None:
        raise DataError("ready-made features have no dates", where="since", remedy="leave it out")
    late = examples.videos["created_at"].dt.date() >= pl.lit(first)
    rows = np.flatnonzero(examples.videos.select(late.fill_null(value=False)).to_series())
    if len(rows) == 0:
        raise DataError(
            f"no video was posted on {first} or later", where="since", remedy="name an earlier day"
        )
    return examples.part(rows)
