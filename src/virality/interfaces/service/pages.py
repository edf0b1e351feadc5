"""The page for people, and what it is made of."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response

from virality.interfaces.service.problems import ProblemError

_KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
pages = APIRouter(include_in_schema=False)


@cache
def _found() -> dict[str, tuple[bytes, str]]:
    """Read all files of the page, once."""
    folder = files("virality.interfaces.service") / "page"
    return {
        file.name: (file.read_bytes(), _KINDS[file.name[file.name.rindex(".") :]])
        for file in folder.iterdir()
        if file.name[file.name.rindex(".") :] in _KINDS
    }


@pages.get("/")
async def page() -> Response:
    """Give the page."""
    return _response("index.html")


@pages.get("/page/{name}")
async def part(name: str) -> Response:
    """Give a part of the page."""
    return _response(name)


def _response(name: str) -> Response:
    if name not in _found():
        raise ProblemError(404, "there is no such file")
    content, kind = _found()[name]
    return Response(content, media_type=kind, headers={"cache-control": "no-cache"})
