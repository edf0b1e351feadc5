"""A model written as what other programs run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.errors import OptionError
from virality.exports.document import document_of, notes
from virality.exports.programs import python_program, script, typed_script
from virality.exports.reach import refuse_plans

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from virality.artefact import Artefact
    from virality.exports.document import Notes

PROGRAMS: dict[str, Callable[[dict[str, Any], Notes], str]] = {
    "pure-python": python_program,
    "js": script,
    "ts": typed_script,
}
"""What writes a program in each language that computes everything by itself."""

TARGETS = (*PROGRAMS, "sql", "onnx")


@dataclass(frozen=True)
class Wishes:
    """What is wanted of an export.

    Attributes
    ----------
    fingerprint
        What names the model at the top of the file: the first digits of its file's SHA-256.
    known
        More sets of known inputs to plan for, each names of features and phases parted by commas.
    table
        Of SQL: the table, after its schema and a dot where it has one.
    keys
        Of SQL: columns of the table that stand beside each answer.
    """

    fingerprint: str = "unsaved"
    known: tuple[str, ...] = ()
    table: str = "videos"
    keys: tuple[str, ...] = ("video_id",)


@dataclass(frozen=True)
class Export:
    """What was written of a model.

    Attributes
    ----------
    content
        Of the file.
    sets
        Names of the features of each set of known inputs that has a plan; all known, nothing known
        and the gaps that the model has learned take none.
    """

    content: bytes
    sets: tuple[tuple[str, ...], ...] = ()


def export(artefact: Artefact, target: str, wishes: Wishes | None = None) -> Export:
    """Write a model as a file of another language.

    Parameters
    ----------
    artefact
        The model.
    target
        ``"pure-python"``, ``"js"``, ``"ts"``, ``"sql"`` or ``"onnx"``.
    wishes
        What is wanted beside the usual.

    Raises
    ------
    DataError
        When sets are asked for and the model's file holds no population.
    OptionError
        When there is no such target, a set names something else than features and phases, plans
        would be too large or are asked for where there are none, or a name is none in SQL.
    """
    if target not in TARGETS:
        raise OptionError(
            f"there is no target {target!r}",
            where="--to",
            remedy=f"choose one of: {', '.join(TARGETS)}",
        )
    wishes = wishes or Wishes()
    head = notes(artefact, wishes.fingerprint)
    if target in PROGRAMS:
        return _program(artefact, target, wishes, head)
    refuse_plans(wishes.known, target)
    if target == "onnx":
        from virality.exports.onnxgraph import onnx_program  # noqa: PLC0415  of an extra

        return Export(onnx_program(artefact, head))
    from virality.exports.sql import sql_program  # noqa: PLC0415  programs take it not

    return Export(sql_program(artefact, head, wishes.table, wishes.keys).encode())


def _program(artefact: Artefact, target: str, wishes: Wishes, head: Notes) -> Export:
    document = document_of(artefact, wishes.known)
    plans = (document["population"] or {}).get("plans", [])
    sets = tuple(tuple(artefact.names[place] for place in plan["known"]) for plan in plans)
    return Export(PROGRAMS[target](document, head).encode(), sets)
