"""A model as one SELECT that DuckDB and PostgreSQL both run, over a table with feature columns.

It is a chain of steps, each a common table expression that names what the next needs: features,
places on the curves' axes, sums, cells, tiers, score. Every step is materialised, as PostgreSQL
would otherwise put expressions into each other until they are endless. Numbers are written with an
exponent, which makes them double precision in DuckDB; PostgreSQL turns them into it beside a
column. Powers are kept from what PostgreSQL calls an underflow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from virality.errors import OptionError
from virality.exports.reach import reach_of
from virality.exports.sqlanswers import answers
from virality.exports.sqlmodel import additive, softmax
from virality.exports.statement import Query, number, quoted_name
from virality.model.linear import Linear

if TYPE_CHECKING:
    from virality.artefact import Artefact
    from virality.exports.document import Notes
    from virality.exports.reach import Reach

OUTPUTS = ("score", "tier", "p1", "p2", "p3", "p4", "p5", "percentile", "low", "median", "high")
_HEAD = """\
-- A scorer of short videos in SQL, for DuckDB and PostgreSQL 12 or later.
--
-- One SELECT over a table that has a column of numbers for each feature, flags as 0 and 1; to keep
-- it: CREATE VIEW scores AS, and then this text. NULL or NaN is unknown. A row that lacks inputs,
-- other than all or such as were often missing in training, gets NULL: SQL takes no averages.
--
"""


def sql_program(artefact: Artefact, notes: Notes, table: str, keys: tuple[str, ...]) -> str:
    """Write a model as a SELECT.

    Parameters
    ----------
    artefact
        The model.
    notes
        What stands at the top.
    table
        The table or view, after its schema and a dot where it has one.
    keys
        Its columns that stand beside each answer.

    Raises
    ------
    OptionError
        When a name is none, or a key is called as an answer is.
    """
    lowered = [key.lower() for key in keys]  # a database may take both for one
    for key in keys:
        if key.lower() in OUTPUTS or lowered.count(key.lower()) > 1:
            raise OptionError(f"{key!r} would stand there twice", where="--key")
    kept = tuple(f"k{place}" for place in range(len(keys)))
    query = Query(kept)
    columns = [(name, quoted_name(key)) for name, key in zip(kept, keys, strict=True)]
    columns += [(f"g{n}", _finite(quoted_name(name))) for n, name in enumerate(artefact.names)]
    source = ".".join(map(quoted_name, table.split(".")))
    query.begin(columns, source)
    _classify(query, reach_of(artefact))
    model = artefact.classifier.model
    if isinstance(model, Linear):
        softmax(query, model)
    else:
        additive(query, model, artefact.classifier.calibration)
    answers(query, artefact)
    shown = [f"{name} AS {quoted_name(key)}" for name, key in zip(kept, keys, strict=True)]
    return f"{_HEAD}{notes.commented('--')}\n\n{query.text([*shown, *OUTPUTS])}"


def _finite(column: str) -> str:
    """Take a column's number; what is not finite is unknown."""
    given = f"CAST({column} AS FLOAT8)"
    ends = ", ".join(f"CAST('{word}' AS FLOAT8)" for word in ("NaN", "Infinity", "-Infinity"))
    return f"CASE WHEN {given} NOT IN ({ends}) THEN {given} END"


def _classify(query: Query, reach: Reach) -> None:
    """Tell rows apart: 1 are answered as they are, 2 filled, 3 know nothing, NULL is refused."""
    width = range(len(reach.varying))
    known = (f"CASE WHEN g{place} IS NULL THEN '0' ELSE '1' END" for place in width)
    every = tuple(f"g{place}" for place in width)
    query.step([("known", " || ".join(known))], every)
    sets = ["".join("01"[int(flag)] for flag in row) for row in reach.direct]
    wanted = [f"WHEN known = '{sets[0]}' THEN 1"]
    if reach.prior is not None:
        listed = ", ".join(f"'{one}'" for one in sets)
        wanted += [
            f"WHEN known LIKE '{_like(reach, '0')}' THEN 3",
            f"WHEN known IN ({listed}) THEN 1",
            f"WHEN known LIKE '{_like(reach, '1')}' THEN 2",
        ]
    query.step([("kind", f"CASE {' '.join(wanted)} END")], every)
    query.keep("kind")
    query.step([(f"v{place}", _filled(reach, place)) for place in width])


def _like(reach: Reach, flag: str) -> str:
    return "".join(flag if varies else "_" for varies in reach.varying)


def _filled(reach: Reach, place: int) -> str:
    if reach.varying[place]:
        return f"g{place}"
    usual = number(reach.usual[place])
    return f"CASE WHEN kind = 2 AND g{place} IS NULL THEN {usual} ELSE g{place} END"
