"""From measured videos to labelled rows: where tiers begin, and which each video belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.labels import outcome_named, quantile_thresholds, tier_of
from virality.training.labelled import Labelled

if TYPE_CHECKING:
    from virality.arrays import Floats
    from virality.training.examples import Examples
    from virality.training.measuring import Measured
    from virality.training.settings import Settings


def thresholds_for(examples: Examples, training: Floats, settings: Settings) -> Floats | None:
    """Cut the outcome where the settings say, (4,); None where labels came ready-made.

    Parameters
    ----------
    examples
        All videos.
    training
        Outcomes of the training part, of which alone quantiles are taken.
    settings
        Whether tiers begin at fixed places.
    """
    if examples.made is not None:
        return None
    if settings.thresholds_from == "reference":
        return np.array(outcome_named(settings.outcome).fixed)
    return quantile_thresholds(training)


def labelled(examples: Examples, values: Measured, thresholds: Floats | None) -> Labelled:
    """Put the tiers beside the features of all n videos."""
    outcome, made = values.outcome, examples.made
    tiers = made.tiers if made is not None else tier_of(outcome, np.asarray(thresholds))
    return Labelled(
        names=values.names,
        features=values.features,
        filled=values.filled,
        tiers=tiers,
        outcome=outcome,
        weight=examples.weight,
        seconds=examples.seconds,
        authors=examples.authors,
    )
