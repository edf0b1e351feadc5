"""The page for people, and what it is made of."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

from virality.interfaces.service.problems import ProblemError

_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
pages = APIRouter(include_in_schema=False)


@cache
def _found() -> dict[str, tuple[bytes, str]]:
    """Read all files of the page, once; it shares the style sheet of reports."""
    folder = files("virality.interfaces.service") / "page"
    report = files("virality.report") / "templates" / "style.css"
    content = {file.name: file.read_bytes() for file in folder.iterdir()}
    content["report.css"] = report.read_bytes()
    return {name: (text, _KINDS[name[name.rindex(".") :]]) for name, text in content.items()}


@pages.get("/")
async def page() -> Response:
    """Give the page."""
    return _response("index.html")


@pages.get("/page/{name}")
async def part(name: str) -> Response:
    """Give a part of the page.

    Raises
    ------
    ProblemError
        With 404 when there is none of that name.
    """
    if name not in _found():
        raise ProblemError(404, "there is no such file")
    return _response(name)


def _response(name: str) -> Response:
    content, kind = _found()[name]
    return Response(content, media_type=kind, headers={"cache-control": "no-cache"})
