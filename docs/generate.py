"""Write the pages that the code itself knows best: ``docs/features.md`` and ``docs/cli.md``.

``python docs/generate.py`` writes them; a test refuses stale ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from virality.features.extraction import SCHEMAS
from virality.interfaces.cli import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from virality.features.schema import Feature

HERE = Path(__file__).parent
INTRODUCTION = """\
A feature is clamped to its range, and unknown when something that it reads is unknown.

Its phase says when it becomes known: content and account before posting; history, from the
account's earlier videos, before posting, too; early, from counts at a stated age; engagement, from
the final counts. A model of the moment `before` uses the first three, of `after` the early ones as
well, and of `full` all.

Early features come from the snapshot whose age is nearest to the stated one and within a quarter
of it, and older than the outcome's. Its pace is that since an earlier snapshot, at least a tenth of
the stated age before it.

Whether a caption calls is told by a short list of phrases in several languages, in
`src/virality/features/calls.py`. Account figures are as of the scrape.
"""
DEFAULTS = "The last column is what the reference recipe, and nothing else, puts for the unknown."
NOTICE = "<!-- Made by docs/generate.py; edit the code instead. -->"


def features_page() -> str:
    """Render the table of features of each schema."""
    lines = [NOTICE, "", "# Features", "", INTRODUCTION]
    for schema in SCHEMAS.values():
        headings = ["feature", "what it is", "phase", "one unit is", "range", "reads", "curve"]
        lines += [f"## {schema.name}, version {schema.version}", ""]
        if schema.fills:
            lines += [DEFAULTS, ""]
            headings[-1] = "reference default"
        rows = [headings, ["---"] * len(headings), *map(_cells, schema.features)]
        lines += [f"| {' | '.join(row)} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def _cells(one: Feature) -> list[str]:
    reads = ", ".join(f"`{name}`" for name in one.reads)
    last = one.curve if one.default is None else f"{one.default:g}"
    return [f"`{one.name}`", one.phrase, one.phase, one.unit, one.span, reads, last]


def cli_page() -> str:
    """Render the help of each command."""
    context = commands.make_context("virality", [], resilient_parsing=True, terminal_width=100)
    lines = [NOTICE, "", "# Commands", "", _help(context)]
    for inner in _within(context, commands):
        lines += [f"## {inner.command_path}", "", _help(inner)]
    return "\n".join(lines)


def _within(context: click.Context, group: click.Group) -> Iterator[click.Context]:
    """List the commands of a group, and those of groups among them."""
    for name, command in group.commands.items():
        inner = click.Context(command, parent=context, info_name=name)
        yield inner
        if isinstance(command, click.Group):
            yield from _within(inner, command)


def _help(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```\n"


PAGES = {"features.md": features_page, "cli.md": cli_page}

if __name__ == "__main__":
    for page, render in PAGES.items():
        (HERE / page).write_text(render(), encoding="utf-8")
