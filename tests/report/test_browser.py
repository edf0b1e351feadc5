"""Reports in a real browser: drawn, silent, reachable, and inert whatever captions hold."""

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from hostile import NAME, hostile_run
from places import DATA, TRAINING_FILE
from virality.report.assembly import view_of
from virality.report.evidence import of_training
from virality.report.writing import write_report
from virality.training.settings import Settings
from virality.training.train import run
from worlds import sample

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MOST_BYTES = 2_000_000
PAGES = ["sample", "hostile", "reference", "timeline"]

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or not find_spec("playwright") or not find_spec("axe_playwright_python"),
    reason="needs Chromium and its driver: make browser",
)


def evidence(name):
    """What a page rests on; None where its records are not at hand."""
    if name == "sample":
        records = list(sample(1500).records)
        return of_training(run(records, Settings()), records, Settings())
    if name == "hostile":
        done, records, settings = hostile_run()
        return of_training(done, records, settings, quick=True)
    if not DATA.is_dir():
        return None
    source, settings = TRAINING_FILE, Settings()
    if name == "timeline":
        source = DATA / "videos" / "vn2025_snapshots.parquet"
        settings = Settings(where="cohort = 'timeline'")
    return of_training(run(source, settings), source, settings, quick=name == "timeline")


@pytest.fixture(scope="module")
def looked(tmp_path_factory):
    folder, written = tmp_path_factory.mktemp("pages"), {}
    for name in PAGES:
        found = evidence(name)
        if found is not None:
            written[name] = folder / f"{name}.html"
            write_report(view_of(found), written[name], "html")
    program = Path(__file__).with_name("look.py")
    done = subprocess.run(
        [sys.executable, str(program), CHROMIUM, *map(str, written.values())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    return {name: {**seen[str(path)], "path": path} for name, path in written.items()}


@pytest.fixture(params=PAGES)
def page(looked, request):
    if request.param not in looked:
        pytest.skip("needs the real data beside the checkout")
    return looked[request.param]


def test_a_page_says_nothing_on_the_console_and_asks_for_nothing(page):
    for view in page["views"]:
        assert view["console"] == []
        asked = [url for url in view["requests"] if not url.startswith("data:")]
        assert asked == [f"file://{page['path']}"]


def test_no_page_is_wider_than_the_screen(page):
    for view in page["views"]:
        assert view["scroll"] <= view["width"], view["scheme"]


def test_every_chart_is_drawn_in_pixels_light_and_dark(page):
    drawn = page["path"].read_text(encoding="utf-8").count('<figure class="chart"')
    for view in page["views"]:
        if "charts" in view:
            assert len(view["charts"]) == drawn
            for key, chart in view["charts"].items():
                assert chart["colours"] > 5, key
                assert 0.01 < chart["drawn"] < 0.9, key


def test_no_label_of_a_chart_is_clipped(page):
    for view in page["views"]:
        for key, chart in view.get("charts", {}).items():
            assert chart["clipped"] == [], key


def test_axe_finds_nothing_that_keeps_anyone_from_reading_a_page(page):
    assert page["axe"] == []


def test_pointing_at_a_mark_tells_its_numbers_in_words(page):
    assert all(any(map(str.isdigit, view["tip"])) for view in page["views"] if "tip" in view)


def test_charts_are_there_without_scripts(page):
    drawn = page["path"].read_text(encoding="utf-8").count('<figure class="chart"')
    assert page["plain"]["charts"] == drawn


def test_a_page_is_small_and_its_time_to_load_is_recorded(page, record_property):
    size = page["path"].stat().st_size
    record_property("bytes", size)
    record_property("interactive_ms", max(view["interactive_ms"] for view in page["views"]))
    record_property("loaded_ms", max(view["loaded_ms"] for view in page["views"]))
    assert size <= MOST_BYTES


def test_hostile_words_of_the_records_are_inert(looked):
    for view in looked["hostile"]["views"]:
        assert view["images"] == 0
        assert view["dialogs"] == 0
        assert view["title"].startswith("A virality model of y<img src=x")
    assert NAME not in looked["hostile"]["path"].read_text(encoding="utf-8")
