"""A SELECT that is put together step by step, and the parts that it is written of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from virality.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Column = tuple[str, str]

NOTHING = "CAST(NULL AS FLOAT8)"


class Query:
    """Steps, each of which selects from the one before.

    Parameters
    ----------
    kept
        Names of columns that go through all steps.
    """

    def __init__(self, kept: tuple[str, ...]) -> None:
        self._kept = kept
        self._steps: list[str] = []

    def begin(self, columns: Iterable[Column], source: str) -> None:
        """Make the first step, from a table."""
        self._add(columns, source)

    def step(self, columns: Iterable[Column], carried: Iterable[str] = ()) -> None:
        """Add a step, with columns that it computes and those of the last that it hands on."""
        names = (*self._kept, *carried)
        self._add([*((name, name) for name in names), *columns], self._last)

    def keep(self, name: str) -> None:
        """Hand a column on from here to the end."""
        self._kept = (*self._kept, name)

    def text(self, shown: Sequence[str]) -> str:
        """Write the statement, which shows these."""
        steps = ",\n".join(self._steps)
        return f"WITH {steps}\nSELECT {', '.join(shown)}\nFROM {self._last};\n"

    @property
    def _last(self) -> str:
        return f"step{len(self._steps)}"

    def _add(self, columns: Iterable[Column], source: str) -> None:
        written = ",\n".join(
            f"  {text}" if text == name else f"  {text} AS {name}" for name, text in columns
        )
        name = f"step{len(self._steps) + 1}"
        self._steps.append(f"{name} AS MATERIALIZED (\n  SELECT\n{written}\n  FROM {source}\n)")


def quoted_name(name: str) -> str:
    """Quote the name of a table or column, whatever is in it.

    Raises
    ------
    OptionError
        When it is empty, or no database takes it.

    Examples
    --------
    >>> quoted_name('a"; DROP TABLE b')
    '"a""; DROP TABLE b"'
    """
    if not name or "\0" in name:
        raise OptionError(f"{name!r} is no name in a database", where="--to sql")
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def number(value: float) -> str:
    """Write a number so that it is of double precision.

    Examples
    --------
    >>> number(0.5), number(-1e-20)
    ('0.5e0', '(-1e-20)')
    """
    text = repr(float(value))
    exact = text if "e" in text else f"{text}e0"
    return f"({exact})" if value < 0 else exact


def tree(limits: Sequence[float], leaves: Sequence[str], column: str) -> str:
    """Choose among leaves by how many ascending limits a column has reached: one leaf more.

    Examples
    --------
    >>> tree([1.0], ["a", "b"], "x")
    'CASE WHEN x < 1.0e0 THEN a ELSE b END'
    """
    if not limits:
        return leaves[0]
    middle = len(limits) // 2
    low = tree(limits[:middle], leaves[: middle + 1], column)
    high = tree(limits[middle + 1 :], leaves[middle + 1 :], column)
    return f"CASE WHEN {column} < {number(limits[middle])} THEN {low} ELSE {high} END"


def between(low: str, value: str, high: str) -> str:
    """Keep a value that is known within two others."""
    return f"LEAST(GREATEST({value}, {low}), {high})"
