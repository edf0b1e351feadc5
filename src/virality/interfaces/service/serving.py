"""The model that is served: loaded from its file, and swapped when the file changes."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from virality.errors import ViralityError
from virality.scorer import Scorer, load

_LOG = logging.getLogger("virality.service")
_DIGITS = 16


@dataclass(frozen=True)
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

    def stated(self) -> dict[str, object]:
        """Name the model, beside an answer."""
        return {
            "fingerprint": self.fingerprint,
            "trained_at": self.scorer.artefact.trained_at,
            "synthetic": self.synthetic,
        }


class ModelFile:
    """A model file that is watched. A bad new file leaves the old model serving.

    Attributes
    ----------
    path
        Of the file.
    serving
        The model that answers; replaced as a whole.
    reloads
        How many times a new file was taken.
    failures
        How many times a new file could not be.
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
        self._lock = Lock()
        self._mark = _mark(self.path)
        self.serving = _loaded(self.path)
        self.reloads = self.failures = 0
        self.trouble = ""

    def refresh(self) -> bool:
        """Take the file that lies there now, if it is another; tell whether the model changed."""
        with self._lock:
            mark = _mark(self.path)
            if mark == self._mark:
                return False
            self._mark = mark
            try:
                serving = _loaded(self.path)
            except (ViralityError, OSError) as error:
                self.failures += 1
                self.trouble = str(error)
                _LOG.warning("the model stays: %s", error)
                return False
            changed = serving.fingerprint != self.serving.fingerprint
            self.trouble = ""
            if changed:
                self.serving = serving
                self.reloads += 1
                _LOG.info("now serving %s", serving.fingerprint)
            return changed


def _loaded(path: Path) -> Serving:
    scorer = load(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Serving(scorer, digest[:_DIGITS], datetime.now(UTC))


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Tell one state of a file from another without reading it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
