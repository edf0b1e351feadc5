"""Read a text a few lines at a time, so that memory holds these however long the file is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from virality.records.content import check_utf8, unreadable

_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Lines:
    """Whole lines of a text.

    Parameters
    ----------
    text
        The lines, in UTF-8.
    skipped
        How many lines of the file came before.
    """

    text: bytes
    skipped: int


def lines_of(path: Path, size: int, *, quoted: bool = False) -> Iterator[Lines]:
    """Cut a file into parts of about so many bytes that end where a line does.

    Parameters
    ----------
    path
        A file of UTF-8 that is not packed.
    size
        Bytes.
    quoted
        Whether a line end between quotes ends no line, as in CSV.

    Raises
    ------
    SourceError
        If it cannot be read, or is no text.
    """
    left, bytes_before, lines_before = b"", 0, 0
    try:
        with path.open("rb") as file:
            while read := file.read(size):
                left += read.removeprefix(_BOM) if not (bytes_before or left) else read
                end = _end(left, quoted=quoted)
                if end:
                    yield _checked(left[:end], path, bytes_before, lines_before)
                    bytes_before += end
                    lines_before += left.count(b"\n", 0, end)
                    left = left[end:]
    except OSError as error:
        raise unreadable(path, error) from error
    if left:
        yield _checked(left, path, bytes_before, lines_before)


def _end(text: bytes, *, quoted: bool) -> int:
    """Find where the last whole line ends; 0 where none does."""
    end = text.rfind(b"\n") + 1
    while quoted and end and text.count(b'"', 0, end) % 2:
        end = text.rfind(b"\n", 0, end - 1) + 1
    return end


def _checked(text: bytes, path: Path, bytes_before: int, lines_before: int) -> Lines:
    check_utf8(text, str(path), (bytes_before, lines_before))
    return Lines(text, lines_before)
