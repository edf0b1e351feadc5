"""The changes that are made to see whether tests notice: of code alone, and the same each time."""

import ast
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

pytest.importorskip("cosmic_ray", reason="cosmic-ray is not installed")

ROOT = Path(__file__).parents[1]
SPEC = importlib.util.spec_from_file_location("mutants", ROOT / "mutation" / "mutants.py")
mutants = sys.modules["mutants"] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(mutants)
TEXT = '''
from __future__ import annotations
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    MORE = 1 + 2

MOST = 1e300

@cache(maxsize=1 + 1)
def f(x: int | None = 5) -> int | None:
    """Say 1 + 1."""
    return x * 2

class A:
    size: int | None = None

    def __repr__(self):
        return 1 + 1
'''


def test_annotations_decorators_and_what_only_shows_are_left_alone(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(TEXT)
    lines = path.read_text().splitlines()
    changed = {lines[line - 1].strip() for _, _, line in mutants.places(path)}
    assert changed == {"MOST = 1e300", "def f(x: int | None = 5) -> int | None:", "return x * 2"}
    found = [mutants._mutant(path, *place) for place in mutants.places(path)]
    assert [one for one in found if one and one.line == lines.index("MOST = 1e300") + 1] == []


def test_a_sample_is_the_same_each_time_and_of_every_module():
    sample, every = mutants.drawn(ROOT, 60, 5)
    assert sample == mutants.drawn(ROOT, 60, 5)[0]
    assert sample != mutants.drawn(ROOT, 60, 6)[0]
    assert len({one.module for one in sample}) >= 40
    assert every > 4000
    for one in sample:
        text = (ROOT / one.path).read_text()
        assert ast.dump(ast.parse(one.code(ROOT))) != ast.dump(ast.parse(text))


def test_every_change_that_is_said_to_be_none_is_of_a_line_that_there_is():
    for key, reason in json.loads((ROOT / "mutation" / "equivalent.json").read_text()).items():
        module, line = key.split(" => ")[0].split(": ", 1)
        text = (ROOT / "src" / "virality" / "model" / f"{module}.py").read_text()
        assert line in {re.sub(r"\s+", " ", one.strip()) for one in text.splitlines()}, key
        assert len(reason.split()) >= 4, key


def test_the_page_states_what_was_found():
    page = (ROOT / "docs" / "reliability.md").read_text()
    for path in (ROOT / "mutation").glob("results-*.json"):
        found = json.loads(path.read_text())
        verdicts = [change["verdict"] for change in found["changes"]]
        counts = [verdicts.count(name) for name in ("killed", "survived", "equivalent")]
        assert counts == [found[name] for name in ("killed", "survived", "equivalent")]
        shown = " | ".join(map(str, [len(verdicts), *counts]))
        assert f"| `--seed {found['seed']}` | {shown} | {100 * found['share']:.1f} % |" in page
        assert f"{found['possible']:,} possible changes" in page
        assert found["share"] >= 0.9
