"""The templates of pages and cards, and how text is made harmless in each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import DictLoader, Environment, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from virality.report.charts.frame import Table
    from virality.report.view import Count

_NAMES = ("page.html.j2", "card.md.j2")
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>|#!"})


@cache
def template(name: str) -> str:
    """Read a template, or a file that goes with it."""
    return (files("virality.report") / "templates" / name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Make the environment of the templates: in HTML, all that is not marked as ours is escaped."""
    made = Environment(
        loader=DictLoader({name: template(name) for name in _NAMES}),
        autoescape=_is_html,  # noqa: S701  Markdown has its own filter
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals["counts"] = _counts
    made.tests["words"] = _is_words
    made.filters["md"] = plain
    made.filters["mdtable"] = table
    return made


def _is_html(name: str | None) -> bool:
    return name is not None and ".html" in name


def _counts(rows: Sequence[Count]) -> list[tuple[str, str]]:
    return [(one.name, f"{one.count:,}") for one in rows]


def _is_words(cell: str) -> bool:
    """Tell words, which may be broken into lines, from numbers."""
    return len(cell) > 1 and not any(letter.isdigit() for letter in cell)


def plain(text: object) -> str:
    r"""Write text so that Markdown, and HTML in it, take it for nothing but text.

    Examples
    --------
    >>> plain("a <b> | *c*")
    'a \\<b\\> \\| \\*c\\*'
    """
    return " ".join(str(text).split()).translate(_MARKS)


def table(found: Table) -> str:
    """Write a table in Markdown."""
    rows = (found.headings, *found.rows)
    lines = [f"| {' | '.join(map(plain, row))} |" for row in rows]
    return "\n".join([lines[0], "|---" * len(found.headings) + "|", *lines[1:]])
