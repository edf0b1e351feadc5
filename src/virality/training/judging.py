"""How good a model is on the test rows, beside its baselines, in plain values and plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.evaluation.leaks import (
    WES_FORMULA,
    WES_RATES,
    label_defining,
    rebuilt_share,
    weighted_engagement,
)
from virality.labels import outcome_named
from virality.training.accounting import accounting_json
from virality.training.baselines import baselines
from virality.training.comparing import Judged, covered, groups_of

if TYPE_CHECKING:
    from virality.evaluation.splits import Split
    from virality.model.classifier import Classifier
    from virality.training.examples import Examples
    from virality.training.labelled import Labelled
    from virality.training.settings import Settings

_REBUILT = 0.99
_FEW_ROWS = 500
FEWEST_TEST_ROWS = 200
"""Fewer rows that judge are too few to say."""

_RIVALS = {
    "prior": "the tiers' shares",
    "followers": "followers alone",
    "account_history": "the account's history alone",
}


def judge(
    examples: Examples,
    rows: Labelled,
    split: Split,
    classifier: Classifier,
    settings: Settings,
) -> dict[str, Any]:
    """State how good a classifier is on the test rows, beside the baselines."""
    judged = judged_rows(rows, split, classifier, ordered=examples.made is None)
    verdict = judged.verdict(settings.seed)
    label = _label(examples, rows, settings)
    compared = judged.against(baselines(rows, split), settings.seed)
    return {
        "rows": accounting_json(examples.accounting, examples.counted(split)),
        "split": {
            "kind": split.kind,
            "resampled_by": "row" if judged.groups is None else "author",
        },
        **verdict,
        "baselines": compared,
        "label": label,
        "notes": [
            *_notes(examples, rows, label, split),
            *_warnings(verdict["metrics"]["log_loss"], compared, split),
        ],
        "synthetic": examples.synthetic,
        "refit": settings.refit,
        **_task(examples, settings),
    }


def judged_rows(rows: Labelled, split: Split, classifier: Classifier, *, ordered: bool) -> Judged:
    """Predict the test rows.

    Parameters
    ----------
    rows, split
        All rows, and which of them judge.
    classifier
        What was fitted to the training rows.
    ordered
        Whether the tiers were cut from an outcome that has an order beyond theirs.
    """
    test = split.test
    cells = classifier.cells(rows.features[test])
    inside = None
    if ordered:
        inside = covered(classifier, cells, rows.outcome[test], rows.outcome[split.train])
    return Judged(
        classifier.model.layout.summed(cells),
        rows.tiers[test],
        rows.outcome[test],
        groups_of(rows.authors, test),
        inside,
    )


def _task(examples: Examples, settings: Settings) -> dict[str, Any]:
    """State what was predicted, when, and from which features."""
    inputs = examples.inputs
    return {
        "outcome": None if examples.made is not None else settings.outcome,
        "schema": None if inputs is None else inputs.schema.name,
        "moment": None if inputs is None else inputs.moment,
    }


def _warnings(log_loss: float, compared: dict[str, dict[str, Any]], split: Split) -> list[str]:
    """Say what should keep a reader from using the model."""
    warnings = []
    if len(split.train) < _FEW_ROWS:
        warnings.append(
            f"{len(split.train):,} training videos are few: expect other numbers with other videos."
        )
    if len(split.test) < FEWEST_TEST_ROWS:
        warnings.append(
            f"{len(split.test):,} videos that judge are too few to say: do not rely on the numbers "
            "and intervals above."
        )
    if log_loss >= compared["prior"]["log_loss"]:
        warnings.append(
            "The model does no better than the tiers' shares: on later videos like these its "
            "scores say nothing."
        )
    warnings += [
        f"The model is not clearly better than {name}: log-loss {apart['mean']:+.3f} against it "
        f"({apart['low']:+.3f} to {apart['high']:+.3f})."
        for key, name in _RIVALS.items()
        if (apart := compared.get(key, {}).get("difference")) and apart["high"] >= 0
    ]
    return warnings


def _label(examples: Examples, rows: Labelled, settings: Settings) -> dict[str, Any]:
    """Measure how far the inputs define the label."""
    engagement = weighted_engagement(rows.features, rows.names)
    share = 0.0 if engagement is None else rebuilt_share(engagement, rows.tiers)
    if examples.made is not None or examples.inputs is None:
        defining = list(WES_RATES) if share >= _REBUILT else []
    else:
        defining = list(label_defining(examples.inputs, outcome_named(settings.outcome)))
    return {
        "defining_features": defining,
        "rebuilt_by": WES_FORMULA if share >= _REBUILT else None,
        "rebuilt_share": share if share >= _REBUILT else None,
    }


def _notes(examples: Examples, rows: Labelled, label: dict[str, Any], split: Split) -> list[str]:
    """Say in plain words what a reader of the numbers has to know."""
    notes = []
    if examples.synthetic:
        notes.append("The data is synthetic: these numbers say nothing about real videos.")
    if label["rebuilt_by"]:
        notes.append(
            f"Three inputs define the label: thresholds on {label['rebuilt_by']} give back the "
            f"tier of {label['rebuilt_share']:.1%} of the videos. The accuracy measures this, "
            "not foresight."
        )
    elif label["defining_features"]:
        notes.append(
            "Some inputs are counted after posting and share columns with the outcome: "
            f"{', '.join(label['defining_features'])}. The numbers describe, they do not foresee."
        )
    if split.kind == "random":
        notes.append("The split is random: videos of one account stand on both sides.")
    if examples.unknown_scrape:
        notes.append(
            f"{examples.unknown_scrape:,} of {examples.accounting.used:,} videos do not say when "
            "they were scraped; their counts are taken as final."
        )
    if examples.sampled(split):
        train, test = examples.counted(split)
        notes.append(
            "The records were not held: all that has to see its rows at once saw the videos of "
            f"randomly drawn accounts, {len(split.train):,} of the {train:,} that train and "
            f"{len(split.test):,} of the {test:,} that judge."
        )
    empty = [
        name
        for name, column in zip(rows.names, rows.features.T, strict=True)
        if np.isnan(column).all()
    ]
    if empty:
        notes.append(f"Nothing is known of: {', '.join(empty)}. They have no influence.")
    return notes
