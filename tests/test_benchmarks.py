"""The benchmarks run, state what they found, and their page is the one that stands in the docs.

Nothing here looks at how long anything took.
"""

import json
import math
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts import FOLDER, benchmark_modules

ROOT = Path(__file__).resolve().parents[1]
KEYS = ["train", "fit-1e5", "row", "scale-tiers"]
TINY = ("--quick", "--shrink", "1000", "--only", *KEYS)

pytest.importorskip("pandas", reason="the peers are of the group 'bench'")
pytest.importorskip("sklearn", reason="the peers are of the group 'bench'")
pytest.importorskip("onnxruntime", reason="the peers are of the group 'bench'")
pytest.importorskip("skl2onnx", reason="the peers are of the group 'bench'")


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
def script():
    """Import a module of the benchmarks."""
    with benchmark_modules() as load:
        yield load


@pytest.fixture
def page(script):
    """The module that renders the page."""
    return script("page")


@pytest.fixture(scope="module")
def kept():
    """The results that stand in the repository."""
    return json.loads((FOLDER / "results.json").read_text("utf-8"))


def runs(results):
    """Everything that ran: cases, and the points of studies."""
    measured = [one for one in results["cases"] + results["studies"] if not one["skipped"]]
    return [run for one in measured for run in one.get("points", [one])]


def test_every_case_has_one_side_of_ours_and_a_peer_or_a_reason(results):
    """Each case either says why it was skipped or compares us with at least one peer."""
    assert [one["key"] for one in results["cases"] + results["studies"]] == KEYS
    for run in runs(results):
        roles = [side["role"] for side in run["sides"]]
        assert roles.count("ours") == 1
        assert "peer" in roles


def test_every_median_lies_within_its_spread(results):
    """Times and ratios are finite and positive, and lie between their least and most."""
    for run in runs(results):
        for side in run["sides"]:
            seconds = side["seconds"]
            ratio = seconds["to_ours"]
            assert 0 < seconds["min"] <= seconds["median"] <= seconds["max"] < math.inf
            assert 0 < ratio["pairwise_min"] <= ratio["pairwise_max"] < math.inf
            assert 0 < len(seconds["values"]) <= run["rounds"]


def test_both_sides_use_the_same_videos(results):
    """Ours and the peer read as many records and learn from as many videos."""
    (case,) = [case for case in results["cases"] if case["key"] == "train"]
    ours, peer = (side["facts"] for side in case["sides"])
    for name in ("records", "videos used"):
        assert ours[name] == peer[name]


def test_all_fits_reach_the_same_optimum(results):
    """Every solver that is timed reaches the gradient norm, and so the same objective."""
    fits = [run for run in runs(results) if run["checks"]]
    assert len(fits) == 6
    for run in fits:
        facts = [side["facts"] for side in run["sides"]]
        assert all(check["passed"] for check in run["checks"])
        assert all(fact["gradient norm"] <= 1e-6 for fact in facts)
        assert facts[0]["objective"] == pytest.approx(facts[-1]["objective"], abs=1e-7)


def test_a_goal_compares_with_the_best_peer_alone(script):
    """The ratio is of the least median of the peers, with the ratios of each round beside it."""
    goals, measuring = script("goals"), script("measuring")

    def side(name, role, *seconds):
        trials = tuple(measuring.Trial(value) for value in seconds)
        return measuring.Side(name, role, None), trials

    ran = [side("us", "ours", 1.0, 2.0, 1.0), side("a", "peer", 6.0, 9.0), side("b", "peer", 90.0)]
    found = goals.times(5.0).judged(ran)
    assert (found["value"], found["min"], found["max"]) == (7.5, 4.5, 6.0)
    assert found["passed"]
    assert (found["rounds"], found["rounds_within"]) == (2, 1)
    assert goals.times(5.0, "b").judged(ran)["value"] == 90.0


def test_the_page_says_what_bounds_every_case(script):
    """Each case and study has a key of its own, and says what is compared and what bounds it."""
    cases = script("cases")
    listed = (*cases.CASES, *cases.STUDIES)
    assert len({one.key for one in listed}) == len(listed)
    for one in listed:
        assert one.title
        assert one.compared.strip().endswith(".")
        assert one.bound.endswith(".")


def test_the_results_are_of_these_cases(script, kept):
    """What stands in the repository lists every case, whether it was measured or not."""
    cases = script("cases")
    assert [one["key"] for one in kept["cases"]] == [case.key for case in cases.CASES]
    assert [one["key"] for one in kept["studies"]] == [study.key for study in cases.STUDIES]


def test_goals_are_judged_at_full_size_alone(results):
    """A tiny run says nothing about a goal that is stated for 100,000 records."""
    assert not any(case["goals"] for case in results["cases"])


def test_the_tiny_page_is_what_its_results_render_to(made, results, page):
    """The page of a run has a table for each case, and comes from its results alone."""
    text = (made / "benchmarks.md").read_text("utf-8")
    assert text == page.rendered(results)
    assert all(f"## {case['title']}\n" in text for case in results["cases"])


def test_the_page_in_the_docs_is_what_the_results_render_to(page, kept):
    """Nobody has edited the page, and it is not stale: `python benchmarks/run.py --render`."""
    assert (ROOT / "docs/benchmarks.md").read_text("utf-8") == page.rendered(kept)
    for name, picture in page.pictures(kept).items():
        assert (ROOT / "docs" / name).read_text("utf-8") == picture


def test_a_picture_has_a_curve_for_each_kind_of_side(results, page):
    """Ours, the portable form and the best peer are drawn, as well-formed XML with a title."""
    (picture,) = page.pictures(results).values()
    root = ET.fromstring(picture)  # noqa: S314  ours
    kinds = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert kinds.count("circle") == 3 * 5
    assert "title" in kinds


def test_what_was_measured_elsewhere_says_so(results, page):
    """The machine of most cases stands at the head; another stands in its own case."""
    moved = json.loads(json.dumps(results))
    moved["cases"][0]["machine"]["cpu"] = "Another"
    parts = page.rendered(moved).split("\n## ")
    assert [number for number, part in enumerate(parts) if "on Another, " in part] == [1]
    assert not any("on Another, " in part for part in page.rendered(results).split("\n## "))


def test_the_results_name_no_machine(results, kept):
    """No path and no host name is written down."""
    text = json.dumps([results, kept])
    assert str(ROOT) not in text
    assert str(Path.home()) + "/" not in text
    assert "/tmp" not in text  # noqa: S108  none is used
