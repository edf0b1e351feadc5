"""Whether code runs while an input is read: Python's own audit events say so."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUSPECT = (
    "compile",
    "ctypes.dlopen",
    "exec",
    "marshal.load",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.remove",
    "os.spawn",
    "os.system",
    "pickle.find_class",
    "shutil.",
    "socket.connect",
    "subprocess.",
)
_MACHINERY = "importlib._bootstrap"
_state = {"watching": False, "hooked": False}


class CodeRunError(BaseException):
    """Something that only running code does was done; no handler of errors may swallow it."""


@contextmanager
def watched() -> Iterator[None]:
    """Raise where code is run, except by the import of a module of an installed package."""
    if not _state["hooked"]:
        sys.addaudithook(_judge)
        _state["hooked"] = True
    _state["watching"] = True
    try:
        yield
    finally:
        _state["watching"] = False


def _judge(event: str, arguments: tuple[object, ...]) -> None:
    if _state["watching"] and event.startswith(_SUSPECT) and not _importing():
        raise CodeRunError(event, str(arguments)[:200])


def _importing() -> bool:
    frame = sys._getframe(2)  # noqa: SLF001  there is no other way to see who is calling
    while frame is not None:
        if _MACHINERY in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False
