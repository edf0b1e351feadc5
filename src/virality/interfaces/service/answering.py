"""Answers to one video or many, as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from virality.answers import predict, predictions
from virality.errors import ViralityError
from virality.interfaces.service.problems import ProblemError, encoded, of_error
from virality.interfaces.service.strict import decoded
from virality.known import known_row, plain_row
from virality.several import known_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import msgspec

    from virality.answers import Prediction
    from virality.arrays import Floats
    from virality.context import Past
    from virality.interfaces.service.bodies import ScoreRequest
    from virality.interfaces.service.journal import Journal
    from virality.interfaces.service.serving import Serving

    Video = Mapping[str, Any]


_PAST = 20_000
"""How many earlier videos one request may tell of: more take longer than others should wait."""


@dataclass(frozen=True)
class Answering:
    """Answers with one model.

    Attributes
    ----------
    serving
        The model.
    journal
        Takes note of each answer; None where no log is kept.
    """

    serving: Serving
    journal: Journal | None

    def at_once(self, asked: ScoreRequest) -> bytes | None:
        """Answer for a video of which all features are stated; None where it is another.

        It takes so little time that nothing else need wait.
        """
        artefact = self.serving.scorer.artefact
        if asked.explain or asked.what_if or asked.history is not None:
            return None
        row = plain_row(artefact, asked.video)
        if row is None:
            return None
        return encoded(self._told(asked.video, row, predict(artefact, row, ())))

    def one(self, asked: ScoreRequest) -> bytes:
        """Answer for one video, and say why where that is asked for.

        Raises
        ------
        ProblemError
            When it, its history or what is asked of it cannot be used.
        """
        artefact, past = self.serving.scorer.artefact, self.past(asked.history)
        try:
            row, ignored = known_row(artefact, asked.video, past)
            told = self._told(asked.video, row, predict(artefact, row, ignored))
        except ViralityError as error:
            raise of_error(error, asked.video, "/video") from error
        if past is not None:
            told["history"] = dict(past.rows)
        return encoded(told | self._reasons(asked, row))

    def _reasons(self, asked: ScoreRequest, row: Floats) -> dict[str, Any]:
        """Say why one video gets its score, and what goes with other choices, where asked for."""
        from virality.reasons import explain  # noqa: PLC0415  few ask for reasons
        from virality.whatif import what_if  # noqa: PLC0415  likewise

        artefact, told = self.serving.scorer.artefact, dict[str, Any]()
        try:
            if asked.explain:
                told["explanation"] = explain(artefact, row).to_dict()
            if asked.what_if:
                names = dict.fromkeys(asked.what_if)
                told["what_if"] = [what_if(artefact, row, name).to_dict() for name in names]
        except ViralityError as error:
            raise of_error(error, None, "/what_if" if asked.what_if else "/explain") from error
        return told

    def past(self, history: Sequence[Video] | None) -> Past | None:
        """Read an account's earlier videos.

        Raises
        ------
        ProblemError
            When they cannot be used.
        """
        if history is None:
            return None
        if len(history) > _PAST:
            raise ProblemError(413, f"{len(history):,} earlier videos are more than {_PAST:,}")
        try:
            return self.serving.scorer.past(list(history))
        except ViralityError as error:
            raise of_error(error, None, "/history") from error

    def each(self, raws: Sequence[bytes | msgspec.Raw], past: Past | None) -> list[bytes]:
        """Answer for each of several videos, or say why not; a pointer starts at the video."""
        told: dict[int, dict[str, Any]] = {}
        videos: dict[int, Any] = {}
        for place, raw in enumerate(raws):
            try:
                videos[place] = decoded(raw)
            except ProblemError as problem:
                told[place] = problem.stated()
        answers = self._several(list(videos.values()), past)
        told |= zip(videos, answers, strict=True)
        return [encoded(told[place]) for place in range(len(raws))]

    def _several(self, videos: list[Any], past: Past | None) -> list[dict[str, Any]]:
        artefact = self.serving.scorer.artefact
        known = known_each(artefact, videos, past)
        fine = [place for place in range(len(videos)) if place not in known.faults]
        ignored = {new: known.ignored.get(old, ()) for new, old in enumerate(fine)}
        rows = known.features[fine]
        found = predictions(artefact, rows, ignored) if fine else []
        names = self._noted([videos[place] for place in fine], rows, found)
        told = {
            place: _stated(each, self.serving, name)
            for place, each, name in zip(fine, found, names, strict=True)
        }
        for place, error in known.faults.items():
            told[place] = of_error(error, videos[place], "").stated()
        return [told[place] for place in range(len(videos))]

    def _told(self, video: Video, row: Floats, found: Prediction) -> dict[str, Any]:
        name = self._noted([video], row[None, :], [found])[0]
        return {**_stated(found, self.serving, name), "narrows": found.narrows}

    def _noted(
        self, videos: Sequence[Video], rows: Floats, found: Sequence[Prediction]
    ) -> Sequence[str | None]:
        if self.journal is None or not found:
            return [None] * len(found)
        return self.journal.predicted(self.serving, videos, rows, found)


def _stated(found: Prediction, serving: Serving, name: str | None) -> dict[str, Any]:
    ends = found.interval
    told = {
        "score": found.score,
        "tier": found.tier,
        "tier_probabilities": found.tier_probabilities,
        "percentile": found.percentile,
        "interval": ends and {"low": ends[0], "median": ends[1], "high": ends[2]},
        "unknown": found.unknown,
        "ignored": found.ignored,
        "model": serving.named,
    }
    return told if name is None else {**told, "id": name}
