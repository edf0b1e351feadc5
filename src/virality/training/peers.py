"""Peers to beat, where their libraries are installed: boosted trees, and a plain spline softmax."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from virality.evaluation.metrics import surprises
from virality.labels import TIERS
from virality.training.baselines import over_all_tiers
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

_NOT_PLAIN = frozenset(
    {
        "history_doubt",
        "history_trend",
        "history_similar_length",
        "history_same_hour",
        "history_same_kind",
        "history_same_sound_kind",
        "history_own_hashtags",
        "history_hashtags",
    }
)
"""Compares an account's videos with this one, or tells how its level moves and how sure it is."""
_STRENGTHS = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0)
_KNOTS = 5
_FEWEST_KNOTS = 3
_MOST_STEPS = 2000


def peers(rows: Labelled, split: Split, seed: int) -> dict[str, Floats]:
    """Predict the test rows with each peer that is installed: tier probabilities (m, 5), by name.

    Parameters
    ----------
    rows
        All rows.
    split
        Which rows train and which judge.
    seed
        Of their sampling.
    """
    found = {
        "lightgbm": boosted_trees(rows, split, seed),
        "spline_softmax": spline_softmax(rows, split, seed),
    }
    return {name: predicted for name, predicted in found.items() if predicted is not None}


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


def spline_softmax(rows: Labelled, split: Split, seed: int) -> Floats | None:
    """Predict the test rows with scikit-learn: tier probabilities (m, 5); None without it.

    Cubic splines with knots at the quartiles of each plain column, what is unknown put at the
    middle and flagged, all standardised, and a softmax of them. The strength of its penalty is
    chosen on the latest fifth of the training rows.

    Parameters
    ----------
    rows
        All rows.
    split
        Which rows train and which judge.
    seed
        Of the parting for that choice.

    Returns
    -------
    None, too, where no column is plain, or a single tier is there to learn from.
    """
    plain = [number for number, name in enumerate(rows.names) if name not in _NOT_PLAIN]
    training = rows.part(split.train)
    fitting, judging = (split.train[part] for part in holdout(training.seconds, seed))
    if not plain or len(np.unique(rows.tiers[fitting])) == 1:
        return None
    try:
        tried = _splined(rows.features[:, plain], fitting)
        columns = _splined(rows.features[:, plain], split.train)
    except ImportError:
        return None

    def loss(strength: float) -> float:
        predicted = _softmax(tried, rows, (fitting, judging), strength)
        found = surprises(predicted, rows.tiers[judging])
        return float(np.average(found, weights=rows.weight[judging]))

    with threadpool_limits(1, "blas"):
        return _softmax(columns, rows, (split.train, split.test), min(_STRENGTHS, key=loss))


def _splined(features: Floats, fitting: Ints) -> Floats:
    """Expand columns into standardised splines, by what some of the rows show."""
    columns = np.hstack([_spline(column, fitting) for column in np.arcsinh(features).T])
    scaler = _sklearn("preprocessing").StandardScaler()
    scaled: Floats = scaler.fit(columns[fitting]).transform(columns)
    return scaled


def _spline(values: Floats, fitting: Ints) -> Floats:
    """Expand one column: itself where it has few values, and a flag of what is unknown."""
    unknown = np.isnan(values)
    flag = unknown.astype(np.float64)[:, None]
    known = values[fitting][~unknown[fitting]]
    if len(known) == 0:
        return flag
    filled = np.where(unknown, np.median(known), values)[:, None]
    knots = np.unique(np.quantile(known, np.linspace(0.0, 1.0, _KNOTS)))[:, None]
    if len(knots) >= _FEWEST_KNOTS:
        splines = _sklearn("preprocessing").SplineTransformer(
            knots=knots, include_bias=False, extrapolation="linear"
        )
        filled = splines.fit(filled[fitting]).transform(filled)
    return np.hstack([filled, flag])


def _softmax(columns: Floats, rows: Labelled, parts: tuple[Ints, Ints], strength: float) -> Floats:
    """Fit to the rows of one part, and predict those of the other."""
    fitting, judged = parts
    model = _sklearn("linear_model").LogisticRegression(C=strength, max_iter=_MOST_STEPS)
    model.fit(columns[fitting], rows.tiers[fitting], sample_weight=rows.weight[fitting])
    predicted: Floats = model.predict_proba(columns[judged])
    return over_all_tiers(predicted, model.classes_, len(fitting))


def _sklearn(module: str) -> Any:  # noqa: ANN401  scikit-learn has no types
    """Give a part of scikit-learn: a peer, not a dependency."""
    return import_module(f"sklearn.{module}")
