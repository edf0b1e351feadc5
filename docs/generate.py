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
    from virality.features.schema import Feature

HERE = Path(__file__).parent
INTRODUCTION = (
    "Each is clamped to its range, and unknown when something that it reads is unknown. The last "
    "column is what the reference recipe, and nothing else, puts in its place."
)
NOTICE = "<!-- Made by docs/generate.py; edit the code instead. -->"


def features_page() -> str:
    """Render the table of features of each schema."""
    lines = [NOTICE, "", "# Features", ""]
    for schema in SCHEMAS.values():
        lines += [
            f"## {schema.name}, version {schema.version}",
            "",
            INTRODUCTION,
            "",
            "| feature | what it is | phase | one unit is | range | reads | reference default |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [f"| {' | '.join(_cells(feature))} |" for feature in schema.features]
        lines.append("")
    return "\n".join(lines)


def _cells(one: Feature) -> list[str]:
    span, reads = f"{one.low:g} to {one.high:g}", ", ".join(f"`{name}`" for name in one.reads)
    default = "" if one.default is None else f"{one.default:g}"
    return [f"`{one.name}`", one.phrase, one.phase, one.unit, span, reads, default]


def cli_page() -> str:
    """Render the help of each command."""
    context = commands.make_context("virality", [], resilient_parsing=True, terminal_width=100)
    lines = [NOTICE, "", "# Commands", "", _help(context)]
    for name, command in commands.commands.items():
        inner = click.Context(command, parent=context, info_name=name)
        lines += [f"## virality {name}", "", _help(inner)]
    return "\n".join(lines)


def _help(context: click.Context) -> str:
    return f"```text\n{context.get_help()}\n```\n"


PAGES = {"features.md": features_page, "cli.md": cli_page}

if __name__ == "__main__":
    for page, render in PAGES.items():
        (HERE / page).write_text(render(), encoding="utf-8")
