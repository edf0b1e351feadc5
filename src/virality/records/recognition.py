"""Recognise a file by the names of its fields, and say where its columns lie."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from virality.errors import OptionError, SourceError
from virality.records.canonical import CANONICAL
from virality.records.sources import SOURCES, Source
from virality.records.sources.source import fold
from virality.records.sources.table import TABLE

SHOWN: Final = 15
"""How many of a file's fields an error names."""

_LEAST_SIGNS: Final = 2
_NAME_WIDTH: Final = 40
_NAME: Final = re.compile(r"[\w./\[\] -]+")
_VAGUE: Final = frozenset({"id", "url", "link", "permalink"})
_TELLING: Final = frozenset({"views", "likes", "comments", "shares", "saves", "created_at"})


@dataclass(frozen=True)
class Layout:
    """Where the columns of one file lie.

    Parameters
    ----------
    source
        The form that the file has.
    paths
        For each canonical column, and for ``url``, the paths of this file, best first.
    """

    source: Source
    paths: Mapping[str, tuple[str, ...]]

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every path that some column may come from, once."""
        return tuple(dict.fromkeys(path for paths in self.paths.values() for path in paths))


def recognise(fields: Collection[str], mapping: Mapping[str, str], where: str) -> Layout:
    """Find the source whose names a file has.

    Parameters
    ----------
    fields
        The paths found in the file.
    mapping
        Canonical columns and the path that the user says each lies at.
    where
        The file's name, for errors.

    Returns
    -------
    Layout
        The source and the paths of its columns.

    Raises
    ------
    SourceError
        If no source fits, or a mapped field is not in the file.
    OptionError
        If the mapping names no canonical column.
    """
    chosen = mapped(fields, mapping, where)
    source = best_source(frozenset(fields))
    if source is None and not chosen.keys() & {"video_id", "url"}:
        raise _unknown(fields, where)
    paths = {**resolve(source or TABLE, frozenset(fields)), **chosen}
    return Layout(source or TABLE, MappingProxyType(paths))


def mapped(
    fields: Collection[str], mapping: Mapping[str, str], where: str
) -> dict[str, tuple[str, ...]]:
    """Check a user's mapping against the fields of a file.

    Raises
    ------
    SourceError
        If a mapped field is not in the file.
    OptionError
        If the mapping names no canonical column.
    """
    return {
        column: (_field(dotted(path), fields, where),) for column, path in _checked(mapping).items()
    }


def dotted(name: str) -> str:
    """Write a field's path with dots, however its file wrote it.

    Examples
    --------
    >>> dotted("authorMeta/fans")
    'authorMeta.fans'
    """
    return name.replace("/", ".")


def score(fields: Iterable[str]) -> int:
    """Say how well the best source fits some fields; 0 if none does."""
    return max(_score(source, frozenset(fields)) for source in SOURCES)


@lru_cache(maxsize=256)
def best_source(fields: frozenset[str]) -> Source | None:
    """Find the source that fits some fields best, or None where none does."""
    best = max(SOURCES, key=lambda source: _score(source, fields))
    return best if _score(best, fields) else None


@lru_cache(maxsize=256)
def likeliest(fields: frozenset[str]) -> Layout:
    """Lay out one record, which need not have an id, by the source that fits it best.

    A plain table is preferred to a scraper that fits no better: a scraper's silence may mean
    something, as that a record without images is a video.
    """
    source = best_source(fields) or max(
        SOURCES, key=lambda source: (_fit(source, fields), source.loose)
    )
    return Layout(source, resolve(source, fields))


@lru_cache(maxsize=256)
def resolve(source: Source, fields: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    """Say where a source's columns lie among a file's fields.

    A strict source keeps all its paths, for a field may be missing from the records looked at.
    """
    if not source.loose:
        return source.columns
    spelled: dict[str, list[str]] = {}
    for field in sorted(fields):
        spelled.setdefault(fold(field), []).append(field)
    found = {
        column: tuple(field for name in names for field in spelled.get(name, ()))
        for column, names in source.columns.items()
    }
    return {column: paths for column, paths in found.items() if paths}


def _score(source: Source, fields: frozenset[str]) -> int:
    """Count what speaks for a source; 0 unless it is surely that one and has ids."""
    columns = _found(source, fields)
    if not {"video_id", "url"} & columns:
        return 0
    sure = _telling(source, fields) if source.loose else _signs(source, fields) >= _LEAST_SIGNS
    return _fit(source, fields) if sure else 0


def _fit(source: Source, fields: frozenset[str]) -> int:
    """Count the columns that a source finds and the signs that betray it."""
    return len(_found(source, fields)) + _signs(source, fields)


def _signs(source: Source, fields: frozenset[str]) -> int:
    """Count the signs that betray a source; a table has none."""
    return 0 if source.loose else len(source.signature & fields)


def _found(source: Source, fields: frozenset[str]) -> set[str]:
    """Name the columns that a source finds."""
    paths = resolve(source, fields)
    return {name for name, tried in paths.items() if not fields.isdisjoint(tried)}


def _telling(source: Source, fields: frozenset[str]) -> bool:
    """Tell whether a table is surely one of videos, not of anything else that has an id."""
    paths = resolve(source, fields)
    keys = {fold(path) for name in ("video_id", "url") for path in paths.get(name, ())}
    return bool(keys - _VAGUE) or not _TELLING.isdisjoint(_found(source, fields))


def _checked(mapping: Mapping[str, str]) -> Mapping[str, str]:
    """Refuse a mapping onto a column that does not exist."""
    for column in mapping:
        if column not in CANONICAL and column != "url":
            raise OptionError(
                "no such column",
                where=f"--map {column}",
                remedy=f"map one of {', '.join(CANONICAL)}, url",
            )
    return mapping


def _field(path: str, fields: Collection[str], where: str) -> str:
    """Find a mapped path among a file's fields, a list or not."""
    for name in (path, f"{path}[]"):
        if name in fields:
            return name
    raise SourceError(
        f"has no field {path!r}", where=where, remedy=f"it has: {listed(sorted(fields))}"
    )


def listed(names: Collection[str]) -> str:
    """List the first of some names, each cut short; what may be people's data is not shown."""
    shown = ", ".join(shown_name(name) for name in list(names)[:SHOWN])
    return f"{shown}, ..." if len(names) > SHOWN else shown


def shown_name(name: str) -> str:
    """Show a field's name; where a file was misread, what stands in its place may be a record.

    Examples
    --------
    >>> shown_name("authorMeta.fans"), shown_name('"nickName": "Jo"')
    ('authorMeta.fans', '(no name of a field)')
    """
    return name[:_NAME_WIDTH] if _NAME.fullmatch(name) else "(no name of a field)"


def _unknown(fields: Collection[str], where: str) -> SourceError:
    """Build the error for a file that no source fits."""
    nearest = max(SOURCES, key=lambda source: len(source.signature & set(fields)))
    lacks = listed(sorted(nearest.signature - set(fields)))
    return SourceError(
        f"no known source has these fields: {listed(fields)}; the nearest, {nearest.name}, "
        f"also has: {lacks}",
        where=where,
        remedy="say where a column lies, such as --map video_id=my_id --map views=my_views",
    )
