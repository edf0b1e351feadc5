"""Writing files whole or not at all.

What is written goes to a temporary file beside the old one, is flushed to disk, and then takes its
place in a single step: a full disk or a lost connection leaves the old file as it was.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from virality.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NEW = ".new-"
"""How the name of a folder begins that is not in its place yet."""

_READ_ONLY = 0o444


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
        content = document_bytes(document)
    except ValueError:
        raise OutputError("the model holds a number that is not finite", where=str(path)) from None
    replace_file(path, content)


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """Write a JSON object as a model file has it; ValueError where a number is not finite."""
    return f"{json.dumps(document, allow_nan=False, ensure_ascii=False, indent=1)}\n".encode()


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

    What is written goes to a temporary file beside it, is flushed to disk, and is then renamed. A
    link keeps pointing where it does; a device or pipe is written to, and never replaced.

    Raises
    ------
    OutputError
        When any step fails; the old file is then intact and nothing is left behind.
    """
    try:
        if _is_special(Path(path)):
            with Path(path).open("wb") as stream:
                yield stream
        else:
            with _beside(Path(os.path.realpath(path))) as stream:
                yield stream
    except OSError as error:
        raise _unwritable(path, error) from None


def place_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Put a new folder of files that nobody is to change in place: whole, or not at all.

    Parameters
    ----------
    path
        The folder, which is not there yet.
    files
        Content by name.

    Raises
    ------
    OutputError
        When any step fails; nothing is then left behind.
    """
    temporary = path.parent
    try:
        temporary = Path(tempfile.mkdtemp(prefix=NEW, dir=path.parent))
        for name, content in files.items():
            with (temporary / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            (temporary / name).chmod(_mode(path / name) & _READ_ONLY)
        temporary.chmod(_open_to(0o777))
        _flush_folder(temporary)
        temporary.rename(path)
    except OSError as error:
        if temporary != path.parent:
            shutil.rmtree(temporary, ignore_errors=True)
        raise _unwritable(path, error) from None
    _flush_folder(path.parent)


def require_writable(path: str | Path) -> None:
    """Find out early whether a file could be put in place.

    Raises
    ------
    OutputError
        When its folder is missing or closed, or a folder stands in its place.
    """
    target = Path(os.path.realpath(path))
    try:
        if str(path).endswith(os.sep) or target.is_dir():
            raise _unwritable(path, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
        if not _is_special(target):
            with tempfile.NamedTemporaryFile(prefix=f".{target.name}.", dir=target.parent):
                pass
    except OSError as error:
        raise _unwritable(path, error) from None


def _is_special(path: Path) -> bool:
    """Tell whether something stands there that is neither a file nor a folder."""
    return path.exists() and not (path.is_file() or path.is_dir())


@contextmanager
def _beside(target: Path) -> Iterator[BinaryIO]:
    """Write a temporary file beside the target, and rename it when all is well."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    _flush_folder(target.parent)


def _unwritable(path: str | Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot be written: {error.strerror or error}",
        where=str(path),
        remedy="choose another place, or make room; an older file there is unchanged",
    )


def _mode(target: Path) -> int:
    """Permissions for the new file: the old one's, or what the process gives new files."""
    with suppress(OSError):
        return target.stat().st_mode & 0o777
    return _open_to(0o666)


def _open_to(mode: int) -> int:
    """Take from permissions what the process gives to nothing new."""
    mask = os.umask(0)
    os.umask(mask)
    return mode & ~mask


def _flush_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
