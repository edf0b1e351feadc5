"""What is answered when a request is not carried out, as RFC 9457 (problem details) says it.

References
----------
Nottingham, M., Wilde, E. and Dalal, S. (2023). RFC 9457: Problem Details for HTTP APIs.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from virality.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from virality.errors import ViralityError

FORM = "application/problem+json"
_LONGEST = 500
_MOST = 20


class ProblemError(HTTPException):
    """A request that is not carried out.

    Parameters
    ----------
    status
        Of HTTP.
    detail
        What is wrong, for people.
    errors
        Each as :func:`fault` states it.
    headers
        More of them for the answer.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, shortened(detail), headers)
        self.errors = [dict(each) for each in errors[:_MOST]]

    def stated(self) -> dict[str, Any]:
        """Give the members of a problem."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status_code).phrase,
            "status": self.status_code,
            "detail": self.detail,
            "errors": self.errors,
        }

    def response(self, request: str) -> Response:
        """Write the problem of the request of this id."""
        told = {**self.stated(), "instance": f"urn:request:{request}"}
        return Response(encoded(told), self.status_code, headers=self.headers, media_type=FORM)


def of_error(error: ViralityError, video: object, whole: str) -> ProblemError:
    """Say that a part of the body cannot be used.

    Parameters
    ----------
    error
        Why.
    video
        The part; a pointer names its field where the error does and the part has it.
    whole
        The part's own JSON pointer (RFC 6901).
    """
    inner = isinstance(video, dict) and error.where in video
    place = f"{whole}/{escaped(error.where)}" if inner else whole
    status = 422 if isinstance(error, InputError) else 500
    return ProblemError(status, str(error), errors=[fault(place, error.what, error.remedy)])


def fault(pointer: str, detail: str, remedy: str = "") -> dict[str, str]:
    """State one thing that cannot be used."""
    return {"pointer": shortened(pointer), "detail": shortened(detail), "remedy": remedy}


def pointer(location: Sequence[str | int]) -> str:
    """Write the place of a validation error as a JSON pointer."""
    return "".join(f"/{escaped(str(part))}" for part in location)


def escaped(name: str) -> str:
    """Write a name as a part of a JSON pointer.

    Examples
    --------
    >>> escaped("a/b~c")
    'a~1b~0c'
    """
    return name.replace("~", "~0").replace("/", "~1")


def shortened(text: str) -> str:
    """Keep a text to a few lines."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def encoded(told: object) -> bytes:
    r"""Write plain values as JSON; half a character, which UTF-8 cannot hold, becomes a ``?``."""
    try:
        return msgspec.json.encode(told)
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(told))


def _whole(told: Any) -> Any:  # noqa: ANN401  any plain value
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode()
    if isinstance(told, dict):
        return {_whole(name): _whole(value) for name, value in told.items()}
    return [_whole(each) for each in told] if isinstance(told, list | tuple) else told
