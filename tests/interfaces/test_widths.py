"""What is printed fits the terminal, and cuts no word."""

import pytest

from virality.features.extraction import SCHEMAS
from virality.interfaces.cli import main
from worlds import scorer

NARROW, USUAL = 50, 80


def shown(monkeypatch, capsys, columns, *arguments):
    """What a command prints on a terminal of so many columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    assert main([str(argument) for argument in arguments]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= columns
    assert "…" not in out
    return out


def test_no_summary_of_a_command_is_cut(monkeypatch, capsys):
    summaries = shown(monkeypatch, capsys, USUAL, "--help").partition("Commands:")[2]
    assert "...\n" not in summaries


@pytest.mark.parametrize("columns", [NARROW, 64, USUAL, 120])
def test_the_list_of_features_keeps_words_and_numbers_whole(monkeypatch, capsys, columns):
    words = set(shown(monkeypatch, capsys, columns, "features").split())
    features = [one for schema in SCHEMAS.values() for one in schema.features]
    assert {one.name for one in features} <= words
    plain = {word.strip(",;") for word in words}
    assert {word for one in features for word in one.unit.split()} <= plain
    assert {word for one in features for word in one.span.split()} <= plain
    assert {one.phase for one in features} <= plain


@pytest.mark.parametrize("columns", [NARROW, 64, USUAL, 120])
@pytest.mark.parametrize("schema", ["creator-1", "reference-15"])
def test_what_a_model_tells_keeps_words_and_numbers_whole(
    tmp_path, monkeypatch, capsys, columns, schema
):
    model = scorer(schema=schema)
    model.save(tmp_path / "m.json")
    monkeypatch.chdir(tmp_path)
    out = shown(monkeypatch, capsys, columns, "inspect", "m.json")
    words = set(out.split())
    curves = getattr(model.artefact.classifier.model, "curves", None)
    names = model.feature_names
    assert {name for k, name in enumerate(names) if not curves or curves[k].span > 0} <= words
    low, high = model.evaluation["intervals"]["log_loss"]
    assert f"{low:.3f} to {high:.3f}" in out
    assert {"precision", "recall", "probability"} <= words
