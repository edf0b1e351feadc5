"""Answers to one video or many, as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from virality.answers import answer, predict
from virality.errors import ViralityError
from virality.known import known_row, known_rows
from virality.reasons import explain
from virality.records import read
from virality.whatif import what_if

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from virality.answers import Prediction
    from virality.arrays import Floats
    from virality.context import Past
    from virality.interfaces.service.serving import Serving
    from virality.scorer import Scorer

    Video = Mapping[str, Any]
    Answer = dict[str, Any]


def answered(
    serving: Serving,
    video: Video,
    history: Sequence[Video] | None = None,
    *,
    explained: bool = False,
    along: Sequence[str] = (),
) -> Answer:
    """Score one video, and say why where that is asked for.

    Raises
    ------
    DataError
        When it is no record, a value cannot be used, or no field is one that the model knows.
    OptionError
        When a value is outside of its range, the model uses no history, or nobody can change a
        feature to look along.
    """
    artefact = serving.scorer.artefact
    past = None if history is None else serving.scorer.past(list(history))
    row, ignored = known_row(artefact, video, past)
    told = _stated(serving, predict(artefact, row, ignored))
    if explained:
        told["explanation"] = explain(artefact, row).to_dict()
    if along:
        told["what_if"] = [what_if(artefact, row, name).to_dict() for name in dict.fromkeys(along)]
    return told


def _stated(serving: Serving, found: Prediction) -> Answer:
    ends = dict(zip(("low", "median", "high"), found.interval or (), strict=False))
    return {
        "score": found.score,
        "tier": found.tier,
        "tier_probabilities": list(found.tier_probabilities),
        "percentile": found.percentile,
        "interval": ends or None,
        "unknown": list(found.unknown),
        "ignored": list(found.ignored),
        "narrows": found.narrows,
        "model": serving.stated(),
    }


def answered_all(scorer: Scorer, videos: Sequence[Video], past: Past | None) -> Iterator[Answer]:
    """Score many videos, each with its own answer or its own error, in their order.

    Those that state features alone, and those that are read as records, go together, fast. What
    then has no answer yet, such as a record without an id, is scored by itself.
    """
    found: dict[int, Answer] = {}
    named = [k for k, video in enumerate(videos) if _is_features(scorer, video)]
    chosen = set(named)
    others = [k for k in range(len(videos)) if k not in chosen]
    if named and past is None:
        rows = np.array([_row(scorer, videos[k]) for k in named])
        found |= zip(named, _many(scorer, rows), strict=True)
    if others:
        found |= _records(scorer, [videos[k] for k in others], others, past)
    for k, video in enumerate(videos):
        yield found[k] if k in found else _alone(scorer, video, past)


def _is_features(scorer: Scorer, video: Video) -> bool:
    """Tell whether a video states finite numbers of features, or nothing of them, and no more."""
    names = scorer.feature_names
    return bool(video) and all(
        name in names and (value is None or type(value) in {int, float})
        for name, value in video.items()
    )
