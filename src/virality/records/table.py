"""One file, read but not yet cleaned."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from virality.records.recognition import Layout

ROW: Final = "\0row"
"""The column that numbers the records of a file, from 1."""

FAULT: Final = "\0fault"
"""The column that says why a row is no record at all; null where it is one."""


@dataclass(frozen=True)
class Wants:
    """What a reading asks of each file.

    Parameters
    ----------
    mapping
        Canonical columns and the path that the user says each lies at.
    named
        The extra columns to keep in any case.
    every
        Whether to keep all other extra columns, too.
    limit
        How many records to read at most; None reads all of them.
    """

    mapping: dict[str, str]
    named: frozenset[str] = frozenset()
    every: bool = True
    limit: int | None = None


@dataclass(frozen=True)
class Table:
    """One file's raw columns, under their paths.

    Parameters
    ----------
    file
        The file's name, as errors and rejections give it.
    layout
        Its source and where the canonical columns lie.
    frame
        The raw columns, with ROW, and FAULT where some row is no record.
    """

    file: str
    layout: Layout
    frame: pl.DataFrame


@dataclass(frozen=True)
class Made:
    """A file of features already made: the reference system's training data.

    Parameters
    ----------
    file
        The file's name.
    names
        The features, in order.
    frame
        ``video_id``, the features, ``tier`` and ``split``.
    """

    file: str
    names: tuple[str, ...]
    frame: pl.DataFrame
