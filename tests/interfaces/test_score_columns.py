"""What scores say of themselves: their columns, their units, and what would tell more."""

import json

import polars as pl
import pytest

from virality.interfaces.cli import main
from worlds import coming, scorer

HINT = "the model uses the accounts' earlier videos, and knows none: --history FILE tells of them\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with a model of creator-1 and eight new videos."""
    monkeypatch.chdir(tmp_path)
    scorer(schema="creator-1").save("model.json")
    (tmp_path / "new.json").write_text(json.dumps(list(coming())))
    return tmp_path


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_many_videos_without_a_history_are_told_of_it_in_one_line(here, capsys):
    _, _, err = run(capsys, "score", "new.json")
    assert err.count(HINT) == 1


@pytest.mark.parametrize("told", [("--history", "new.json"), ("--set", "history_level=12K")])
def test_who_tells_of_the_account_is_not_told_to(here, capsys, told):
    (here / "new.json").write_text(json.dumps([{**coming()[0], "playCount": 5}]))
    assert HINT not in run(capsys, "score", "new.json", *told)[2]


def test_a_model_without_histories_asks_for_none(here, capsys):
    scorer().save("model.json")
    assert HINT not in run(capsys, "score", "new.json")[2]


@pytest.mark.parametrize("name", ["s.csv", "s.jsonl", "s.parquet"])
def test_every_row_of_a_table_says_that_the_model_is_of_synthetic_data(here, capsys, name):
    read = {"s.csv": pl.read_csv, "s.jsonl": pl.read_ndjson, "s.parquet": pl.read_parquet}[name]
    assert run(capsys, "score", "new.json", "--out", name)[0] == 0
    assert read(name)["synthetic"].to_list() == [True] * 8


def test_one_json_object_explains_every_column_and_so_does_the_help(here, capsys):
    _, out, _ = run(capsys, "score", "new.json", "--format", "json")
    told = json.loads(out)
    assert set(told["predictions"][0]) == set(told["legend"])
    _, shown, _ = run(capsys, "score", "--help")
    words = " ".join(shown.split())
    for meaning in told["legend"].values():
        assert meaning in words
    assert "synthetic" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("outcome", "unit"),
    [("views", "views"), ("author_multiple", "views"), ("likes", "likes"), ("wes", "wes per view")],
)
def test_what_an_account_usually_gets_has_the_unit_of_the_outcome(here, capsys, outcome, unit):
    model = scorer(schema="creator-1", outcome=outcome)
    model.save("model.json")
    _, out, _ = run(capsys, "inspect", "model.json")
    effects = out.partition("Effects:")[2].partition("Judged")[0]
    for line in effects.splitlines():
        if line.startswith("history_level"):
            assert f" {unit} " in line
    said = run(capsys, "score", "--set", "duration_seconds=9")[1]
    if "history_level" in said:
        assert f"the account's usual outcome, in {unit}" in " ".join(said.split())
    assert "history_level" in said or outcome == "author_multiple"
