"""The page in a real browser: entering, sliding, dropping a file, by keyboard, and inert."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from hostile import HOSTILE, NAME, hostile_run
from running import serving
from served import model_file
from worlds import coming

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
KEY = "a-key-of-enough-characters"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or not find_spec("playwright") or not find_spec("axe_playwright_python"),
    reason="needs Chromium and its driver: make browser",
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    path, odd = model_file(folder), folder / "odd.json"
    hostile_run()[0].scorer.save(odd)
    records = [{**record, "text": f"{HOSTILE} =1+1"} for record in coming(6)]
    records[0]["text"] = "=cmd|' /C calc'!A0"
    (folder / "new.json").write_text(json.dumps(records))
    program = Path(__file__).with_name("browse.py")
    with (
        serving(path) as (_, port, _),
        serving(odd) as (_, hostile, _),
        serving(path, VIRALITY_API_KEYS=KEY) as (_, locked, _),
    ):
        ours, others, closed = (f"http://127.0.0.1:{one}/" for one in (port, hostile, locked))
        words = [CHROMIUM, ours, others, closed, KEY, json.dumps(records[1])]
        done = subprocess.run(
            [sys.executable, str(program), *words, str(folder / "new.json"), str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout), "addresses": [ours, others]}


def visits(seen):
    single = [seen[name] for name in ("describing", "sliding", "pasting", "dropping", "keyboard")]
    return [*single, *seen["looking"], *seen["hostile"]]


def test_the_range_of_the_outcome_is_drawn_wider_when_less_is_known(seen):
    told = seen["describing"]
    assert told["nothing"]["width"] > 1.3 * told["more"]["width"]
    assert told["nothing"]["score"] == told["cleared"]["score"]
    assert told["nothing"]["score"] != told["more"]["score"]


def test_score_standing_tiers_and_reasons_are_told_in_words(seen):
    told = seen["describing"]
    assert told["standing"].startswith("scores higher than ")
    assert "with 80 % probability" in told["outcome"]
    assert [line[0] for line in told["tiers"]] == ["1", "2", "3", "4", "5"]
    assert all(line.endswith("%") for line in told["tiers"])
    assert any("asks a question" in line for line in told["reasons"])
    assert told["more"]["said"].startswith(f"Score {told['more']['score']:.1f} of 100")


def test_what_cannot_be_used_is_said_beside_its_field(seen):
    told = seen["describing"]
    assert told["fault"].startswith("not a number")
    assert told["invalid"] == "true"
    assert "not a number" not in told["cleared"]["fault"]


def test_the_score_follows_a_slider_and_comes_back(seen):
    told = seen["sliding"]
    assert told["after"] != told["before"] == told["back"]
    assert "it was" in told["change"]
    assert "95 %" in told["alone"]


def test_a_slider_that_is_dragged_asks_a_few_times_and_not_at_each_step(seen):
    assert 1 <= seen["sliding"]["asked"] <= 3


def test_a_pasted_record_is_scored_and_what_is_none_is_said(seen):
    told = seen["pasting"]
    assert 12.5 <= told["score"] <= 90
    assert re.match(r"\d+ of 33 inputs are unknown", told["unknown"])
    assert not told["unknown"].startswith("33")
    assert told["broken"].startswith("This is no JSON")
    assert "none of its fields is known" in told["foreign"]


def test_a_dropped_file_becomes_a_table_that_sorts_and_is_kept(seen):
    told = seen["dropping"]
    assert told["said"].startswith("6 of 6 records are scored")
    assert told["down"] == sorted(told["down"], reverse=True)
    assert told["up"] == sorted(told["up"])
    assert told["sort"] == "ascending"
    rows = list(csv.DictReader(io.StringIO(told["csv"])))
    assert sorted(round(float(row["score"]), 1) for row in rows) == told["up"]
    assert told["fault"].startswith("the file: ")


def test_no_text_of_a_kept_table_is_a_formula_of_a_spreadsheet(seen):
    for row in csv.reader(io.StringIO(seen["dropping"]["csv"])):
        assert not any(cell.startswith(("=", "+", "@")) for cell in row)
    assert "'=cmd" in seen["dropping"]["csv"]


def test_the_page_works_by_keyboard_alone_and_shows_where_it_is(seen):
    told = seen["keyboard"]
    assert told["order"][0] == "To the content"
    assert told["slid"]["place"] == "0"
    assert told["slid"]["said"].endswith(f"points; it was {told['typed']}.")
    assert told["outlined"] != "none"


def test_axe_finds_nothing_that_keeps_anyone_from_using_the_page(seen):
    for view in [*seen["looking"], *seen["hostile"]]:
        assert view["axe"] == []


def test_the_page_is_no_wider_than_the_screen(seen):
    for view in seen["looking"]:
        assert view["scroll"] <= view["width"]


def test_the_page_says_nothing_on_the_console_but_what_the_browser_says_of_problems(seen):
    for visit in visits(seen):
        assert [line for line in visit["console"] if "status of 422" not in line] == []


def test_nothing_is_asked_of_any_other_place(seen):
    for visit in visits(seen):
        for url in visit["requests"]:
            assert url.startswith((*seen["addresses"], "data:", "blob:")), url


def test_hostile_words_are_words_wherever_they_are_shown(seen):
    for visit in visits(seen):
        assert (visit["frames"], visit["dialogs"]) == (0, 0)
        assert visit["title"] == "Score a video - virality"
    assert any(NAME in video for video in seen["dropping"]["videos"])


def test_a_key_opens_the_page_and_is_not_kept(seen):
    told = seen["unlocking"]
    assert told["card"].startswith("# ")
    assert KEY not in json.dumps(told["kept"])
