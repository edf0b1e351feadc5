"""``virality report``, and ``virality train --report``."""

import json
import sys

import pytest

from virality.interfaces.cli import main
from virality.sample import write_sample
from worlds import scorer


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with a model."""
    monkeypatch.chdir(tmp_path)
    scorer(schema="reference-15").save("model.json")
    return tmp_path


def test_a_report_of_a_file_alone_is_a_page(here, capsys):
    assert main(["report", "model.json"]) == 0
    assert capsys.readouterr().out == "Report: report.html\n"
    assert (here / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_name_of_the_file_says_the_form(here, capsys):
    assert main(["report", "model.json", "--out", "CARD.MD"]) == 0
    assert (here / "CARD.MD").read_text(encoding="utf-8").startswith("# A virality model")
    assert main(["report", "model.json", "--format", "md"]) == 0
    assert (here / "report.md").read_text() == (here / "CARD.MD").read_text()


def test_charts_are_listed_for_programs(here, capsys):
    assert main(["report", "model.json", "--charts", "charts", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["report"] == "report.html"
    assert sorted(told["charts"]) == sorted(
        f"charts/{one.name}" for one in (here / "charts").iterdir()
    )
    assert "charts/confusion.svg" in told["charts"]


def test_training_writes_its_report(here, capsys):
    write_sample("videos.json", 700, 0)
    chosen = ["--schema", "reference-15", "--moment", "before", "--report", "new.html"]
    assert main(["train", "videos.json", "--out", "new.json", *chosen]) == 0
    page = (here / "new.html").read_text(encoding="utf-8")
    assert "What each moment is worth" in page
    assert "before posting (this model)" in page
    assert main(["report", "new.json", "--data", "videos.json", "--quick", "--out", "b.html"]) == 0
    again = (here / "b.html").read_text(encoding="utf-8")
    assert "it had not seen them" in again
    assert "Left out, as --quick asks." in again


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report"], "Missing argument"),
        (["report", "absent.json"], "absent.json"),
        (["report", "model.json", "--format", "pdf"], "'pdf' is not one of"),
        (["report", "model.json", "--out", "model.json"], "model.json"),
        (["report", "model.json", "--out", "nowhere/report.html"], "nowhere"),
        (["report", "model.json", "--data", "absent.json"], "absent.json"),
        (["train", "model.json", "--out", "new.json", "--report", "nowhere/a.html"], "nowhere"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(here, capsys, arguments, said):
    before = (here / "model.json").read_bytes()
    assert main(arguments) == 2
    assert said in capsys.readouterr().err
    assert [one.name for one in here.iterdir()] == ["model.json"]
    assert (here / "model.json").read_bytes() == before


def test_without_the_extra_its_installation_is_named(here, capsys, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("virality.report")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert main(["report", "model.json"]) == 1
    assert 'pip install "virality[report]"' in capsys.readouterr().err
    assert not (here / "report.html").exists()
