"""Read the reference system's training file, whose features are already made."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
import numpy as np
import polars as pl

from virality.errors import SourceError
from virality.records.documents import Node, members
from virality.records.sources.reference import REFERENCE
from virality.records.table import Made

TIER: Final = "tier"
SPLIT: Final = "split"
ID: Final = "video_id"

_REMEDY: Final = "make the file again, or mend it there"

Tier = Annotated[int, msgspec.Meta(ge=1, le=5)]


class _Part(msgspec.Struct, frozen=True):
    """One part of the file: rows of features and their tiers."""

    features: list[list[float]]
    labels: list[Tier]
    count: int | None = None


class _File(msgspec.Struct, frozen=True, rename="camel"):
    """What the file must hold."""

    feature_names: Annotated[list[str], msgspec.Meta(min_length=1)]
    train_set: _Part
    test_set: _Part


def is_made(document: Node) -> bool:
    """Tell whether a document is a training file."""
    names = members(document)
    return names is not None and len(REFERENCE.signature & names.keys()) > 1


def read_made(document: Node, where: str) -> Made:
    """Read and check a training file.

    Parameters
    ----------
    document
        The file's object.
    where
        The file's name, for errors.

    Returns
    -------
    Made
        The rows of both parts, called ``train/0``, ``train/1``, ..., ``test/0``, ...

    Raises
    ------
    SourceError
        If a part is missing, a row has another width than there are names, a label is not
        1 to 5, or a count is wrong; it names the place.
    """
    file = _converted(document, where)
    _check_names(file.feature_names, where)
    parts = {"train": file.train_set, "test": file.test_set}
    for split, part in parts.items():
        _check(part, len(file.feature_names), f"{where}, {split}Set")
    frames = [_frame(split, part, file.feature_names) for split, part in parts.items()]
    return Made(where, tuple(file.feature_names), pl.concat(frames))


def _converted(document: Node, where: str) -> _File:
    """Check the types of everything in the file."""
    whole = {name: _python(node) for name, node in (members(document) or {}).items()}
    try:
        return msgspec.convert(whole, _File)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise SourceError(
            what[0].lower() + what[1:],
            where=", ".join(filter(None, (where, place.strip("`").removeprefix("$.")))),
            remedy=_REMEDY,
        ) from error


def _python(node: Node) -> Node:
    """Decode one member of the file."""
    return msgspec.json.decode(node) if isinstance(node, msgspec.Raw) else node


def _check_names(names: Sequence[str], where: str) -> None:
    """Refuse feature names that repeat, or that our own columns have."""
    taken = {ID, TIER, SPLIT}
    for k, name in enumerate(names):
        if name in taken:
            raise SourceError(
                "a feature's name is already taken",
                where=f"{where}, featureNames[{k}]",
                remedy="rename it",
            )
        taken.add(name)


def _check(part: _Part, width: int, where: str) -> None:
    """Check the lengths of a part, and that its numbers are finite."""
    rows, labels = len(part.features), len(part.labels)
    if rows != labels or part.count not in (None, rows):
        raise SourceError(
            f"{rows} rows, {labels} labels and a count of {part.count} disagree",
            where=where,
            remedy=_REMEDY,
        )
    for k, row in enumerate(part.features):
        if len(row) != width or not np.isfinite(row).all():
            raise _misfit(row, width, f"{where}.features[{k}]")


def _misfit(row: Sequence[float], width: int, where: str) -> SourceError:
    """Build the error for a row that is no row of features."""
    number = "a number that is not finite" if len(row) == width else f"{len(row)} numbers"
    return SourceError(f"{number}, where {width} features stand", where=where, remedy=_REMEDY)


def _frame(split: str, part: _Part, names: Sequence[str]) -> pl.DataFrame:
    """Lay a part out as a frame."""
    matrix = np.asarray(part.features, dtype=np.float64).reshape(-1, len(names))
    ids = pl.Series(ID, [f"{split}/{k}" for k in range(len(matrix))], dtype=pl.String)
    features = [pl.Series(name, matrix[:, j]) for j, name in enumerate(names)]
    tiers = pl.Series(TIER, part.labels, dtype=pl.Int64)
    splits = pl.Series(SPLIT, [split] * len(matrix), dtype=pl.String)
    return pl.DataFrame([ids, *features, tiers, splits])
