"""The benchmarks run, state what they found, and their page is the one that stands in the docs.

Nothing here looks at how long anything took.
"""

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "benchmarks"
TINY = ("--quick", "--records", "900", "--rows", "900", "--only", "train", "fit-many", "row")

pytest.importorskip("pandas", reason="the peers are of the group 'bench'")
pytest.importorskip("sklearn", reason="the peers are of the group 'bench'")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What a run on tiny sizes writes: a folder."""
    folder = tmp_path_factory.mktemp("bench") / "out"
    done = subprocess.run(
        [sys.executable, FOLDER / "run.py", *TINY, "--out", folder],
        cwd=folder.parent,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def results(made):
    """The results of the tiny run."""
    return json.loads((made / "results.json").read_text("utf-8"))


@pytest.fixture
def page(monkeypatch):
    """The module that renders the page; scripts are no package."""
    monkeypatch.syspath_prepend(FOLDER)
    yield importlib.import_module("page")
    sys.modules.pop("page")


def test_every_case_has_one_side_of_ours_and_a_peer_or_a_reason(results):
    """Each case either says why it was skipped or compares us with at least one peer."""
    assert [case["key"] for case in results["cases"]] == ["train", "fit-many", "row"]
    for case in results["cases"]:
        roles = [side["role"] for side in case["sides"]]
        assert case["skipped"] or (roles.count("ours") == 1 and "peer" in roles), case["key"]


def test_every_median_lies_within_its_spread(results):
    """Times and ratios are finite and positive, and lie between their least and most."""
    for case in results["cases"]:
        for side in case["sides"]:
            seconds = side["seconds"]
            ratio = seconds["to_ours"]
            assert 0 < seconds["min"] <= seconds["median"] <= seconds["max"] < math.inf
            assert 0 < ratio["pairwise_min"] <= ratio["pairwise_max"] < math.inf
            assert len(seconds["values"]) == case["rounds"]


def test_both_sides_use_the_same_videos(results):
    """Ours and the peer read as many records and learn from as many videos."""
    (case,) = [case for case in results["cases"] if case["key"] == "train"]
    ours, peer = (side["facts"] for side in case["sides"])
    for name in ("records", "videos used"):
        assert ours[name] == peer[name]


def test_all_fits_reach_the_same_optimum(results):
    """Every solver that is timed reaches the gradient norm, and so the same objective.

    Where the largest of 80 entries of the gradient is at most 1e-6, and the curvature of the
    gauge-free directions at least the penalty's 1e-3, the objective is within 4e-8 of the least;
    the intercepts' curvature is far larger.
    """
    (case,) = [case for case in results["cases"] if case["key"] == "fit-many"]
    facts = [side["facts"] for side in case["sides"]]
    assert len(facts) == 4
    for fact in facts:
        assert fact["gradient norm"] <= 1e-6
        assert fact["objective"] == pytest.approx(facts[0]["objective"], abs=1e-7)


def test_goals_are_judged_at_full_size_alone(results):
    """A tiny run says nothing about a goal that is stated for 100,000 records."""
    assert not any(case["bars"] for case in results["cases"])


def test_the_tiny_page_is_what_its_results_render_to(made, results, page):
    """The page of a run has a table for each case, and comes from its results alone."""
    text = (made / "benchmarks.md").read_text("utf-8")
    assert text == page.rendered(results)
    assert all(f"## {case['title']}\n" in text for case in results["cases"])


def test_the_page_in_the_docs_is_what_the_results_render_to(page):
    """Nobody has edited the page, and it is not stale: `python benchmarks/run.py --render`."""
    results = json.loads((FOLDER / "results.json").read_text("utf-8"))
    assert (ROOT / "docs/benchmarks.md").read_text("utf-8") == page.rendered(results)


def test_the_results_name_no_machine(results):
    """No path and no host name is written down."""
    text = json.dumps(results)
    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text
    assert "/tmp" not in text  # noqa: S108  none is used
