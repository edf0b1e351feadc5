"""``virality audit`` at the command line."""

import json

import pytest

import virality
from virality.interfaces.cli import main
from worlds import sample


@pytest.fixture
def videos(tmp_path, monkeypatch):
    """A file of synthetic videos in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "videos.json").write_text(json.dumps(list(sample().records)))
    return "videos.json"


def run(capsys, *arguments):
    code = main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_says_what_the_python_call_finds(videos, capsys):
    code, out, _ = run(capsys, "audit", videos, "--moment", "before", "--json")
    assert code == 0
    found = virality.audit(videos, moment="before")
    assert json.loads(out) == json.loads(json.dumps(found.stated()))


def test_findings_are_printed_with_their_severity_and_code(videos, capsys):
    code, out, err = run(capsys, "audit", videos)
    assert code == 0
    assert "SYNTHETIC DATA" in out
    assert "moment before, outcome views, time split" in " ".join(out.split())
    assert "account-overlap:" in out
    assert "refused: 0, warnings: 1" in out
    assert "records read" in err


def test_rejected_rows_are_written_where_asked(videos, capsys, tmp_path):
    assert run(capsys, "audit", videos, "--rejects", "no.csv")[0] == 0
    assert (tmp_path / "no.csv").read_text().startswith("file,row,field,reason")


def test_an_audit_without_a_source_or_over_its_source_is_an_error(videos, capsys):
    code, _, err = run(capsys, "audit")
    assert (code, "SOURCE" in err) == (2, True)
    assert run(capsys, "audit", videos, "--rejects", videos)[0] == 2


def test_training_with_what_is_refused_exits_with_2_and_names_it(videos, capsys, tmp_path):
    told = [{**one, "plays": one.get("playCount")} for one in sample().records]
    (tmp_path / "told.json").write_text(json.dumps(told))
    code, _, err = run(capsys, "train", "told.json", "--feature", "plays:content")
    assert code == 2
    assert "plays" in err
    assert "leave out" in err
    assert not (tmp_path / "model.json").exists()


def test_the_author_split_is_not_said_to_tell_of_accounts_without_a_past(videos, capsys):
    _, out, _ = run(capsys, "audit", videos)
    said = " ".join(out.split())
    assert "what new accounts get" not in said
    assert "where the model uses histories, they still have their own" in said


def test_rows_that_are_left_out_are_called_by_words_that_explain_themselves(videos, capsys):
    _, _, err = run(capsys, "audit", videos, "--moment", "after")
    assert "unseen" not in err
    assert "without counts at the early age" in err
    assert "further snapshots" in err


def test_a_limit_says_which_records_it_takes(capsys):
    for command in ("audit", "train", "evaluate", "score"):
        _, out, _ = run(capsys, command, "--help")
        assert "the first N records" in " ".join(out.split())
