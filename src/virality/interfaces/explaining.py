"""Explaining the scores of what a person names on the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from virality.answers import predict
from virality.errors import OptionError
from virality.interfaces.asking import videos
from virality.interfaces.card import Card, show_card
from virality.interfaces.scores import show_reasons
from virality.reasons import explain, explanations, reasons_frame
from virality.whatif import changeable, what_if

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from virality.interfaces.asking import Asked, Videos
    from virality.scorer import Scorer
    from virality.whatif import WhatIf

ALL = "all"


@dataclass(frozen=True)
class Explained:
    """Why videos got their scores.

    Attributes
    ----------
    scorer
        The model.
    videos
        Which; with what became of the records that were read for them.
    choices
        What goes with other choices, of a single video.
    """

    scorer: Scorer
    videos: Videos
    choices: Sequence[WhatIf]

    def frame(self) -> pl.DataFrame:
        """Give the points of each feature row by row."""
        return reasons_frame(self.scorer.artefact, self.videos.ids, self.videos.features)

    def stated(self) -> dict[str, Any]:
        """Give the reasons as plain JSON values."""
        found = explanations(self.scorer.artefact, self.videos.features)
        told = zip(self.videos.ids, found, strict=True)
        choices = {"what_if": [one.to_dict() for one in self.choices]} if self.choices else {}
        return {
            "explanations": [{"video_id": name, **why.to_dict(), **choices} for name, why in told]
        }

    def show(self) -> None:
        """Print them for people."""
        ids, features = self.videos.ids, self.videos.features
        if len(features) == 1:
            found = predict(self.scorer.artefact, features[0], ())
            why = explain(self.scorer.artefact, features[0])
            show_card(self.scorer, Card(ids[0], found, why, self.choices, len(features[0])))
        else:
            show_reasons(self.scorer, ids, explanations(self.scorer.artefact, features))


def explained(scorer: Scorer, asked: Asked, names: Sequence[str]) -> Explained:
    """Explain the scores of the records in files, or of one video that values alone describe.

    Parameters
    ----------
    scorer
        The model.
    asked
        Which videos.
    names
        Features along which to look at a single video; ``all`` is every one that can be changed.

    Raises
    ------
    OptionError
        When one of them is none that a person can change, or there are several videos.
    ViralityError
        When a file or a value cannot be used.
    """
    artefact = scorer.artefact
    if ALL in names:
        names = [feature.name for feature in changeable(artefact)]
    named = videos(scorer, asked)
    if names and len(named.features) != 1:
        raise OptionError(
            f"it is for a single video, and there are {len(named.features):,}",
            where="--what-if",
            remedy="--limit 1 takes the first one",
        )
    choices = [what_if(artefact, named.features[0], name) for name in dict.fromkeys(names)]
    return Explained(scorer, named, choices)
