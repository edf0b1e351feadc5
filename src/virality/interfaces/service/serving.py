"""The model that is served: loaded from its file, and swapped when the file changes."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

import msgspec

from virality.errors import ArtefactError, ViralityError
from virality.scorer import Scorer, load
from virality.storage.digest import fingerprint

if TYPE_CHECKING:
    Reload = Literal["taken", "refused", "same"]

_LOG = logging.getLogger("virality.service")


@dataclass(frozen=True, eq=False)
class Serving:
    """A model as it is served.

    Attributes
    ----------
    scorer
        The model.
    fingerprint
        The first digits of the SHA-256 of its file.
    loaded_at
        When it was loaded.
    """

    scorer: Scorer
    fingerprint: str
    loaded_at: datetime

    @property
    def synthetic(self) -> bool:
        """Whether it was trained on made-up videos."""
        return bool(self.scorer.artefact.data.get("synthetic"))

    @cached_property
    def named(self) -> msgspec.Raw:
        """Its name beside an answer, as JSON."""
        told = {
            "fingerprint": self.fingerprint,
            "trained_at": self.scorer.artefact.trained_at,
            "synthetic": self.synthetic,
        }
        return msgspec.Raw(msgspec.json.encode(told))

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the model's features."""
        return frozenset(self.scorer.feature_names)


class ModelFile:
    """A model file that is watched. A bad new file leaves the old model serving.

    Attributes
    ----------
    path
        Of the file.
    serving
        The model that answers; replaced as a whole.
    trouble
        Why the file that lies there now is not the one that serves; empty where it is.
    """

    def __init__(self, path: str | Path) -> None:
        """Load the file.

        Raises
        ------
        ArtefactError
            When it is missing, damaged, of a future version or of another schema.
        """
        self.path = Path(path)
        self.trouble = ""
        self._lock = Lock()
        self._mark = _mark(self.path)
        self.serving = _loaded(self.path)

    def refresh(self) -> Reload:
        """Take the file that lies there now, if it is another."""
        with self._lock:
            mark, begun = _mark(self.path), time.perf_counter()
            if mark == self._mark:
                return "same"
            self._mark = mark
            try:
                serving = _loaded(self.path)
            except (ArtefactError, OSError) as error:
                self.trouble = str(error)
                _LOG.warning("the old model stays: %s", error, extra=_stage(begun))
                return "refused"
            self.trouble = ""
            if serving.fingerprint == self.serving.fingerprint:
                return "same"
            self.serving = serving
            _LOG.info("now serving %s", serving.fingerprint, extra=_stage(begun))
            return "taken"


def _loaded(path: Path) -> Serving:
    """Load a file, and score a record once, as the first score takes longer than others."""
    before = fingerprint(path)
    scorer = load(path)
    if fingerprint(path) != before:
        raise ArtefactError("it changed while it was read", where=str(path), remedy="wait")
    with suppress(ViralityError):
        scorer.score({"caption": "a"})
    return Serving(scorer, before, datetime.now(UTC))


def _stage(begun: float) -> dict[str, object]:
    return {"stage": "reload", "duration_ms": round(1000 * (time.perf_counter() - begun), 3)}


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Tell one state of a file from another without reading it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
