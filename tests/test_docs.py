"""The documentation is true: examples run, tables are measured, generated pages are fresh."""

import importlib.util
import json
import re
import shlex
from pathlib import Path

import pytest

from places import TRAINING_FILE, needs_data
from virality.interfaces.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def module(path):
    """Import a script that is no part of the package."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def blocks(text, language):
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


def test_the_example_of_the_readme_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for block in blocks(README, "python"):
        exec(compile(block, "README.md", "exec"), {})  # noqa: S102  our own words
    assert re.match(r"score \d+, tier \d, outcome in \d+-\d+ of 100", capsys.readouterr().out)
    assert (tmp_path / "model.json").exists()


def test_the_commands_of_the_readme_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    main(["sample", "videos.json", "--videos", "600"])
    main(["sample", "new.json", "--videos", "600", "--new", "3"])
    for block in blocks(README, "console"):
        for line in block.splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[0] == "virality":
                assert main(words[1:]) == 0, line
    assert "Traceback" not in capsys.readouterr().err


def test_make_has_the_targets_that_the_documents_name():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z]+)", README + (ROOT / "CONTRIBUTING.md").read_text()):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


@needs_data
def test_the_numbers_of_the_readme_are_those_that_are_measured():
    """To two units of the last digit: round-off in another number of threads may turn a tie."""
    stated = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", README, flags=re.MULTILINE))
    for what, how_much in module(ROOT / "benchmarks" / "reference.py").facts(str(TRAINING_FILE)):
        ours, theirs = (re.findall(r"\d+\.\d+", text) for text in (how_much, stated[what]))
        assert [float(n) for n in ours] == pytest.approx([float(n) for n in theirs], abs=0.0021)


def test_what_can_be_foreseen_is_stated_as_it_was_measured():
    """Page and README say what the file of results holds, and none of it is of made-up videos."""
    results = json.loads((ROOT / "benchmarks" / "evaluation.json").read_text(encoding="utf-8"))
    page = module(ROOT / "benchmarks" / "evaluation_page.py")
    assert page.with_summary(README, results) == README
    stated = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")
    assert stated == page.rendered(results)
    assert not any(case["evaluation"]["synthetic"] for case in results["cases"])


@pytest.mark.parametrize("page", ["features.md", "cli.md"])
def test_a_generated_page_is_fresh(page):
    rendered = module(ROOT / "docs" / "generate.py").PAGES[page]()
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == rendered


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_within_the_project_is_broken(page):
    for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (page.parent / link).exists(), link


def test_the_licences_of_all_that_comes_with_the_core_are_listed():
    """By name: other extras may be installed where this runs."""
    licences = module(ROOT / "docs" / "licences.py")
    stated = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for name in licences.closure("virality"):
        assert f"| {name} | core |" in stated


def test_every_module_is_in_the_reading_order():
    reading = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    for path in (ROOT / "src" / "virality").iterdir():
        if not path.name.startswith(("_", "py")) and path.name != "arrays.py":
            assert f"`{path.name}" in reading, path.name
