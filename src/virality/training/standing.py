"""Where scores stand among those of the training population."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from virality.labels import expected_score
from virality.model.ranks import Ranks

if TYPE_CHECKING:
    from virality.model.classifier import Classifier
    from virality.training.labelled import Labelled

_MOST_ROWS = 10_000


def score_ranks(classifier: Classifier, rows: Labelled, seed: int) -> Ranks:
    """Describe the scores of a population; of a very large one those of a random part."""
    chosen = np.random.default_rng(seed).permutation(len(rows.tiers))[:_MOST_ROWS]
    scores = expected_score(classifier.predict_proba(rows.features[chosen]))
    return Ranks.fit(scores, rows.weight[chosen])
