"""Pull columns out of nested records, some thousands of records at a time."""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import islice
from typing import Any, Final

import polars as pl

from virality.records.joining import joined
from virality.records.table import FAULT, ROW

CHUNK: Final = 4_000
"""How many records are held decoded at once."""

LIST: Final = "[]"
"""What ends the path of a list."""

Json = Any
"""What a JSON text, or a caller, may hold."""

Record = dict[str, Json]
Scalar = str | int | float | bool | None
Decode = Callable[[Json], Json]

_SEQUENCES: Final = frozenset({list, tuple})
_LISTS: Final = _SEQUENCES | {type(None)}
_NESTED: Final = _SEQUENCES | {dict}
_EMPTY: Final[Record] = {}
_LARGEST: Final = 2**63
_DEEPEST: Final = 20
_ENDLESS: Final = 10**300
_MARK: Final = "\x1f"
_NO_OBJECT: Final = "not an object"


def flatten(record: Record, prefix: str = "") -> dict[str, Json]:
    """Write a nested record flat: dotted paths, lists marked, empty objects as None.

    Examples
    --------
    >>> flatten({"id": 1, "stats": {"plays": 2}, "tags": ["a"]})
    {'id': 1, 'stats.plays': 2, 'tags[]': ['a']}
    """
    flat: dict[str, Json] = {}
    for key, value in record.items():
        path = f"{prefix}{key}"
        if isinstance(value, dict) and value and prefix.count(".") < _DEEPEST:
            flat.update(flatten(value, f"{path}."))
        elif type(value) in _SEQUENCES:
            flat[path + LIST] = value
        else:
            flat[path] = None if isinstance(value, dict) else value
    return flat


def tag_names(values: Iterable[Json]) -> list[str | None]:
    """Take the names out of a list of words or of objects that have one."""
    return [_tag_name(value) for value in values]


def pluck(
    nodes: Sequence[Json], decode: Decode, paths: Collection[str], *, every: bool
) -> pl.DataFrame:
    """Pull columns out of many records.

    Parameters
    ----------
    nodes
        The records, decoded or not.
    decode
        What turns a node into a record, or into a text that says why it is none.
    paths
        The paths to pull.
    every
        Whether to pull all other paths that lead to no list, too.

    Returns
    -------
    polars.DataFrame
        The columns, ROW, and FAULT.
    """
    frames = [_chunk(part, decode, paths, every=every) for part in _chunks(nodes)]
    rows = pl.arange(1, len(nodes) + 1, dtype=pl.Int64, eager=True).alias(ROW)
    return joined(frames).with_columns(rows)


def series(name: str, values: Sequence[Json]) -> pl.Series:
    """Build a column from Python values; of several types, it becomes text."""
    if name.endswith(LIST):
        return _list_series(name, values)
    dtype = _common_type(values)
    if dtype is None:
        return pl.Series(name, [_text(value) for value in values], dtype=pl.String)
    try:
        return pl.Series(name, values, dtype=dtype, strict=True)
    except (TypeError, OverflowError, UnicodeEncodeError):
        return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def typed(value: Json) -> tuple[Scalar, pl.DataType]:
    """Give a value that a column can hold, and the column's type."""
    dtype = _common_type([value])
    fits = not isinstance(value, int) or abs(value) < _LARGEST
    if dtype is None or not fits or isinstance(value, str):
        return _text(value), pl.String()
    return value, dtype


def _chunks(nodes: Sequence[Json]) -> Iterable[list[Json]]:
    """Cut a sequence into lists of some thousands."""
    rest = iter(nodes)
    while part := list(islice(rest, CHUNK)):
        yield part


def _chunk(
    nodes: Sequence[Json], decode: Decode, paths: Collection[str], *, every: bool
) -> pl.DataFrame:
    """Pull the columns out of one chunk."""
    decoded = [decode(node) for node in nodes]
    faults = [_fault(value) for value in decoded]
    records = [value if isinstance(value, dict) else _EMPTY for value in decoded]
    pulled = _all_columns(records, paths) if every else _columns(records, paths)
    fault = pl.Series(FAULT, faults, dtype=pl.String)
    return pl.DataFrame([*(series(name, pulled[name]) for name in pulled), fault])


def _fault(value: Json) -> str | None:
    """Say why a decoded node is no record; None where it is one."""
    if isinstance(value, dict):
        return None
    return value if isinstance(value, Unreadable) else _NO_OBJECT


class Unreadable(str):
    """Why a node could not be decoded."""

    __slots__ = ()


def _all_columns(records: Sequence[Record], paths: Collection[str]) -> dict[str, list[Json]]:
    """Pull every path that some record has; of the lists, only those asked for."""
    flat = [flatten(record) for record in records]
    names = dict.fromkeys(name for record in flat for name in record)
    kept = [name for name in names if name in paths or not name.endswith(LIST)]
    return {name: [record.get(name) for record in flat] for name in kept}


def _columns(records: Sequence[Record], paths: Collection[str]) -> dict[str, list[Json]]:
    """Pull some paths, looking into each object once."""
    objects: dict[str, Sequence[Record]] = {"": records}
    return {path: _values(path, objects) for path in paths}


def _values(path: str, objects: dict[str, Sequence[Record]]) -> list[Json]:
    """Pull one path out of all records."""
    name = path.removesuffix(LIST)
    parent, _, leaf = name.rpartition(".")
    values = [record.get(leaf) for record in _objects(parent, objects)]
    if parent and name in next(iter(objects[""]), _EMPTY):
        values = _either(values, [record.get(name) for record in objects[""]])
    kinds = set(map(type, values))
    if path.endswith(LIST):
        return values if kinds <= _LISTS else [_only(value, _LISTS) for value in values]
    return values if kinds.isdisjoint(_NESTED) else [_scalar(value) for value in values]


def _only(value: Json, kinds: Collection[type]) -> Json:
    """Keep a value of some type, None for any other."""
    return value if type(value) in kinds else None


def _scalar(value: Json) -> Json:
    """Keep a value that is not nested, None for any other."""
    return None if type(value) in _NESTED else value


def _objects(path: str, objects: dict[str, Sequence[Record]]) -> Sequence[Record]:
    """Find the object at a path in every record, an empty one where there is none."""
    if path not in objects:
        parent, _, leaf = path.rpartition(".")
        found = [record.get(leaf) for record in _objects(parent, objects)]
        objects[path] = [value if isinstance(value, dict) else _EMPTY for value in found]
    return objects[path]


def _either(values: Iterable[Json], others: Iterable[Json]) -> list[Json]:
    """Take the second where the first is missing."""
    return [b if a is None else a for a, b in zip(values, others, strict=True)]


def _list_series(name: str, values: Sequence[Json]) -> pl.Series:
    """Build a column of lists of names, by way of one text for each list."""
    texts = [None if value is None else _joined_names(value) for value in values]
    return (
        series(name.removesuffix(LIST), texts)
        .alias(name)
        .cast(pl.String)
        .str.split(_MARK)
        .list.slice(1)
    )


def _joined_names(values: Iterable[Json]) -> str:
    """Write a list of names as one text, a mark before each."""
    return "".join(_MARK + (name or "") for name in tag_names(values))


def _tag_name(value: Json) -> str | None:
    """Take the name out of a word or an object."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("hashtagName") or value.get("title")
    return value if isinstance(value, str) else None


def _common_type(values: Sequence[Json]) -> pl.DataType | None:
    """Find the type that all values share; None where there is none."""
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {int, float}:
        small = all(abs(value) < _LARGEST for value in values if type(value) is int)
        return pl.Float64() if small and _exact(values) else None
    simple = {int: pl.Int64(), float: pl.Float64(), bool: pl.Boolean(), str: pl.String()}
    return pl.Null() if not kinds else simple.get(kinds.pop()) if len(kinds) == 1 else None


def _exact(values: Iterable[Json]) -> bool:
    """Tell whether floats can hold every integer among some values."""
    return all(int(float(value)) == value for value in values if type(value) is int)


def _text(value: Json) -> str | None:
    """Write any scalar as the text that JSON has for it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) >= _ENDLESS:
        return "1e999"
    return None if value is None else _clean_text(str(value))


def _clean_text(text: str) -> str:
    """Replace halves of characters, which no encoding can write."""
    return text.encode("utf-8", "replace").decode("utf-8")
