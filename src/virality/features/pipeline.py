"""What a content pipeline knows of a video, as inputs: scores of language models and rules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

from virality.errors import DataError, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping


def feature_vector_to_ml_input(
    vector: Mapping[str, Any], unknown: Literal["missing", "default"] = "missing"
) -> list[float | None]:
    """Turn the feature vector of a content pipeline into the fifteen inputs.

    Parameters
    ----------
    vector
        May hold ``shareTrigger``, ``commentProvocation``, ``captionScore`` (0-10),
        ``durationSeconds``, ``hashtagCount``, ``audioTrendingMatch``.
    unknown
        ``"missing"`` gives None for what is not known; ``"default"`` gives the reference system's
        placeholders, with which its own models were used.

    Returns
    -------
    Fifteen numbers in [0, 1], or None.

    Raises
    ------
    OptionError
        When ``unknown`` is neither.
    """
    if unknown not in {"missing", "default"}:
        raise OptionError(f"{unknown!r} is neither 'missing' nor 'default'", where="unknown")
    fill = unknown == "default"
    values: list[float | None] = [0.5 if fill else None] * 4
    values += [
        _scaled(vector, "shareTrigger", 10, 5 if fill else None),
        _scaled(vector, "commentProvocation", 10, 5 if fill else None),
        _scaled(vector, "durationSeconds", 180, 30 if fill else None),
        _scaled(vector, "hashtagCount", 30, 5 if fill else None),
        _matched(vector, fill=fill),
        _scaled(vector, "captionScore", 10, 5 if fill else None),
    ]
    return values + ([0.0, 0.5, 0.0, 0.5, 0.5] if fill else [None] * 5)


def _matched(vector: Mapping[str, Any], *, fill: bool) -> float | None:
    match = _number(vector.get("audioTrendingMatch"), "audioTrendingMatch")
    if match is None:
        return 0.0 if fill else None
    return float(match > 0)


_PIPELINE_SCALES = {
    "hookScore": 10,
    "completionPull": 10,
    "captionScore": 10,
    "ruleScore": 100,
    "trendScore": 100,
    "hashtagCount": 30,
    "durationSeconds": 180,
    "hasVideo": 1,
    "audioTrendingMatch": 1,
    "hashtagRelevance": 1,
}


def pipeline_features(vector: Mapping[str, Any]) -> dict[str, float]:
    """Bring the other signals of a content pipeline to 0-1, for use as features of one's own.

    Parameters
    ----------
    vector
        The pipeline's feature vector.

    Returns
    -------
    The signals that are known, by name; what is absent stays absent.
    """
    scaled = {name: _scaled(vector, name, scale, None) for name, scale in _PIPELINE_SCALES.items()}
    return {name: value for name, value in scaled.items() if value is not None}


def _scaled(
    vector: Mapping[str, Any], name: str, scale: float, default: float | None
) -> float | None:
    """Divide by the scale and clamp to [0, 1]; None where it is not known."""
    number = _number(vector.get(name), name)
    known = default if number is None else number
    return None if known is None else min(max(known / scale, 0.0), 1.0)


def _number(value: Any, name: str) -> float | None:  # noqa: ANN401  from JSON
    """Take a number; None and NaN are unknown.

    Raises
    ------
    DataError
        When it is something else.
    """
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise DataError(f"{value!r} is not a number", where=name) from None
    return None if math.isnan(number) else number
