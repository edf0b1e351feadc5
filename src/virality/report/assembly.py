"""From the evidence to the view: every section of a report in plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.effects import Effect, effects
from virality.errors import DataError
from virality.labels import TIER_NAMES, TIERS
from virality.report.cohorts import cohorts
from virality.report.figures import percentile_distribution, reliability, score_distributions
from virality.report.summary import (
    certificate_of,
    dates_of,
    inputs_of,
    provenance_of,
    rejections_of,
    rows_of,
)
from virality.report.view import EffectView, FindingView, Growth, Moment, Rival, TierRow, View
from virality.report.words import (
    BASELINES,
    is_synthetic,
    judged_in_words,
    limits,
    ratios,
    sentences,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from virality.arrays import Floats
    from virality.artefact import Artefact
    from virality.report.evidence import Evidence
    from virality.training.lines import Line

NO_EVALUATION = "The model's file states no evaluation."
NO_AUDIT = "The model's file states no audit."
_WEAK = 1.0
_ALWAYS_DRAWN = 6


def view_of(evidence: Evidence) -> View:
    """Say in plain values all that a report shows."""
    artefact, unseen = evidence.artefact, evidence.unseen
    evaluation = artefact.evaluation
    absent = dict(evidence.absent)
    shown, weak = _effects(artefact, absent)
    tiers = _tiers(artefact)
    if not tiers:
        absent["tiers"] = NO_EVALUATION
    if "audit" not in evaluation:
        absent["audit"] = NO_AUDIT
    spread = None if unseen is None else percentile_distribution(unseen)
    return View(
        title=title_of(artefact),
        synthetic=is_synthetic(artefact),
        sentences=sentences(artefact, unseen),
        judged=judged_in_words(artefact),
        rivals=_rivals(evaluation),
        notes=tuple(evaluation.get("notes", ())),
        unseen=_unseen(evidence),
        moments=tuple(_moment(line, artefact) for line in evidence.moments),
        tiers=tiers,
        reliability=() if unseen is None else reliability(unseen),
        scores=() if unseen is None else score_distributions(unseen),
        percentiles=spread,
        effects=shown,
        weak=weak,
        growth=_growth(evidence),
        cohorts=() if unseen is None else cohorts(unseen, _prior(artefact)),
        audit=tuple(
            FindingView(one["severity"], one["code"], one["what"])
            for one in evaluation.get("audit", ())
        ),
        rows=rows_of(artefact),
        rejections=rejections_of(evidence.examples),
        inputs=inputs_of(artefact, unseen),
        dates=dates_of(artefact),
        provenance=provenance_of(artefact),
        certificate=certificate_of(artefact),
        limits=limits(artefact),
        absent=absent,
    )


def _prior(artefact: Artefact) -> Floats | None:
    population = artefact.classifier.population
    return None if population is None else population.prior


def _unseen(evidence: Evidence) -> str:
    """Say on which videos the pictures of single predictions rest."""
    unseen, examples = evidence.unseen, evidence.examples
    if unseen is None or examples is None:
        return ""
    if unseen.which == "test":
        return (
            f"These {len(unseen):,} videos are those that judged the model above; it had not seen "
            "them."
        )
    left = len(examples.base) - len(unseen)
    return (
        f"The records given are others than those that trained the model. Counted here are the "
        f"{len(unseen):,} videos posted after its last training day, "
        f"{evidence.artefact.data['last_posted']}; {left:,} earlier ones may have trained it and "
        "are left out. The numbers above are those of its own evaluation."
    )


def _rivals(evaluation: Mapping[str, Any]) -> tuple[Rival, ...]:
    """Put the model before its baselines; nothing where the file states no intervals."""
    if not evaluation.get("intervals"):
        return ()
    metrics = evaluation["metrics"]
    low, high = evaluation["intervals"]["log_loss"]
    accuracy, spearman = metrics["accuracy"], metrics["spearman"]
    own = Rival("this model", True, metrics["log_loss"], low, high, accuracy, spearman)  # noqa: FBT003
    others = evaluation["baselines"]
    return (
        own,
        *(_baseline(name, others[key]) for key, name in BASELINES.items() if key in others),
    )


def _baseline(name: str, stated: Mapping[str, Any]) -> Rival:
    apart = stated.get("difference")
    times, least, most = (None, None, None) if apart is None else ratios(apart)
    return Rival(
        name=name,
        own=False,
        log_loss=stated["log_loss"],
        low=None,
        high=None,
        accuracy=stated["accuracy"],
        spearman=stated["spearman"],
        times=times,
        times_low=least,
        times_high=most,
    )


def _tiers(artefact: Artefact) -> tuple[TierRow, ...]:
    matrix = artefact.confusion_matrix
    if matrix is None:
        return ()
    counts = np.array(matrix)
    right, called, actual = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    starts = [None] * len(TIERS)
    if artefact.thresholds is not None:
        starts = [None, *artefact.thresholds.tolist()]
    return tuple(
        TierRow(
            tier=tier,
            name=TIER_NAMES[tier - 1],
            starts=starts[tier - 1],
            counts=tuple(counts[tier - 1].tolist()),
            precision=float(right[tier - 1] / called[tier - 1]) if called[tier - 1] else None,
            recall=float(right[tier - 1] / actual[tier - 1]) if actual[tier - 1] else None,
        )
        for tier in TIERS
    )


def _moment(line: Line, artefact: Artefact) -> Moment:
    moment = None if artefact.inputs is None else artefact.inputs.moment
    return Moment(
        name=_named(line.name),
        own=line.name.partition(" ")[0] == moment,
        train=line.train,
        test=line.test,
        log_loss=line.log_loss,
        low=line.low,
        high=line.high,
        prior=line.prior,
        spearman=line.spearman,
        note=line.note,
    )


def _named(moment: str) -> str:
    """Name a moment for people: ``after (24h)`` is 24h after posting."""
    kind, _, age = moment.partition(" ")
    if kind == "after":
        return f"{age.strip('()')} after posting"
    return {"before": "before posting", "full": "when all counts are in"}.get(moment, moment)


def _growth(evidence: Evidence) -> Growth | None:
    curve = evidence.curve
    if curve is None:
        return None
    return Growth(tuple(_moment(line, evidence.artefact) for line in curve.lines), curve.verdict)


def _effects(
    artefact: Artefact, absent: dict[str, str]
) -> tuple[tuple[EffectView, ...], tuple[str, ...]]:
    """Give the curves that are worth a picture, and the phrases of the others.

    Where the file does not tell, it is said why among what is ``absent``.
    """
    try:
        found = effects(artefact)
    except DataError as error:
        absent["effects"] = str(error)
        return (), ()
    drawn = max(sum(one.span >= _WEAK for one in found), _ALWAYS_DRAWN)
    return tuple(map(_effect, found[:drawn])), tuple(one.phrase for one in found[drawn:])


def _effect(one: Effect) -> EffectView:
    return EffectView(
        name=one.name,
        phrase=one.phrase,
        phase=one.phase,
        unit=one.unit,
        axis=one.axis,
        values=tuple(one.values.tolist()),
        scores=tuple(one.scores.tolist()),
        low=None if one.low is None else tuple(one.low.tolist()),
        high=None if one.high is None else tuple(one.high.tolist()),
        edges=tuple(one.edges.tolist()),
        shares=tuple(one.shares.tolist()),
    )
