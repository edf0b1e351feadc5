"""What holds of exports to any language."""

import json
import sys

import pytest

from exported import artefact, evil, program, without_population
from hostile import hostile_run
from virality.errors import DataError, OptionError
from virality.exports.exporting import PROGRAMS, TARGETS, Wishes, export
from virality.interfaces.cli import main
from virality.interfaces.commands.exporting import TARGETS as COMMAND_TARGETS
from virality.scorer import load
from worlds import scorer

TEXTS = [target for target in TARGETS if target != "onnx"]


@pytest.mark.parametrize("target", TEXTS)
def test_the_head_of_a_program_names_its_model(target):
    head = program("creator-1", target, fingerprint="0123456789abcdef")[:3000]
    for word in ("0123456789abcdef", "virality", "creator-1", "before", "synthetic", "views"):
        assert word in head


@pytest.mark.parametrize("target", TEXTS)
def test_a_hostile_model_adds_no_line_and_no_character_to_a_program(target):
    """What it says stands within comments and constants, in ASCII on one line each."""
    plain = artefact("creator-1")
    said, usual = (
        export(one, target).content.decode().splitlines() for one in (evil(plain), plain)
    )
    changed = [(ours, theirs) for ours, theirs in zip(said, usual, strict=True) if ours != theirs]
    assert 1 <= len(changed) <= 4
    assert all(ours.isascii() and ours.startswith(("#", "//", "--")) for ours, _ in changed)


@pytest.mark.parametrize("target", TEXTS)
def test_nothing_that_a_first_line_says_sets_the_encoding(target):
    head = export(evil(artefact("creator-1")), target).content.decode().splitlines()[:2]
    assert not any("coding" in line for line in head)


@pytest.mark.parametrize("target", PROGRAMS)
def test_a_hostile_name_of_a_feature_stands_in_a_constant_alone(target):
    text = export(hostile_run()[0].scorer.artefact, target).content.decode()
    assert text.isascii()
    lines = (line for line in text.splitlines() if not line.startswith(("# ", "// ")))
    held = [line for line in lines if "onerror" in line]
    assert held
    assert all(json.loads(line.strip().rstrip(" +,")) for line in held)


def test_a_hostile_name_of_a_feature_is_no_code():
    run = hostile_run()[0]
    text = export(evil(run.scorer.artefact), "pure-python").content.decode()
    names = {"__name__": "scorer"}
    exec(compile(text, "scorer.py", "exec"), names)  # noqa: S102  what we have just written
    assert names["FEATURE_NAMES"] == run.scorer.feature_names
    assert names["score"]({})["score"] == pytest.approx(run.scorer.score({}).score, abs=1e-9)


@pytest.mark.parametrize("known", ["nonsense", "content,folowers"])
def test_a_set_of_unknown_names_is_refused_with_the_nearest(known):
    with pytest.raises(OptionError, match=r"--known.*no feature and no phase"):
        export(artefact("creator-1"), "pure-python", Wishes(known=(known,)))


@pytest.mark.parametrize("known", ["", " , "])
def test_a_set_of_nothing_is_refused(known):
    with pytest.raises(OptionError, match="names no inputs"):
        export(artefact("creator-1"), "pure-python", Wishes(known=(known,)))


def test_more_plans_than_a_file_should_hold_are_refused(monkeypatch):
    monkeypatch.setattr("virality.exports.document.MOST", 1000)
    with pytest.raises(OptionError, match="fewer sets"):
        export(artefact("creator-1"), "pure-python")


def test_a_model_without_a_population_answers_when_all_is_known():
    made = without_population(artefact("reference-15"))
    names = {"__name__": "scorer"}
    exec(export(made, "pure-python").content, names)  # noqa: S102  what we have just written
    found = names["predict"]([0.1] * 15)
    assert found["score"] == pytest.approx(scorer().score_features([0.1] * 15), abs=1e-9)
    assert found["percentile"] is found["interval"] is None
    with pytest.raises(names["UnknownSetError"], match="every feature must be known"):
        names["score"]({})
    with pytest.raises(DataError, match="no population"):
        export(made, "pure-python", Wishes(known=("content",)))


def test_an_old_model_of_another_format_is_exported(tmp_path):
    old = load("tests/fixtures/models/version-1.json")
    names = {"__name__": "scorer"}
    exec(export(old.artefact, "pure-python").content, names)  # noqa: S102  what we have just written
    row = [0.05] * 15
    assert names["predict"](row)["score"] == pytest.approx(old.score_features(row), abs=1e-9)


def test_a_target_that_there_is_not_is_refused():
    with pytest.raises(OptionError, match="choose one of"):
        export(artefact("creator-1"), "cobol")


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.json"
    scorer(schema="creator-1").save(path)
    return path


def test_the_command_writes_a_program_and_says_what_it_answers(model, tmp_path, capsys):
    out = tmp_path / "scorer.py"
    words = ["export", str(model), "--to", "pure-python", "--out", str(out)]
    assert main([*words, "--known", "content,followers", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size
    assert any("followers" in one and "author_video_count" not in one for one in told["sets"])
    assert main(words) == 0
    assert "plans for 6 sets of known inputs" in capsys.readouterr().out


def test_the_command_writes_to_standard_output(model, capsysbinary):
    assert main(["export", str(model), "--to", "pure-python", "--out", "-"]) == 0
    assert capsysbinary.readouterr().out.startswith(b'"""A scorer')


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--to", "js", "--out", "x", "--table", "foo"], "--table is of sql"),
        (["--to", "onnx", "--out", "x", "--key", "foo"], "--key is of sql"),
        (["--to", "cobol", "--out", "x"], "cobol"),
        (["--to", "pure-python"], "--out"),
        (["--to", "pure-python", "--out", "/nowhere/scorer.py"], "/nowhere"),
        (["--to", "pure-python", "--out", "s.py", "--known", "folowers"], "followers"),
        (["--to", "sql", "--out", "s.sql", "--known", "content"], "cannot average"),
        (["--to", "onnx", "--out", "s.onnx", "--known", "content"], "cannot average"),
        (["--to", "sql", "--out", "s.sql", "--key", "Score"], "stand there twice"),
        (["--to", "sql", "--out", "s.sql", "--table", "a."], "no name"),
    ],
)
def test_the_command_refuses_what_makes_no_sense(model, words, complaint, capsys):
    assert main(["export", str(model), *words]) == 2
    assert complaint in capsys.readouterr().err


def test_the_command_does_not_overwrite_its_model(model, capsys):
    before = model.read_bytes()
    assert main(["export", str(model), "--to", "pure-python", "--out", str(model)]) == 2
    assert model.read_bytes() == before


def test_without_the_extra_the_command_says_what_to_install(model, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "onnx", None)
    monkeypatch.delitem(sys.modules, "virality.exports.onnxgraph", raising=False)
    monkeypatch.delitem(sys.modules, "virality.exports.graph", raising=False)
    assert main(["export", str(model), "--to", "onnx", "--out", str(tmp_path / "m.onnx")]) == 1
    assert 'pip install "virality[onnx]"' in capsys.readouterr().err


def test_the_command_knows_every_target():
    assert TARGETS == COMMAND_TARGETS
