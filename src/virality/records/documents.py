"""Find the records inside a JSON document without decoding all of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import msgspec

from virality.errors import SourceError
from virality.records.plucking import Json, Unreadable, flatten
from virality.records.recognition import score

Node = Json
"""A JSON value: decoded, or still the text of it."""

_DEPTH: Final = 3
_LOOKED_AT: Final = 5
_FEW: Final = 100
_MEMBERS: Final = 200
_LARGE: Final = 1_000_000
_ENDLESS: Final = float("inf")

_decoder: Final = msgspec.json.Decoder()
_splitter: Final = msgspec.json.Decoder(list[msgspec.Raw])
_opener: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_liner: Final = msgspec.json.Decoder(msgspec.Raw)


@dataclass(frozen=True)
class _Found:
    """Some records in a document, and how well a known source fits them."""

    fit: int
    records: Sequence[Node]


def decode(node: Node) -> Json:
    """Decode one node; what cannot be decoded becomes the reason why.

    Examples
    --------
    >>> decode(msgspec.Raw(b'{"views": 1e400}'))
    {'views': inf}
    """
    if not isinstance(node, msgspec.Raw):
        return node
    try:
        return _decoder.decode(node)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_slowly(node)
    except RecursionError:
        return Unreadable("nested too deeply")


def parse(text: bytes, where: str) -> Node:
    """Split a JSON text into nodes.

    Parameters
    ----------
    text
        The document, or one document on each line.
    where
        The file's name, for errors.

    Returns
    -------
    Node
        An array, an object, or the list of the lines' documents.

    Raises
    ------
    SourceError
        If the text is no JSON; it names line and column.
    """
    try:
        return _split(text)
    except msgspec.DecodeError:
        return _parse_slowly(text, where)
    except RecursionError as error:
        raise _too_deep(where) from error


def members(node: Node) -> dict[str, Node] | None:
    """Give an object's members, None for anything else."""
    if isinstance(node, msgspec.Raw):
        return _opener.decode(node) if bytes(memoryview(node)[:1]) == b"{" else None
    return node if isinstance(node, dict) else None


def elements(node: Node) -> Sequence[Node] | None:
    """Give an array's elements, None for anything else."""
    if isinstance(node, msgspec.Raw):
        return _splitter.decode(node) if bytes(memoryview(node)[:1]) == b"[" else None
    return node if isinstance(node, list) else None


def records_in(document: Node, where: str) -> Sequence[Node]:
    """Find the records of a document: its array, one inside it, its members, or itself.

    Raises
    ------
    SourceError
        If it holds none.
    """
    array = elements(document)
    if array is None:
        array = _likeliest(list(_inside(document)), document)
    if not any(_is_object(node) for node in array):
        raise SourceError("holds no records", where=where, remedy="scrape it again")
    return array


def _likeliest(found: Sequence[_Found], document: Node) -> Sequence[Node]:
    """Choose what a known source fits best; where none fits, the longest."""
    best = max(found, key=lambda each: (each.fit, len(each.records)), default=_Found(0, []))
    inside = (members(document) or {}).values()
    hollow = not inside or any(elements(node) == [] for node in inside)
    return [] if hollow and not best.fit and len(best.records) <= 1 else best.records


def fields_of(nodes: Sequence[Node]) -> dict[str, None]:
    """Name the paths of the first records, and of some spread over the rest."""
    return fields_among(nodes[place] for place in looked_at(len(nodes)))


def looked_at(count: int) -> Iterable[int]:
    """Say which of so many records tell what fields there are, ascending."""
    return chain(range(min(count, _FEW)), range(_FEW, count, max(1, count // _FEW)))


def fields_among(nodes: Iterable[Node]) -> dict[str, None]:
    """Name the paths of some records."""
    decoded = (decode(node) for node in nodes)
    return dict.fromkeys(
        name for record in decoded if isinstance(record, dict) for name in flatten(record)
    )


def is_lines(head: bytes) -> bool:
    """Tell by the first lines of a text whether it holds a JSON document on each line."""
    first = [line for line in head.splitlines() if line.strip()][:2]
    if len(first) < 2:  # noqa: PLR2004  one line is a document by itself
        return False
    try:
        _opener.decode(first[0])
    except msgspec.DecodeError:
        return False
    return True


def json_lines(text: bytes, where: str, skipped: int) -> list[Node]:
    """Split lines into their documents.

    Parameters
    ----------
    text
        Whole lines.
    where
        The file's name, for errors.
    skipped
        How many lines of the file came before.

    Raises
    ------
    SourceError
        If one is no JSON; it names line and column.
    """
    try:
        return list(_liner.decode_lines(text))
    except msgspec.DecodeError:
        lines = enumerate(text.splitlines(), skipped + 1)
        return [_line(line, where, k) for k, line in lines if line.strip()]


def _split(text: bytes) -> Node:
    """Split a text into the nodes of its array, its object, or its lines."""
    if text.lstrip()[:1] == b"[":
        return _splitter.decode(text)
    try:
        return _opener.decode(text)
    except msgspec.DecodeError:
        return _liner.decode_lines(text)


def _parse_slowly(text: bytes, where: str) -> Node:
    """Parse what only Python's own parser takes, or learn from it where the fault is."""
    try:
        return _loads(text)
    except RecursionError as error:
        raise _too_deep(where) from error
    except json.JSONDecodeError as error:
        if error.msg != "Extra data" or text.lstrip()[:1] != b"{":
            raise _malformed(error, where, error.lineno) from error
    return [_line(line, where, k) for k, line in enumerate(text.splitlines(), 1) if line.strip()]


def _line(text: bytes, where: str, number: int) -> Node:
    """Parse one line of JSON lines."""
    try:
        return _loads(text)
    except json.JSONDecodeError as error:
        raise _malformed(error, where, number) from error


def _loads(text: bytes) -> Node:
    """Parse as Python does; NaN and Infinity become infinite, and so unusable."""
    return json.loads(text, parse_constant=lambda _: _ENDLESS, parse_int=_integer)


def _integer(digits: str) -> float:
    """Read an integer; one of thousands of digits becomes infinite."""
    return int(digits) if len(digits) < _FEW else _ENDLESS


def _too_deep(where: str) -> SourceError:
    """Build the error for a text that is nested without end."""
    return SourceError("is nested too deeply to be records", where=where, remedy="scrape it again")


def _malformed(error: json.JSONDecodeError, where: str, line: int) -> SourceError:
    """Build the error for a text that is no JSON."""
    return SourceError(
        f"the JSON is broken or breaks off: {error.msg[0].lower()}{error.msg[1:]}",
        where=f"{where}, line {line}, column {error.colno}",
        remedy="save or scrape it again",
    )


def _decode_slowly(node: msgspec.Raw) -> Json:
    """Decode what msgspec refuses and Python takes, such as 1e400."""
    try:
        return _loads(bytes(node))
    except (ValueError, RecursionError):
        return Unreadable("not readable as JSON")


def _is_object(node: Node) -> bool:
    """Tell whether a node is an object."""
    return (
        bytes(memoryview(node)[:1]) == b"{"
        if isinstance(node, msgspec.Raw)
        else isinstance(node, dict)
    )


def _inside(document: Node) -> Iterable[_Found]:
    """Find all that may be the records of an object, the likeliest of equals first."""
    yield from _itself(document)
    yield from _by_id(document)
    yield from _arrays(document, _DEPTH)


def _itself(document: Node) -> Iterable[_Found]:
    """Take an object as one record."""
    inside = members(document) or {}
    if len(inside) < _MEMBERS and sum(_size(node) for node in inside.values()) < _LARGE:
        record = {name: decode(node) for name, node in inside.items()}
        yield _Found(score(flatten(record)), [record])


def _size(node: Node) -> int:
    """Count the bytes of a node that is still text."""
    return memoryview(node).nbytes if isinstance(node, msgspec.Raw) else 0


def _by_id(document: Node) -> Iterable[_Found]:
    """Take an object's members as records under their ids."""
    nodes = list((members(document) or {}).values())
    if nodes and all(_is_object(node) for node in nodes):
        yield _Found(score(fields_among(nodes[:_LOOKED_AT])), nodes)


def _arrays(node: Node, depth: int) -> Iterable[_Found]:
    """Find the arrays of objects inside an object."""
    for member in list((members(node) or {}).values())[:_MEMBERS]:
        array = elements(member)
        if array and _is_object(array[0]):
            yield _Found(score(fields_among(array[:_LOOKED_AT])), array)
        elif array is None and depth > 1:
            yield from _inner(member, depth - 1)


def _inner(node: Node, depth: int) -> Iterable[_Found]:
    """Look one level deeper."""
    if _is_object(node):
        yield from _by_id(node)
        yield from _arrays(node, depth)
