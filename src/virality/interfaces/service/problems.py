"""What is answered when a request is not carried out, as RFC 9457 (problem details) says it.

References
----------
Nottingham, M., Wilde, E. and Dalal, S. (2023). RFC 9457: Problem Details for HTTP APIs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.errors import ViralityError

FORM = "application/problem+json"
_LONGEST = 500


class ProblemError(Exception):
    """A request that is not carried out.

    Parameters
    ----------
    status
        Of HTTP.
    detail
        What is wrong, for people.
    errors
        Each with ``pointer``, ``detail`` and ``remedy``.
    headers
        More of them for the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class Fault:
    """One thing that cannot be used.

    Attributes
    ----------
    pointer
        Where in the body, as a JSON pointer (RFC 6901); empty for the whole.
    detail, remedy
        What is wrong, and what to do about it.
    """

    pointer: str
    detail: str
    remedy: str = field(default="")

    def stated(self) -> dict[str, str]:
        """Give plain values, no text longer than a few lines."""
        return {
            "pointer": self.pointer[:_LONGEST],
            "detail": self.detail[:_LONGEST],
            "remedy": self.remedy[:_LONGEST],
        }


def fault(error: ViralityError, whole: str) -> Fault:
    """Say what an error of ours means for a part of the body; a field's name is added to it."""
    named = error.where and not any(mark in error.where for mark in ", :/[")
    return Fault(f"{whole}/{escaped(error.where)}" if named else whole, str(error), error.remedy)


def escaped(name: str) -> str:
    """Write a name as a part of a JSON pointer.

    Examples
    --------
    >>> escaped("a/b~c")
    'a~1b~0c'
    """
    return name.replace("~", "~0").replace("/", "~1")


def pointer(location: Sequence[str | int]) -> str:
    """Write the place of a validation error, less the word ``body``, as a JSON pointer."""
    return "".join(f"/{escaped(str(part))}" for part in location if part != "body")


def problem(problem: ProblemError, instance: str) -> Response:
    """Write a problem; ``instance`` is the request's id."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail[:_LONGEST],
        "instance": f"urn:request:{instance}",
        "errors": problem.errors,
    }
    return Response(
        msgspec.json.encode(told), problem.status, headers=problem.headers, media_type=FORM
    )
