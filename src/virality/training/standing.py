"""Where scores stand among those of the training population, and what is said of each video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from virality.labels import TIERS, expected_score
from virality.model.ranks import Ranks

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.model.classifier import Classifier
    from virality.training.labelled import Labelled

_MOST_ROWS = 10_000


def score_ranks(classifier: Classifier, rows: Labelled, seed: int) -> Ranks:
    """Describe the scores of a population; of a very large one those of a random part."""
    chosen = np.random.default_rng(seed).permutation(len(rows.tiers))[:_MOST_ROWS]
    scores = expected_score(classifier.predict_proba(rows.features[chosen]))
    return Ranks.fit(scores, rows.weight[chosen])


def said_of(
    video_id: pl.Series, split: pl.Series, tiers: Ints, probabilities: Floats
) -> pl.DataFrame:
    """Give for each of n videos ``video_id``, ``split``, ``tier``, ``p1``-``p5`` and ``score``."""
    return pl.DataFrame(
        {
            "video_id": video_id,
            "split": split,
            "tier": tiers,
            **{f"p{tier}": probabilities[:, tier - 1] for tier in TIERS},
            "score": expected_score(probabilities),
        }
    )
