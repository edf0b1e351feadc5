"""``virality explain``, and the card of one video."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from places import DATA, needs_data
from virality import load
from virality.interfaces.cli import main
from worlds import coming, sample, scorer

DESCRIBED = ("--set", "duration_seconds=30", "--set", "followers=12K")
GIVEN = {"duration_seconds": "30", "followers": "12K"}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with a model of creator-1, new videos and old ones."""
    monkeypatch.chdir(tmp_path)
    scorer(schema="creator-1").save("model.json")
    (tmp_path / "new.json").write_text(json.dumps(list(coming())))
    (tmp_path / "old.json").write_text(json.dumps(list(sample().records)))
    return tmp_path


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_reasons_add_up_to_the_score_that_score_gives(here, capsys):
    history = ("--history", "old.json")
    _, out, _ = run(capsys, "score", "new.json", *history, "--format", "json")
    scores = {one["video_id"]: one["score"] for one in json.loads(out)["predictions"]}
    code, out, _ = run(capsys, "explain", "new.json", *history, "--format", "json")
    told = json.loads(out)
    assert (code, told["synthetic"], told["outcome"]) == (0, True, "views")
    assert len(told["explanations"]) == 8
    for one in told["explanations"]:
        points = sum(reason["contribution"] for reason in one["reasons"])
        assert one["base"] + points + one["unknown"] == pytest.approx(one["score"], abs=1e-9)
        assert one["score"] == pytest.approx(scores[one["video_id"]], abs=1e-9)
        assert one["account"] + one["video"] == pytest.approx(points, abs=1e-9)


def test_rows_of_points_are_those_of_the_library(here, capsys):
    code, out, _ = run(capsys, "explain", "new.json", "--history", "old.json", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    found = load("model.json").explain_records("new.json", history="old.json")
    assert list(rows[0]) == [*found.columns, "synthetic"]
    for row, expected in zip(rows, found.iter_rows(named=True), strict=True):
        for name in found.columns[1:]:
            points = float(row[name]) if row[name] else None
            assert points == pytest.approx(expected[name], abs=1e-12), name


def test_one_video_is_drawn_with_its_reasons_and_many_are_listed(here, capsys):
    _, out, _ = run(capsys, "explain", *DESCRIBED)
    found = load("model.json").explain(GIVEN)
    assert f"{found.score:.1f} of 100" in out
    assert all(reason.said in " ".join(out.split()) for reason in found.reasons[:1])
    assert "what is not known: 31 inputs" in out
    _, out, _ = run(capsys, "explain", "new.json")
    assert "most against" in out


def test_a_described_video_is_scored_with_gauge_tiers_and_reasons(here, capsys):
    _, out, _ = run(capsys, "score", *DESCRIBED)
    one = load("model.json").score(GIVEN)
    low, _, high = one.interval
    assert f"{low:.0f} to {high:.0f}" in out
    assert out.count("●") == 3
    assert all(f"{share:.0%}" in out for share in one.tier_probabilities)
    assert "Why, in points" in out


@pytest.mark.parametrize("columns", [40, 64, 80, 120])
def test_the_card_fits_a_terminal_of_any_width(here, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for command in ("score", "explain"):
        _, out, _ = run(capsys, command, *DESCRIBED)
        assert max(map(len, out.splitlines())) <= columns
        assert "…" not in out


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_the_list_of_many_reasons_fits_a_terminal_of_any_width(here, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, out, _ = run(capsys, "explain", "new.json")
    assert max(map(len, out.splitlines())) <= columns
    assert "…" not in out


def test_a_terminal_without_unicode_gets_letters_that_it_has(here):
    done = subprocess.run(
        [sys.executable, "-m", "virality", "score", *DESCRIBED],
        capture_output=True, check=True, env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )  # fmt: skip
    assert b"=O" in done.stdout
    assert done.stdout.isascii()


def test_a_pipe_gets_no_colours(here):
    done = subprocess.run(
        [sys.executable, "-m", "virality", "explain", *DESCRIBED], capture_output=True, check=True
    )
    assert b"\x1b" not in done.stdout


def test_other_choices_come_with_their_intervals_or_are_said_not_to_matter(here, capsys):
    model = load("model.json")
    code, out, _ = run(capsys, "explain", *DESCRIBED, "--what-if", "all", "--format", "json")
    assert code == 0
    choices = json.loads(out)["explanations"][0]["what_if"]
    assert {one["feature"] for one in choices} >= {"duration_seconds", "hour_posted"}
    _, out, _ = run(capsys, "explain", *DESCRIBED, "--what-if", "all")
    silent = out.partition("No clear difference:")[2]
    for one in choices:
        found = model.what_if(GIVEN, one["feature"])
        assert one["scores"] == pytest.approx(found.scores.tolist())
        assert (found.phrase in silent) is not found.told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--what-if", "followers", *DESCRIBED), "followers is nothing that a person can change"),
        (("new.json", "--what-if", "duration_seconds"), "for a single video, and there are 8"),
        ((*DESCRIBED, "--what-if", "all", "--format", "csv"), "--what-if has no place in rows"),
        ((), "Give a SOURCE"),
        (("new.json", "--format", "parquet"), "Parquet is not for a terminal"),
        (("new.json", "--out", "reasons.txt"), "no form is known by the name .txt"),
        (("new.json", "--out", "new.json"), "is read or written by this command already"),
    ],
)
def test_what_cannot_be_explained_is_one_clear_error(here, capsys, arguments, says):
    code, out, err = run(capsys, "explain", *arguments)
    assert (code, out) == (2, "")
    assert says in err


@needs_data
def test_a_model_without_a_population_is_scored_and_not_explained(here, capsys):
    model = DATA / "reference" / "reference-weights.json"
    row = np.linspace(0, 1, 15).tolist()
    names = load(model).feature_names
    values = [w for name, v in zip(names, row, strict=True) for w in ("--set", f"{name}={v}")]
    code, out, _ = run(capsys, "score", "--model", str(model), *values)
    assert (code, "Why" in out) == (0, False)
    code, _, err = run(capsys, "explain", "--model", str(model), *values)
    assert code == 2
    assert "holds no population" in err


@pytest.mark.parametrize("name", ["reasons.json", "reasons.csv", "reasons.parquet"])
def test_reasons_are_written_to_a_file(here, capsys, name):
    code, out, err = run(capsys, "explain", "new.json", "--out", name)
    assert (code, out) == (0, "")
    assert err.endswith(f"8 explanations written to {name}\n")
    assert (here / name).stat().st_size > 500


def test_captions_and_ids_are_shown_and_not_obeyed(here, capsys):
    (here / "one.json").write_text(json.dumps([{**coming()[0], "id": "[red]x[/red]"}]))
    for command in ("score", "explain"):
        _, out, _ = run(capsys, command, "one.json")
        assert "[red]x[/red]" in out
