"""A model written as what other programs run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from virality.errors import OptionError
from virality.exports.document import document_of, notes
from virality.exports.programs import python_program, script, typed_script

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


def export(
    artefact: Artefact, target: str, *, fingerprint: str = "unsaved", known: tuple[str, ...] = ()
) -> Export:
    """Write a model as a file of another language.

    Parameters
    ----------
    artefact
        The model.
    target
        ``"pure-python"``, ``"js"`` or ``"ts"``.
    fingerprint
        What names the model at the top of the file: the first digits of its file's SHA-256.
    known
        More sets of known inputs to plan for, each names of features and phases parted by commas.

    Raises
    ------
    DataError
        When sets are asked for and the model's file holds no population.
    OptionError
        When there is no such target, a set names something else than features and phases, or plans
        would be too large.
    """
    if target not in PROGRAMS:
        raise OptionError(
            f"there is no target {target!r}",
            where="--to",
            remedy=f"choose one of: {', '.join(PROGRAMS)}",
        )
    document = document_of(artefact, known)
    program = PROGRAMS[target](document, notes(artefact, fingerprint))
    plans = (document["population"] or {}).get("plans", [])
    sets = tuple(tuple(artefact.names[place] for place in plan["known"]) for plan in plans)
    return Export(program.encode(), sets)
