import json

import pytest

from virality.interfaces.cli import main
from virality.registry.folder import Registry
from virality.sample import make_sample, write_sample


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Records, and the same with a column that gives the outcome away."""
    folder = tmp_path_factory.mktemp("records")
    write_sample(folder / "videos.json", 1200, 3)
    leaked = [{**one, "hint": one["playCount"]} for one in make_sample(1200, 3).records]
    (folder / "leaked.json").write_text(json.dumps(leaked))
    return folder


@pytest.fixture(scope="module")
def begun(files, tmp_path_factory):
    folder = tmp_path_factory.mktemp("registry") / "models"
    first = [str(files / "videos.json"), "--registry", str(folder)]
    assert main(["retrain", *first, "--schema", "reference-15", "--moment", "before"]) == 0
    return folder


def retrained(capsys, source, folder, *options):
    capsys.readouterr()
    words = ["retrain", str(source), "--registry", str(folder), "--json", *options]
    assert main(words) == 0
    return json.loads(capsys.readouterr().out)


def test_the_first_model_serves_and_has_its_reports(begun):
    first = Registry(begun).serving()
    assert first.model.read_bytes() == (begun / "model.json").read_bytes()
    pytest.importorskip("jinja2", reason="the extra report is not installed")
    assert (first.folder / "report.html").read_text().startswith("<!doctype html>")
    assert (first.folder / "report.md").stat().st_size > 500


def test_a_candidate_is_kept_promoted_and_rolled_back(begun, files, capsys):
    before = (begun / "model.json").read_bytes()
    tie = retrained(capsys, files / "videos.json", begun, "--no-report")
    assert (tie["promoted"], tie["before"]) == (False, 1)
    assert (begun / "model.json").read_bytes() == before
    better = retrained(capsys, files / "videos.json", begun, "--schema", "creator-1", "--no-report")
    assert better["promoted"]
    assert (begun / "model.json").read_bytes() != before
    assert main(["rollback", "--registry", str(begun)]) == 0
    said = capsys.readouterr().out
    assert said == f"version 1 serves now; version {better['version']} did before\n"
    assert (begun / "model.json").read_bytes() == before
    assert main(["rollback", str(better["version"]), "--registry", str(begun), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": better["version"], "before": 1}
    assert main(["rollback", "1", "--registry", str(begun)]) == 0


def test_a_person_reads_how_both_compared(begun, files, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    main(["retrain", str(files / "videos.json"), "--registry", str(begun), "--no-report"])
    out = capsys.readouterr().out
    assert "that neither model trained on" in out
    assert "Rejected: version 1 goes on serving; not clearly better" in out
    assert "tier against the others: 5" in out


def test_a_leak_is_refused_by_name_and_touches_nothing(begun, files, capsys):
    before = (begun / "model.json").read_bytes()
    done = retrained(capsys, files / "leaked.json", begun, "--feature", "hint:content")
    assert not done["promoted"]
    assert "hint" in done["line"]
    assert (begun / "model.json").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["retrain", "--registry", "R"], "SOURCE"),
        (["retrain", "F"], "--registry"),
        (["retrain", "F", "--registry", "R", "--outcome", "wes"], "another registry"),
        (["retrain", "F", "--registry", "R", "--since", "yesterday"], "--since"),
        (["retrain", "F", "--registry", "F"], "cannot be made"),
        (["retrain", "nothing.json", "--registry", "R"], "nothing.json"),
        (["rollback", "--registry", "nowhere"], "there is no registry"),
        (["rollback", "9", "--registry", "R"], "there is no version 9"),
    ],
)
def test_a_mistake_is_named_and_ends_with_2(begun, files, capsys, words, said):
    places = {"R": str(begun), "F": str(files / "videos.json")}
    before = (begun / "model.json").read_bytes()
    assert main([places.get(word, word) for word in words]) == 2
    assert said in capsys.readouterr().err
    assert (begun / "model.json").read_bytes() == before
