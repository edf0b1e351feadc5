"""Files that scores are written to and records are read from."""

import io
import json
import subprocess
import sys

import polars as pl
import pytest

from virality.interfaces.cli import main
from worlds import coming, sample, scorer

READERS = {
    "s.csv": pl.read_csv,
    "s.JSON": lambda path: pl.DataFrame(json.loads(path.read_text())["predictions"]),
    "s.jsonl": pl.read_ndjson,
    "s.ndjson": pl.read_ndjson,
    "s.parquet": pl.read_parquet,
    "scores": pl.read_csv,
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working folder with a model and eight new videos."""
    monkeypatch.chdir(tmp_path)
    scorer().save("model.json")
    (tmp_path / "new.json").write_text(json.dumps(list(coming())))
    return tmp_path


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("name", READERS)
def test_the_suffix_of_a_file_says_in_which_form_scores_are_written(here, capsys, name):
    code, out, _ = run(capsys, "score", "new.json", "--out", name)
    assert (code, out) == (0, "")
    scores = READERS[name](here / name)
    assert scores.height == 8
    assert scores["score"].is_between(12.5, 90).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--out", "s.xlsx"), "s.xlsx: no form is known by the name .xlsx"),
        (("--out", "s.csv.gz"), "give it one of .csv, .json, .jsonl, .ndjson, .parquet"),
        (("--out", "s.csv", "--format", "json"), "--format json and the name .csv differ"),
        (("--rejects", "r.docx"), "r.docx: no form"),
    ],
)
def test_a_suffix_of_no_form_or_of_another_is_refused_before_any_work(here, capsys, options, says):
    code, out, err = run(capsys, "score", "new.json", *options)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in here.iterdir()) == ["model.json", "new.json"]


def test_a_form_that_is_asked_for_may_go_by_any_name(here, capsys):
    assert run(capsys, "score", "new.json", "--out", "s.txt", "--format", "csv")[0] == 0
    assert pl.read_csv(here / "s.txt").height == 8


def test_lines_of_json_are_for_a_terminal_as_well(here, capsys):
    code, out, _ = run(capsys, "score", "new.json", "--format", "jsonl")
    assert code == 0
    assert [json.loads(line)["video_id"] for line in out.splitlines()] == [
        video["id"] for video in coming()
    ]


def test_rejections_and_predictions_go_by_the_suffix_of_their_file(here, capsys):
    (here / "v.json").write_text(json.dumps(list(sample().records[:800])))
    options = ("--rejects", "r.jsonl", "--predictions", "p.csv", "--out", "m.json")
    assert run(capsys, "train", "v.json", *options)[0] == 0
    assert {"score", "split"} <= set(pl.read_csv(here / "p.csv").columns)
    assert pl.read_ndjson(here / "r.jsonl").columns == ["file", "row", "field", "reason"]


def piped(command, given):
    """What a command of a shell gives, with some bytes at its standard input."""
    words = ["bash", "-c", command.replace("virality", f"{sys.executable} -m virality")]
    return subprocess.run(words, input=given, capture_output=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        "virality score -",
        "virality score /dev/stdin",
        "virality score <(cat)",
        "cat | gzip | virality score -",
        "cat > in.json; virality score - < in.json",
        "cat > in.json; virality score /dev/stdin < in.json",
    ],
)
def test_records_may_come_through_a_pipe(here, command):
    expected = piped("virality score new.json --format csv", b"").stdout
    done = piped(f"{command} --format csv", (here / "new.json").read_bytes())
    assert (done.returncode, done.stdout) == (0, expected), done.stderr


def test_a_table_may_come_through_a_pipe_and_a_history_as_well(here):
    scorer(schema="creator-1").save(here / "model.json")
    pl.DataFrame({"video_id": ["1"], "views": [5], "duration": [9]}).write_parquet("v.parquet")
    done = piped("virality score - --format csv < v.parquet", b"")
    assert done.returncode == 0, done.stderr
    done = piped("cat v.parquet | virality score --history - --format csv", b"")
    assert done.returncode == 0, done.stderr


def test_what_comes_through_a_pipe_can_be_read_more_than_once(here):
    """An evaluation reads its records for each moment anew."""
    records = json.dumps(list(sample().records[:400])).encode()
    done = piped("virality evaluate - --json", records)
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["moments"]) == 3


def test_an_empty_pipe_is_a_clear_error(here):
    done = piped("virality score -", b"")
    assert done.returncode == 2
    assert done.stderr.startswith(b"virality: error: standard-input: the file is empty")


def test_an_error_names_what_was_piped_and_not_where_it_was_kept(here):
    done = piped("virality score -", b'{"a": \n')
    assert done.returncode == 2
    assert done.stderr.startswith(b"virality: error: standard-input, line 2, column 1: ")


def test_the_name_of_stdout_is_stdout(here):
    expected = piped("virality score new.json --format csv", b"").stdout
    done = piped("virality score new.json --format csv --out /dev/stdout | cat", b"")
    assert (done.returncode, done.stdout) == (0, expected), done.stderr


def test_a_terminal_is_not_waited_for(here, capsys, monkeypatch):
    terminal = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    code, _, err = run(capsys, "score", "-")
    assert code == 2
    assert "nothing is piped into it" in err


def test_a_dash_for_a_result_is_standard_output(here, capsys):
    told = run(capsys, "score", "new.json", "--format", "csv")
    assert run(capsys, "score", "new.json", "--format", "csv", "--out", "-") == told
    assert not (here / "-").exists()
