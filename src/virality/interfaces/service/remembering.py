"""A journal in a database: :class:`Journal` by way of :mod:`virality.log`."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING, Any

from virality.errors import DataError, ViralityError
from virality.interfaces.looking import looked
from virality.interfaces.service.journal import UnfitError
from virality.labels import OUTCOMES, outcome_named
from virality.log import Known, Noted, OutcomeLog, Spool
from virality.log.entries import Statement
from virality.log.joining import outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from virality.answers import Prediction
    from virality.arrays import Floats
    from virality.interfaces.service.serving import Serving

    Video = Mapping[str, Any]
    Names = tuple[str | None, str | None, datetime | None]

_NOBODY: Names = (None, None, None)
_SECONDS = 60


class LogJournal:
    """Remembers predictions and outcomes in a database.

    Parameters
    ----------
    url
        Of the database, or the path of a file of SQLite.

    Raises
    ------
    OptionError
        When it is no database that can keep a log.
    LogError
        When it cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._log = OutcomeLog(url)
        self._spool = Spool(self._log.note)
        self._looking = Lock()
        self._looked: tuple[float, Mapping[str, Any]] = (0.0, {})

    @property
    def state(self) -> dict[str, int]:
        """How many predictions wait to be written, and how many had no room to."""
        return {"waiting": self._spool.waiting, "dropped": self._spool.dropped}

    def predicted(
        self,
        serving: Serving,
        videos: Sequence[Video],
        features: Floats,
        found: Sequence[Prediction],
    ) -> Sequence[str]:
        """Take note of predictions, later; as :meth:`Journal.predicted` says."""
        now, ids = datetime.now(UTC), [uuid.uuid4().hex for _ in found]

        def entries() -> list[Noted]:
            artefact = serving.scorer.artefact
            self._log.introduce(serving.fingerprint, lambda: Statement.of(artefact))
            made = zip(ids, videos, features.tolist(), found, strict=True)
            return list(self._entries(serving, now, made))

        self._spool.put(len(ids), entries)
        return ids

    def _entries(self, serving: Serving, now: datetime, made: Any) -> Iterator[Noted]:  # noqa: ANN401  an iterator of tuples
        for name, video, row, found in made:
            account, own, posted = _NOBODY if video.keys() <= serving.names else who(video)
            yield Noted(
                id=name,
                at=now,
                model=serving.fingerprint,
                account=self._log.names.account(account),
                video=self._log.names.video(own),
                posted_at=posted,
                features=tuple(None if value != value else value for value in row),  # noqa: PLR0124  NaN is not itself
                probabilities=found.tier_probabilities,
                score=found.score,
                percentile=found.percentile,
                interval=found.interval,
            )

    def outcomes(self, told: Sequence[Video]) -> Mapping[str, Any]:
        """Keep what became of videos; as :meth:`Journal.outcomes` says.

        Raises
        ------
        UnfitError
            When one of them cannot be used.
        ViralityError
            When they cannot be kept.
        """
        self._spool.flush()  # what was predicted a moment ago may be what this is about
        models, known = self._log.models(), []
        for number, one in enumerate(told):
            try:
                known.append(self._known(one, models))
            except ViralityError as error:
                raise UnfitError(number, error) from error
        done = self._log.keep(known)
        return {"results": done, "kept": sum(one in {"kept", "replaced"} for one in done)}

    def _known(self, told: Video, models: Mapping[str, Mapping[str, Any]]) -> Known:
        """Make an entry of what a caller tells of a video: its outcome, or a later record of it."""
        name, own = told.get("id"), told.get("video_id")
        if told.get("record") is None:
            counted = {str(one["outcome"]) for one in models.values()} <= OUTCOMES.keys()
            if counted and told["outcome"] < 0:
                raise DataError(f"negative: {told['outcome']}", where="outcome")
            seen = Known(told["outcome"], told.get("at") or datetime.now(UTC), video=own)
        else:
            seen = seen_later(told["record"], outcome_of(models))
        if not (name or own or seen.video):
            raise DataError("the record names no video", where="record")
        return replace(
            seen,
            at=told.get("at") or seen.at,
            prediction=name,
            video=self._log.names.video(own.strip() if own else seen.video),
        )

    def monitor(self) -> Mapping[str, Any]:
        """Say whether predictions are still right, as it was within the last minute."""
        with self._looking:
            at, told = self._looked
            if not told or time.monotonic() - at > _SECONDS:
                self._spool.flush()
                told = looked(self._log).to_dict()
                self._looked = time.monotonic(), told
            return told

    def close(self) -> None:
        """Write what has not been written."""
        self._spool.close()
        self._log.close()


def who(video: Video) -> Names:
    """Say whose video it is, which one, and when it was posted, as far as its record tells."""
    from virality.records import to_records  # noqa: PLC0415  loads Polars

    try:
        row = to_records(video).row(0, named=True)
    except ViralityError:
        return _NOBODY
    return row["author_id"], row["video_id"], row["created_at"]


def seen_later(record: Video, outcome: str) -> Known:
    """Read what became of a video from a later record of it; its video is still by name.

    Raises
    ------
    DataError
        When the record is no use, or does not tell the outcome.
    """
    import polars as pl  # noqa: PLC0415  few outcomes come as records

    from virality.records import to_records  # noqa: PLC0415

    frame, wanted = to_records(record), outcome_named(outcome)
    if wanted.relative:
        raise DataError(f"{outcome} takes the account's other videos", remedy="state it as outcome")
    row = frame.with_columns(wanted.formula(pl).alias("outcome")).row(0, named=True)
    if row["outcome"] is None:
        raise DataError(f"the record does not tell {outcome}", where="record")
    at = row["scraped_at"] or datetime.now(UTC)
    return Known(float(row["outcome"]), at, video=row["video_id"], posted_at=row["created_at"])
