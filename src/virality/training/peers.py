"""Boosted trees on the model's own columns, where LightGBM is installed: a strong peer to beat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.labels import TIERS
from virality.training.selection import holdout

if TYPE_CHECKING:
    from virality.arrays import Floats, Ints
    from virality.evaluation.splits import Split
    from virality.training.labelled import Labelled

_SETTINGS: dict[str, Any] = {
    "objective": "multiclass",
    "num_class": len(TIERS),
    "learning_rate": 0.03,
    "num_leaves": 12,
    "min_child_samples": 60,
    "lambda_l2": 10.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "num_threads": 1,
    "deterministic": True,
    "verbose": -1,
}
_MOST_TREES = 600
_PATIENCE = 50
_FEWEST_TREES = 20


def boosted_trees(rows: Labelled, split: Split, seed: int) -> Floats | None:
    """Predict the test rows with LightGBM: tier probabilities (m, 5); None without it.

    The number of trees is chosen on the latest fifth of the training rows.

    Parameters
    ----------
    rows
        All rows.
    split
        Which rows train and which judge.
    seed
        Of its sampling.
    """
    try:
        import lightgbm  # noqa: PLC0415  a peer, not a dependency
    except ImportError:
        return None
    training = rows.part(split.train)
    settings = _SETTINGS | {"seed": seed}

    def data(part: Ints) -> Any:  # noqa: ANN401  LightGBM has no types
        chosen = training.part(part)
        return lightgbm.Dataset(chosen.features, chosen.tiers - 1, weight=chosen.weight)

    fitting, judging = holdout(training.seconds, seed)
    stop = lightgbm.early_stopping(_PATIENCE, verbose=False)
    tried = lightgbm.train(
        settings, data(fitting), _MOST_TREES, valid_sets=[data(judging)], callbacks=[stop]
    )
    trees = max(tried.best_iteration, _FEWEST_TREES)
    model = lightgbm.train(settings, data(np.arange(len(training.tiers))), trees)
    predicted: Floats = np.asarray(model.predict(rows.features[split.test]), dtype=np.float64)
    return predicted
