"""Write ``docs/licences.md``: what is installed with virality, and under which licences.

``python docs/licences.py`` looks at what is installed here, as ``make docs`` does.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution, metadata
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import Distribution

PAGE = Path(__file__).with_name("licences.md")
EXTRAS = ("database", "dask", "fast", "log", "onnx", "report", "serve", "sklearn")
_LONGEST = 60
_PREFIX = "License :: OSI Approved :: "


def closure(name: str, extra: str = "") -> dict[str, Distribution]:
    """Find what comes with a distribution, and an extra of it, that is installed here."""
    found: dict[str, Distribution] = {}
    waiting = [(name, extra)]
    while waiting:
        for need in _needs(*waiting.pop()):
            key = canonicalize_name(need.name)
            try:
                here = distribution(need.name)
            except PackageNotFoundError:
                continue
            if key not in found:
                found[key] = here
                waiting += [(need.name, ""), *((need.name, one) for one in need.extras)]
    return found


def _needs(name: str, extra: str) -> Iterator[Requirement]:
    for text in distribution(name).requires or ():
        need = Requirement(text)
        if need.marker is None or need.marker.evaluate({"extra": extra}):
            yield need


def licence(found: Distribution) -> str:
    """Say under which licence a distribution is."""
    about = found.metadata
    stated = about.get("License-Expression") or ""
    named = [one.removeprefix(_PREFIX) for one in about.get_all("Classifier") or ()
             if one.startswith(_PREFIX)]  # fmt: skip
    short = (about.get("License") or "").strip().splitlines()
    said = stated or ", ".join(named) or (short[0] if short else "")
    return re.sub(r"\s+", " ", said)[:_LONGEST] or "see its files"


def page() -> str:
    """Render the page."""
    core = closure("virality")
    rows = [_row(key, one, "core") for key, one in core.items()]
    offered = set(metadata("virality").get_all("Provides-Extra") or ())
    seen = dict(core)
    for extra in EXTRAS:
        if extra in offered:
            more = {k: v for k, v in closure("virality", extra).items() if k not in seen}
            rows += [_row(key, one, extra) for key, one in more.items()]
            seen |= more
    return _PAGE.format(rows="\n".join(sorted(rows, key=str.lower)))


def _row(key: str, found: Distribution, extra: str) -> str:
    return f"| {key} | {extra} | {licence(found)} |"


_PAGE = """<!-- Made by docs/licences.py. -->

# Licences

virality is under the Apache License 2.0. With it are installed, directly or by way of another, each
named beside the first extra that brings it:

| package | comes with | licence, as it states it |
|---|---|---|
{rows}
"""

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
