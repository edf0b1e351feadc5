"""What is fuzzed: every reader of what others wrote, as a function of bytes.

Each target takes any bytes and returns, or raises an error of our family. Anything else that
happens is a defect: another exception, a broken promise (an ``assert`` here), code that runs
(:mod:`watching`), an input that takes seconds, memory that grows.
"""

from __future__ import annotations

import copy
import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from virality.errors import ViralityError
from virality.records import read
from virality.records.cleaning.flags import flags
from virality.records.cleaning.identity import author_in, handles, ids, photo_in, post_in
from virality.records.cleaning.numbers import counts, durations
from virality.records.cleaning.times import from_id, times
from virality.records.cleaning.words import captions, hashtags, titles
from virality.records.content import check_utf8
from virality.records.delimited import header_of, read_delimited
from virality.records.documents import decode, fields_of, is_lines, json_lines, parse, records_in
from virality.records.plucking import flatten
from virality.records.single import to_records
from virality.scorer import load

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[1]
CORPUS = ROOT / "tests" / "corpus"
FIXTURES = ROOT / "tests" / "fixtures"
_MOST_EDITS = 4


def text_of(data: bytes) -> str:
    """Read bytes as text, whatever they are."""
    return data.decode("utf-8", "replace")


def column(data: bytes) -> pl.Series:
    """Take the lines of a text as a column of values; one that is NULL is unknown."""
    values = [None if line == "NULL" else line for line in text_of(data).split("\n")]
    return pl.Series("given", values[:16], dtype=pl.String)


def numbers(data: bytes) -> None:
    """Counts and durations such as ``98.1K`` and ``01:05``: unknown, or finite and at least 0."""
    given = column(data)
    for cleaned in (counts(given), durations(given)):
        assert len(cleaned.value) == len(given)
        known = cleaned.value.drop_nulls()
        assert (known.is_finite() & (known >= 0)).all()
    flags(given)


def moments(data: bytes) -> None:
    """Dates, and the moment that an id tells: unknown, or not before 2005."""
    given = column(data)
    for value in (times(given).value, from_id(given)):
        assert len(value) == len(given)
        assert value.drop_nulls().dt.year().ge(2005).all()


def identity(data: bytes) -> None:
    """Ids, handles, addresses and words."""
    given = column(data)
    for clean in (ids, handles, captions, titles, hashtags):
        assert len(clean(given).value) == len(given)
    for find in (post_in, author_in, photo_in):
        assert len(find(given)) == len(given)


def document(data: bytes) -> None:
    """A JSON document: where its records are, and what fields they have."""
    check_utf8(data, "input")
    nodes = records_in(parse(data, "input"), "input")
    fields_of(nodes)
    for node in nodes[:50]:
        decoded = decode(node)
        if isinstance(decoded, dict):
            flatten(decoded)


def lines(data: bytes) -> None:
    """JSON lines, as they are read in portions."""
    check_utf8(data, "input")
    is_lines(data)
    for node in json_lines(data, "input", 0)[:50]:
        decode(node)


def table(data: bytes) -> None:
    """A table of text, whole and in two portions."""
    check_utf8(data, "input")
    if data and not data.isspace():
        header_of(data)
        frame = read_delimited(data, "input", None)
        assert read_delimited(data, "input", 1).height == min(frame.height, 1)


def record(data: bytes) -> None:
    """One video as a caller gives it: JSON, or edits of a video as a scraper writes it."""
    assert to_records(_json_of(data, _records())).height == 1


def file(data: bytes) -> None:
    """A file of any kind from its bytes to records: every row is kept, or accounted for."""
    reading = read(_written(data))
    kept = reading.frame.height + reading.rejections.height
    assert reading.read == kept + reading.duplicates + reading.filtered


def artefact(data: bytes) -> None:
    """A model file, or edits of one; what loads has to score."""
    given = _json_of(data, _models())
    content = data if given is None else json.dumps(given).encode("utf-8", "surrogatepass")
    scored = load(_written(content)).score({})
    assert 0 <= scored.score <= 100


@dataclass(frozen=True)
class Target:
    """A reader, and its share of the inputs, which goes by how long it takes."""

    run: Callable[[bytes], None]
    share: float

    def __call__(self, data: bytes) -> None:
        """Read, and take an error of our family for an answer."""
        try:
            self.run(data)
        except ViralityError as error:
            assert str(error)  # noqa: PT017  it must be sayable


TARGETS = {
    "numbers": Target(numbers, 0.08),
    "moments": Target(moments, 0.06),
    "identity": Target(identity, 0.06),
    "document": Target(document, 0.28),
    "lines": Target(lines, 0.22),
    "table": Target(table, 0.16),
    "record": Target(record, 0.1),
    "file": Target(file, 0.02),
    "artefact": Target(artefact, 0.02),
}


def _json_of(data: bytes, bases: tuple[Any, ...]) -> Any:
    """Take bytes as JSON, or as edits of one of some documents; None where they are neither."""
    if data[:1] == b"#":
        return edited(bases, text_of(data[1:]))
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def edited(bases: tuple[Any, ...], text: str) -> Any:
    """Edit a document: its number, then on each line a place's number and what to put there.

    What is no JSON is put there as text, and nothing at all takes the place away.
    """
    first, *edits = text.split("\n")
    made = copy.deepcopy(bases[_number(first) % len(bases)])
    for edit in edits[:_MOST_EDITS]:
        place, _, value = edit.partition(" ")
        holders = list(_holders(made))
        if holders:
            _put(*holders[_number(place) % len(holders)], value)
    return made


def _number(text: str) -> int:
    digits = "".join(letter for letter in text[:9] if letter in "0123456789")
    return int(digits or "0")


def _holders(node: Any) -> Any:
    """Give every place of a document: what holds it, and its key."""
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _holders(node[key])


def _put(holder: Any, key: Any, value: str) -> None:
    if not value:
        del holder[key]
        return
    try:
        holder[key] = json.loads(value)
    except (ValueError, RecursionError):
        holder[key] = value


@cache
def _records() -> tuple[Any, ...]:
    names = ("apify", "drawrowfly", "tiktok_api", "tikwm", "research_api")
    read_ = [json.loads((FIXTURES / "records" / f"{name}.json").read_text()) for name in names]
    return tuple(_first(each) for each in read_)


def _first(node: Any) -> dict[str, Any]:
    """Find the first record of a document."""
    while isinstance(node, list):
        node = node[0]
    inner = [value for value in node.values() if isinstance(value, list) and value]
    return node if len(node) > 5 or not inner else _first(inner[0])


@cache
def _models() -> tuple[Any, ...]:
    paths = sorted((FIXTURES / "models").glob("*.json"))
    return tuple(json.loads(path.read_text()) for path in paths)


@cache
def _place() -> Path:
    """Give a file that holds one input at a time."""
    return Path(tempfile.mkdtemp(prefix="fuzzing-")) / "input"


def _written(data: bytes) -> Path:
    _place().write_bytes(data)
    return _place()
