"""With what a training is carried out: memory, workers, a checkpoint."""

import json

import pytest

from places import TRAINING_FILE, needs_data
from virality.interfaces.cli import main
from virality.training import cluster as clusters
from worlds import sample


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with a file of synthetic videos."""
    monkeypatch.chdir(tmp_path)
    records = sample().records
    (tmp_path / "videos.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in records))
    return tmp_path


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a training."""
    code = main(["train", "videos.jsonl", "--schema", "reference-15", *map(str, arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def test_what_is_written_is_the_same_whether_records_are_held_or_not(here, capsys):
    for name, means in (("held", ()), ("passed", ("--memory", "512MB"))):
        files = ("--out", f"{name}.json", "--predictions", f"{name}.csv")
        code, out, err = run(capsys, *files, "--rejects", f"{name}-rejects.csv", "--json", *means)
        assert code == 0, err
    held, passed = (json.loads((here / f"{name}.json").read_text()) for name in ("held", "passed"))
    assert held | {"trainedAt": None} == passed | {"trainedAt": None}
    for name in ("", "-rejects"):
        lines = [
            sorted((here / f"{one}{name}.csv").read_text().splitlines())
            for one in ("held", "passed")
        ]
        assert lines[0] == lines[1]
    assert json.loads(out)["rows"]["train"]
    assert "computing features: " in err
    assert "records read" in err


def test_passes_are_told_and_a_second_training_goes_on_from_the_checkpoint(here, capsys):
    counts = []
    for _ in range(2):
        code, _, err = run(capsys, "--checkpoint", "state.json")
        assert code == 0, err
        counts.append(err.count("fitting: pass "))
        assert "rows, gradient norm" in err
    assert (here / "state.json").exists()
    assert counts[1] <= counts[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--memory", "much"], "'much' is not a size (write one such as 512MB or 4GB)"),
        (["--memory", "5MB"], "too little"),
        (["--cluster", "tcp://127.0.0.1:9"], "no Dask scheduler with workers answers"),
        (["--checkpoint", "videos.jsonl"], "is read or written by this command already"),
        (["--checkpoint", "none/state.json"], "none"),
        (["--checkpoint", "s.json", "--recipe", "reference"], "leave out --cluster"),
    ],
)
def test_means_of_no_use_are_one_clear_line(here, capsys, monkeypatch, arguments, says):
    monkeypatch.setattr(clusters, "_PATIENCE", 1)
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert says in err
    assert "Traceback" not in err
    assert not (here / "model.json").exists()


@needs_data
def test_features_that_are_made_already_are_held(here, capsys):
    code = main(["train", str(TRAINING_FILE), "--memory", "1GB"])
    assert code == 2
    assert "leave out --memory" in capsys.readouterr().err
