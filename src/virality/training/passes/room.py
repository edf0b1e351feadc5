"""How much memory a training may take, and how many rows of each kind that is.

The numbers of bytes are what a row was measured to cost at the dearest moment of its pass.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from virality.errors import OptionError

_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?) *([KMGT])?(I)?B?")
_POWERS = {None: 0, "K": 1, "M": 2, "G": 3, "T": 4}
_LEAST = 128 << 20
_SLICE, _PART, _DRAWN = 12 << 10, 8 << 10, 14 << 10
_BUFFERS = 16
_USUAL = 4 << 30
_CONTAINER = Path("/sys/fs/cgroup/memory.max")


@dataclass(frozen=True)
class Room:
    """How much may be held.

    Attributes
    ----------
    slice_rows
        Records that are read and cleaned at once.
    part_rows
        Rows of a part that is worked on at once.
    drawn_rows
        Rows of the sample for what has to see all of its rows at once.
    buffer
        Bytes that wait to be written.
    """

    slice_rows: int
    part_rows: int
    drawn_rows: int
    buffer: int

    @classmethod
    def of(cls, memory: int) -> Room:
        """Share out so many bytes, which come on top of what interpreter and libraries take."""
        return cls(memory // _SLICE, memory // _PART, memory // _DRAWN, memory // _BUFFERS)

    def parts(self, rows: int) -> int:
        """Into how many parts so many rows are put."""
        return max(1, -(-rows // self.part_rows))


def size_of(text: str) -> int:
    """Read a size in bytes, such as ``512MB`` or ``2GiB``; units are powers of 1024.

    Raises
    ------
    OptionError
        When it is none, or less than a training needs.

    Examples
    --------
    >>> size_of("512MB") == size_of("0.5GiB") == 512 * 1024**2
    True
    """
    found = _SIZE.fullmatch(text.strip().upper())
    if not found:
        raise OptionError(
            f"{text!r} is not a size", where="memory", remedy="write one such as 512MB or 4GB"
        )
    size = int(float(found[1]) * 1024 ** _POWERS[found[2]])
    if size < _LEAST:
        raise OptionError(f"{text} is too little to train in", where="memory", remedy="give 128MB")
    return size


def machine_memory() -> int:
    """Tell how many bytes of memory the machine, or the container, has."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return _USUAL
    with suppress(OSError, ValueError):
        memory = min(memory, int(_CONTAINER.read_text()))
    return memory
