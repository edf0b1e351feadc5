"""JSON on disk: checked reading, atomic writing. It knows no model.

Reading never runs code, refuses numbers that are not finite, and says which field is at fault;
writing goes to a temporary file that takes the place of the old one in a single step, so that a
full disk or a lost connection leaves the old file as it was.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import numpy as np

from virality.errors import ArtefactError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray


_REMEDY = "train again, or restore the file from a backup"
_LARGEST_FILE = 1 << 28


@dataclass(frozen=True)
class Field:
    """A value in a model file together with its place, so that errors can name it."""

    value: Any
    place: str

    def __getitem__(self, key: str) -> Field:
        """Give a member that must be there.

        Raises
        ------
        ArtefactError
            When this is no object or has no such member.
        """
        if not isinstance(self.value, dict):
            self.fail("not a JSON object")
        if key not in self.value:
            self.fail(f"the field {key!r} is missing")
        return Field(self.value[key], f"{self.place}.{key}")

    def __contains__(self, key: str) -> bool:
        """Tell whether this is an object with that member."""
        return isinstance(self.value, dict) and key in self.value

    def items(self) -> Iterator[Field]:
        """Give the entries of an array.

        Raises
        ------
        ArtefactError
            When this is no array.
        """
        if not isinstance(self.value, list):
            self.fail("not an array")
        for number, value in enumerate(self.value):
            yield Field(value, f"{self.place}[{number}]")

    def members(self) -> dict[str, Any]:
        """Give a JSON object as it is.

        Raises
        ------
        ArtefactError
            When this is no object.
        """
        if not isinstance(self.value, dict):
            self.fail("not a JSON object")
        return self.value

    def optional(self, key: str) -> Field | None:
        """Give a member, or None where it is absent or null."""
        if key not in self or self[key].value is None:
            return None
        return self[key]

    def text(self) -> str:
        """Give a string.

        Raises
        ------
        ArtefactError
            When this is no string.
        """
        if not isinstance(self.value, str):
            self.fail("not a string")
        return self.value

    def integer(self) -> int:
        """Give a whole number.

        Raises
        ------
        ArtefactError
            When this is no whole number.
        """
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail("not a whole number")
        return self.value

    def array(self, *shape: int) -> NDArray[np.float64]:
        """Give an array of finite numbers.

        Parameters
        ----------
        *shape
            The shape that it must have; -1 leaves a length open.

        Raises
        ------
        ArtefactError
            When an entry is no finite number, or the shape differs.
        """
        numbers = np.array(self.numbers(len(shape)), dtype=np.float64)
        fits = numbers.ndim == len(shape) and all(
            wanted in {-1, length} for wanted, length in zip(shape, numbers.shape, strict=True)
        )
        if not fits:
            self.fail(f"has shape {numbers.shape}, not {shape}")
        return numbers

    def numbers(self, depth: int) -> Any:  # noqa: ANN401  nested lists of numbers
        """Give finite numbers in lists nested ``depth`` deep.

        Raises
        ------
        ArtefactError
            When an entry is no finite number, or rows differ in length.
        """
        if depth > 0:
            return self._even([item.numbers(depth - 1) for item in self.items()])
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self.fail("not a number")
        try:
            number = float(self.value)
        except OverflowError:
            number = np.inf
        if not np.isfinite(number):
            self.fail("not a finite number")
        return number

    def _even(self, rows: list[Any]) -> list[Any]:
        lengths = {len(row) for row in rows if isinstance(row, list)}
        if len(lengths) > 1:
            self.fail("its rows differ in length")
        return rows

    def fail(self, what: str) -> NoReturn:
        """Refuse the file because of this field.

        Raises
        ------
        ArtefactError
            Always.
        """
        raise ArtefactError(what, where=self.place, remedy=_REMEDY)


def read_document(path: str | Path) -> Field:
    """Read a model file as a checked JSON object.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    The object, with its place.

    Raises
    ------
    ArtefactError
        When the file is missing, cannot be read, or is no JSON object.
    """
    root = Field(_parse(_read_text(path), path), str(path))
    root.members()
    return root


def _read_text(path: str | Path) -> str:
    try:
        if os.path.getsize(path) > _LARGEST_FILE:  # noqa: PTH202  a Path is not needed for this
            raise ArtefactError("larger than any model file", where=str(path))
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ArtefactError(
            "no such model file", where=str(path), remedy="train one: virality train SOURCE"
        ) from None
    except UnicodeDecodeError:
        raise ArtefactError("not a text file", where=str(path), remedy=_REMEDY) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArtefactError(f"cannot be read: {reason}", where=str(path)) from None


def _parse(text: str, path: str | Path) -> Any:  # noqa: ANN401  JSON is of any type
    def refuse(constant: str) -> NoReturn:
        raise ArtefactError(f"holds {constant}", where=str(path), remedy=_REMEDY)

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ArtefactError(
            f"not JSON: {error.msg}",
            where=f"{path}:{error.lineno}:{error.colno}",
            remedy=_REMEDY,
        ) from None
    except (RecursionError, ValueError):
        raise ArtefactError("not a model's JSON", where=str(path), remedy=_REMEDY) from None


def write_document(document: Mapping[str, Any], path: str | Path) -> None:
    """Write a model file in one step: whole, or not at all.

    Parameters
    ----------
    document
        A JSON object of finite numbers.
    path
        The file; an existing one stays as it is until the new one is complete on disk.

    Raises
    ------
    OutputError
        When it cannot be written, or holds a number that is not finite.
    """
    try:
        text = json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1)
    except ValueError:
        raise OutputError("the model holds a number that is not finite", where=str(path)) from None
    replace_file(path, f"{text}\n".encode())


def replace_file(path: str | Path, content: bytes) -> None:
    """Put a file in place whole, or not at all.

    Raises
    ------
    OutputError
        When any step fails; the old file is then intact and nothing is left behind.
    """
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """Open a file that takes the place of another when, and only when, all is written.

    What is written goes to a temporary file beside it, is flushed to disk, and is then renamed.

    Raises
    ------
    OutputError
        When any step fails; the old file is then intact and nothing is left behind.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    except OSError as error:
        raise OutputError(
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="choose another place, or make room; an older file there is unchanged",
        ) from None
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _mode(target: Path) -> int:
    """Permissions for the new file: the old one's, or what the process gives new files."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
