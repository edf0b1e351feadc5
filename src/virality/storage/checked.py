"""Reading JSON that may be damaged: every error names the field at fault, and no code is run."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from virality.errors import ArtefactError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from virality.arrays import Floats

_REMEDY = "train again, or restore the file from a backup"
_LARGEST_FILE = 1 << 28
_NUMBERS = {int, float}


@dataclass(frozen=True)
class Field:
    """A value in a model file together with its place, so that errors can name it."""

    value: Any
    place: str

    def __getitem__(self, key: str) -> Field:
        """Give a member that must be there.

        Raises
        ------
        ArtefactError
            When this is no object or has no such member.
        """
        if not isinstance(self.value, dict):
            self.fail("not a JSON object")
        if key not in self.value:
            self.fail(f"the field {key!r} is missing")
        return Field(self.value[key], f"{self.place}.{key}")

    def __contains__(self, key: str) -> bool:
        """Tell whether this is an object with that member."""
        return isinstance(self.value, dict) and key in self.value

    def items(self) -> Iterator[Field]:
        """Give the entries of an array.

        Raises
        ------
        ArtefactError
            When this is no array.
        """
        if not isinstance(self.value, list):
            self.fail("not an array")
        for number, value in enumerate(self.value):
            yield Field(value, f"{self.place}[{number}]")

    def members(self) -> dict[str, Any]:
        """Give a JSON object as it is.

        Raises
        ------
        ArtefactError
            When this is no object.
        """
        if not isinstance(self.value, dict):
            self.fail("not a JSON object")
        return self.value

    def optional(self, key: str) -> Field | None:
        """Give a member, or None where it is absent or null."""
        if key not in self or self[key].value is None:
            return None
        return self[key]

    def text(self) -> str:
        """Give a string.

        Raises
        ------
        ArtefactError
            When this is no string.
        """
        if not isinstance(self.value, str):
            self.fail("not a string")
        return self.value

    def integer(self) -> int:
        """Give a whole number.

        Raises
        ------
        ArtefactError
            When this is no whole number.
        """
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail("not a whole number")
        return self.value

    def array(self, *shape: int) -> Floats:
        """Give an array of finite numbers.

        Parameters
        ----------
        *shape
            The shape that it must have; -1 leaves a length open.

        Raises
        ------
        ArtefactError
            When an entry is no finite number, or the shape differs.
        """
        numbers = np.array(self.numbers(len(shape)), dtype=np.float64)
        fits = numbers.ndim == len(shape) and all(
            wanted in {-1, length} for wanted, length in zip(shape, numbers.shape, strict=True)
        )
        if not fits:
            self.fail(f"has shape {numbers.shape}, not {shape}")
        return numbers

    def numbers(self, depth: int) -> Any:  # noqa: ANN401  nested lists of numbers
        """Give finite numbers in lists nested ``depth`` deep.

        Raises
        ------
        ArtefactError
            When an entry is no finite number, or rows differ in length.
        """
        if depth == 1 and isinstance(self.value, list):
            row = _plain(self.value)
            if row is not None:
                return row
        if depth > 0:
            rows = [item.numbers(depth - 1) for item in self.items()]
            if len({len(row) for row in rows if isinstance(row, list)}) > 1:
                self.fail("its rows differ in length")
            return rows
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self.fail("not a number")
        try:
            number = float(self.value)
        except OverflowError:
            number = np.inf
        if not np.isfinite(number):
            self.fail("not a finite number")
        return number

    def fail(self, what: str) -> NoReturn:
        """Refuse the file because of this field.

        Raises
        ------
        ArtefactError
            Always.
        """
        raise ArtefactError(what, where=self.place, remedy=_REMEDY)


def _plain(values: list[Any]) -> list[float] | None:
    """Take an array that holds finite numbers alone, at once; else None."""
    if not set(map(type, values)) <= _NUMBERS:
        return None
    try:
        row = list(map(float, values))
    except OverflowError:
        return None
    return row if all(map(isfinite, row)) else None


def read_document(path: str | Path) -> Field:
    """Read a model file as a checked JSON object.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    The object, with its place.

    Raises
    ------
    ArtefactError
        When the file is missing, cannot be read, or is no JSON object.
    """
    root = Field(_parse(_read_text(path), path), str(path))
    root.members()
    return root


def _read_text(path: str | Path) -> str:
    try:
        # Loading the module of paths takes longer than reading a model.
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            if os.fstat(file.fileno()).st_size > _LARGEST_FILE:
                raise ArtefactError("larger than any model file", where=str(path))
            return file.read()
    except FileNotFoundError:
        raise ArtefactError(
            "no such model file", where=str(path), remedy="train one: virality train SOURCE"
        ) from None
    except UnicodeDecodeError:
        raise ArtefactError("not a text file", where=str(path), remedy=_REMEDY) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArtefactError(f"cannot be read: {reason}", where=str(path)) from None


def _parse(text: str, path: str | Path) -> Any:  # noqa: ANN401  JSON is of any type
    def refuse(constant: str) -> NoReturn:
        raise ArtefactError(f"holds {constant}", where=str(path), remedy=_REMEDY)

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise ArtefactError(
            f"not JSON: {error.msg}",
            where=f"{path}:{error.lineno}:{error.colno}",
            remedy=_REMEDY,
        ) from None
    except (RecursionError, ValueError):
        raise ArtefactError("not a model's JSON", where=str(path), remedy=_REMEDY) from None
