"""A folder of versions that nobody changes, and the model that serves.

::

    DIR/
    ├── model.json          what serves: the bytes of one of the versions
    ├── versions/0001/      model.json, entry.json and, where reports can be made, these
    └── rejected/0002/      the same of candidates that were not good enough

A version is put in its place by one rename, and serves by another. Whatever is killed between the
two, ``model.json`` is the old model or the new one, whole.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from virality.artefact import encode
from virality.errors import ArtefactError, OptionError, OutputError
from virality.scorer import Scorer, load
from virality.storage.atomic import NEW, document_bytes, place_folder, replace_file
from virality.storage.digest import digest, digest_of
from virality.storage.locking import locked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Kind = Literal["versions", "rejected"]

MODEL = "model.json"
ENTRY = "entry.json"
_DIGITS = 4


@dataclass(frozen=True)
class Version:
    """A model that was kept, for good or as rejected.

    Attributes
    ----------
    number
        No two of a registry have the same.
    folder
        Where it lies.
    entry
        What is stated of it: ``made_at``, ``reason``, ``verdict``, the number that it ``replaced``,
        and ``sha256`` of its model, which is None where a candidate was refused before there was
        one.
    """

    number: int
    folder: Path
    entry: Mapping[str, Any]

    @property
    def model(self) -> Path:
        """Its model's file."""
        return self.folder / MODEL

    def load(self) -> Scorer:
        """Load its model, if it is what was put there.

        Raises
        ------
        ArtefactError
            When it is missing, or was changed.
        """
        self.require_whole()
        return load(self.model)

    def require_whole(self) -> None:
        """Compare its model with the digest of what was put there.

        Raises
        ------
        ArtefactError
            When it is missing, or was changed.
        """
        found = digest(self.model)
        if found != self.entry["sha256"]:
            raise ArtefactError(
                "it is not the model that was put there" if found else "there is no such file",
                where=str(self.model),
                remedy="choose another version: virality rollback --registry DIR VERSION",
            )


class Registry:
    """A folder of models.

    Parameters
    ----------
    path
        The folder; made, with all above it, where it is missing.

    Raises
    ------
    OptionError
        When no folder is named.
    OutputError
        When it cannot be made.
    """

    def __init__(self, path: str | Path) -> None:
        if not str(path):
            raise OptionError("names no folder", where="--registry")
        self.path = Path(path)
        try:
            for kind in ("versions", "rejected"):
                (self.path / kind).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot be made: {error.strerror}", where=str(path), remedy="name another folder"
            ) from None

    @property
    def model(self) -> Path:
        """The file that is served: ``virality serve --model DIR/model.json``."""
        return self.path / MODEL

    def listed(self, kind: Kind = "versions") -> tuple[Version, ...]:
        """Give what is kept, in the order of their numbers.

        Raises
        ------
        ArtefactError
            When what is stated of one cannot be read.
        """
        found = [one for one in (self.path / kind).iterdir() if one.name.isdecimal()]
        return tuple(_read(one) for one in sorted(found, key=lambda one: int(one.name)))

    def serving(self) -> Version | None:
        """Give the version that serves; None where none does yet.

        Raises
        ------
        ArtefactError
            When the file that is served is none of the versions, or missing.
        """
        versions = self.listed()
        if not versions and not self.model.exists():
            return None
        serves = digest(self.model)
        for version in reversed(versions):
            if version.entry["sha256"] == serves:
                return version
        raise ArtefactError(
            "it is none of the versions of this registry" if serves else "there is no such file",
            where=str(self.model),
            remedy="put one in its place: virality rollback --registry DIR VERSION"
            if versions
            else "move it elsewhere: a registry holds what virality retrain puts there",
        )

    def keep(
        self,
        kind: Kind,
        scorer: Scorer | None,
        stated: Mapping[str, Any],
        reports: Mapping[str, bytes] | None = None,
    ) -> Version:
        """Put a model in a folder of its own, for good.

        Parameters
        ----------
        kind
            Where.
        scorer
            The model; None where a candidate was refused before there was one.
        stated
            ``reason``, ``verdict``, and of a version ``replaced``: the number of what serves until
            then, or None; as plain values.
        reports
            Further files, by name.

        Raises
        ------
        OutputError
            When it cannot be written; nothing is then left of it.
        """
        number = 1 + max((int(one.name) for one in self._folders()), default=0)
        files = dict(reports or {})
        if scorer is not None:
            files[MODEL] = document_bytes(encode(scorer.artefact))
        entry = {
            "number": number,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "sha256": None if scorer is None else digest_of(files[MODEL]),
            **stated,
        }
        folder = self.path / kind / f"{number:0{_DIGITS}}"
        place_folder(folder, {**files, ENTRY: document_bytes(entry)})
        return _read(folder)

    def serve(self, version: Version) -> None:
        """Let a version serve: in one step, or not at all.

        Raises
        ------
        ArtefactError
            When its model was changed.
        OutputError
            When the file cannot be replaced.
        """
        version.require_whole()
        replace_file(self.model, version.model.read_bytes())

    def version(self, number: int) -> Version:
        """Give a version by its number.

        Raises
        ------
        OptionError
            When there is none.
        """
        listed = self.listed()
        for version in listed:
            if version.number == number:
                return version
        there = ", ".join(str(one.number) for one in listed) or "none yet"
        raise OptionError(
            f"there is no version {number}", where=str(self.path), remedy=f"there are: {there}"
        )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody else change the registry, and clear away what a killed process left.

        Raises
        ------
        OutputError
            When another process is changing it.
        """
        with locked(self.path / ".lock"):
            for left in self.path.glob(f"*/{NEW}*"):
                shutil.rmtree(left, ignore_errors=True)
            yield

    def _folders(self) -> Iterator[Path]:
        for kind in ("versions", "rejected"):
            yield from (one for one in (self.path / kind).iterdir() if one.name.isdecimal())


def existing(path: str | Path) -> Registry:
    """Open a registry that is there.

    Raises
    ------
    OptionError
        When it is not.
    """
    if not (Path(path) / "versions").is_dir():
        raise OptionError(
            "there is no registry", where=str(path), remedy="virality retrain makes one"
        )
    return Registry(path)


def _read(folder: Path) -> Version:
    place = folder / ENTRY
    try:
        entry = json.loads(place.read_bytes())
        return Version(int(entry["number"]), folder, {**entry, "sha256": entry["sha256"]})
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise ArtefactError(
            "what is stated of this version cannot be read",
            where=str(place),
            remedy="restore it, or move its folder out of the registry",
        ) from None
