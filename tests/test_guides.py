"""The tutorial and the guides run from top to bottom, each in an empty folder."""

import re
import shlex
from pathlib import Path

import pytest

from virality.interfaces.cli import main

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = [DOCS / "tutorial.md", *sorted((DOCS / "guides").glob("*.md"))]


def steps(page):
    """What a reader is to run: commands after a ``$``, and blocks of Python."""
    text = page.read_text(encoding="utf-8")
    for language, block in re.findall(r"```(console|python)\n(.*?)```", text, flags=re.DOTALL):
        if language == "python":
            yield language, block
        else:
            yield from (
                ("command", line.removeprefix("$ "))
                for line in block.splitlines()
                if line.startswith("$ ")
            )


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_a_guide_runs_from_top_to_bottom_in_an_empty_folder(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, step in steps(page):
        if kind == "python":
            exec(compile(step, page.name, "exec"), names)  # noqa: S102  our own words
        else:
            words = shlex.split(step, comments=True)
            assert words[0] == "virality", step
            assert main(words[1:]) == 0, step
    assert "Traceback" not in capsys.readouterr().err


def test_every_guide_is_in_the_table_of_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    for page in GUIDES:
        assert re.search(rf"^{page.relative_to(DOCS).with_suffix('')}$", index, flags=re.MULTILINE)
