"""Look at a file's bytes: what they are, unpacked, and whether they are text."""

import codecs
import gzip
import zlib
from pathlib import Path
from typing import Final

import polars as pl

from virality.errors import SourceError

PARQUET: Final = b"PAR1"

_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_FOREIGN: Final = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"7z\xbc\xaf": "a 7z archive",
    b"ARROW1": "an Arrow file",
    b"Obj\x01": "an Avro file",
}
_STEP: Final = 1 << 22
_REMEDY: Final = "give JSON, JSON lines, CSV or Parquet, as it is or as .gz or .zst"


def starts(path: Path) -> bytes:
    """Read the first bytes of a file.

    Raises
    ------
    SourceError
        If it cannot be read, or is empty.
    """
    try:
        with path.open("rb") as file:
            first = file.read(16)
    except OSError as error:
        raise unreadable(path, error) from error
    if not first:
        raise SourceError("the file is empty", where=str(path), remedy="scrape it again")
    return first


def text_of(path: Path) -> bytes:
    """Read a file as UTF-8 text, unpacked, without its byte order mark.

    Raises
    ------
    SourceError
        If it cannot be read or unpacked, is empty, or is no text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    text = _decoded(unpacked(raw, str(path)), str(path))
    if not text or text.isspace():
        raise SourceError("the file is empty", where=str(path), remedy="scrape it again")
    return text


def is_plain(path: Path) -> bool:
    """Tell whether a file is text as it stands: neither packed, nor UTF-16, nor something else.

    Raises
    ------
    SourceError
        If it cannot be read, or is empty.
    """
    other = (_GZIP, _ZSTD, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, PARQUET, *_FOREIGN)
    return not starts(path).startswith(other)


def unreadable(path: Path, error: OSError) -> SourceError:
    """Build the error for a file that the system does not let us read."""
    return SourceError(
        f"cannot be read: {error.strerror or error}",
        where=str(path),
        remedy="check the path and its permissions",
    )


def unpacked(raw: bytes, where: str) -> bytes:
    """Unpack gzip and zstd, and leave all else.

    Raises
    ------
    SourceError
        If the packing is broken.
    """
    try:
        if raw.startswith(_GZIP):
            return gzip.decompress(raw)
        return _unzstd(raw) if raw.startswith(_ZSTD) else raw
    except (OSError, EOFError, zlib.error, pl.exceptions.PolarsError) as error:
        raise SourceError(
            "the compressed file is broken or incomplete", where=where, remedy="copy it again"
        ) from error


def _unzstd(raw: bytes) -> bytes:
    """Unpack zstd with what Polars has for it: as lines of a table of one column."""
    lines = pl.read_csv(
        raw,
        has_header=False,
        separator="\x1f",
        quote_char=None,
        infer_schema=False,
        new_columns=["line"],
    )
    return "\n".join(lines["line"].fill_null("")).encode()


def _decoded(raw: bytes, where: str) -> bytes:
    """Give text as UTF-8 without a byte order mark, and refuse what is no text."""
    for magic, name in _FOREIGN.items():
        if raw.startswith(magic):
            raise SourceError(f"this is {name}, not records", where=where, remedy=_REMEDY)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = _from_utf16(raw, where)
    check_utf8(raw, where)
    return raw.removeprefix(codecs.BOM_UTF8)


def _from_utf16(raw: bytes, where: str) -> bytes:
    """Rewrite UTF-16 as UTF-8."""
    try:
        return raw.decode("utf-16").encode()
    except UnicodeError as error:
        raise SourceError(
            "begins as UTF-16 and is not", where=where, remedy="save it as UTF-8"
        ) from error


def check_utf8(raw: bytes, where: str, skipped: tuple[int, int] = (0, 0)) -> None:
    """Find null bytes and bytes that are no UTF-8, some megabytes at a time.

    Parameters
    ----------
    raw
        A text, or whole lines of one.
    where
        The file's name, for errors.
    skipped
        Bytes and lines of the file that came before.

    Raises
    ------
    SourceError
        If there are such.
    """
    null = raw.find(b"\0")
    if null >= 0:
        raise SourceError(
            f"this is binary, not text: a null byte at byte {null + skipped[0]}",
            where=where,
            remedy=_REMEDY,
        )
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(raw), _STEP):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(raw[start : start + _STEP], final=start + _STEP >= len(raw))
        except UnicodeDecodeError as error:
            raise _broken(raw, start - held + error.start, where, skipped) from error


def _broken(raw: bytes, place: int, where: str, skipped: tuple[int, int]) -> SourceError:
    """Say at which line and byte a text is none."""
    line = raw.count(b"\n", 0, place) + 1 + skipped[1]
    return SourceError(
        f"this is not UTF-8 text: a broken character at byte {place + skipped[0]}",
        where=f"{where}, line {line}",
        remedy="save it as UTF-8",
    )
