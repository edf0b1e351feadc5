"""Features of a schema that a model does without."""

import json

import numpy as np
import pytest

from virality import load
from virality.artefact import encode
from virality.errors import ArtefactError, OptionError
from virality.features.creator import CREATOR_1
from virality.features.inputs import Inputs
from virality.interfaces.cli import main
from virality.training.evaluating import evaluate
from virality.training.settings import Settings, settings_with
from worlds import coming, sample, scorer, trained

WITHOUT = ("followers", "caption_length")
HISTORY = tuple(one.name for one in CREATOR_1.features if one.phase == "history")


def test_what_is_left_out_is_no_input_and_neither_is_it_of_a_later_phase():
    inputs = Inputs(CREATOR_1, "before", left_out=frozenset(WITHOUT))
    whole = Inputs(CREATOR_1, "before")
    assert set(whole.names) - set(inputs.names) == set(WITHOUT)
    assert inputs.names == tuple(name for name in whole.names if name not in WITHOUT)
    assert inputs.later == whole.later
    assert {one.name for one in inputs.unused} == {one.name for one in whole.later} | set(WITHOUT)
    assert inputs.columns == whole.columns


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        ({"without": ("folowers",)}, "did you mean 'followers'"),
        ({"without": ("qqq",)}, "virality features lists all names"),
        ({"without": CREATOR_1.names}, "no feature is left"),
        ({"without": ("captionLength",), "recipe": "reference"}, "takes all features"),
    ],
)
def test_what_cannot_be_left_out_is_an_error_that_says_so(choices, says):
    with pytest.raises(OptionError, match=says):
        Settings(**choices)


@pytest.mark.parametrize("named", ["followers", ["followers"], ("followers",)])
def test_one_name_or_several_may_be_given(named):
    settings = settings_with({"without": named})
    assert settings.without == ("followers",)
    assert settings.inputs.left_out == {"followers"}


def test_a_model_does_as_if_there_were_no_such_thing():
    model = scorer(schema="creator-1", without=WITHOUT)
    assert not set(WITHOUT) & set(model.feature_names)
    video = {"duration_seconds": 20, "caption": "a #b", "author_id": "x"}
    plain = model.score(video)
    assert model.score(video | {"followers": 9e6}).score == plain.score
    named = model.score(video | {"caption_length": 7})
    assert (named.score, named.ignored) == (plain.score, ("caption_length",))
    assert set(WITHOUT).isdisjoint(plain.unknown)


def test_its_file_says_so_and_is_read_again(tmp_path):
    model = scorer(schema="creator-1", without=WITHOUT)
    model.save(tmp_path / "m.json")
    stated = json.loads((tmp_path / "m.json").read_text())
    assert stated["left_out"] == sorted(WITHOUT, key=CREATOR_1.names.index)
    assert stated["training"]["without"] == list(WITHOUT)
    again = load(tmp_path / "m.json")
    assert again.artefact.inputs == model.artefact.inputs
    row = {"duration_seconds": 20}
    assert again.score(row) == model.score(row)
    for damage in ("nothing", "views"):
        stated["left_out"] = [damage]
        (tmp_path / "m.json").write_text(json.dumps(stated))
        with pytest.raises(ArtefactError, match=r"left_out|featureNames"):
            load(tmp_path / "m.json")


def test_a_saved_model_is_judged_on_what_it_takes_in():
    model = scorer(schema="creator-1", without=WITHOUT)
    assert encode(model.artefact)["left_out"]
    found = evaluate(model, list(sample().records))
    assert np.isfinite(found.log_loss)


def test_a_model_without_histories_asks_for_none():
    model = scorer(schema="creator-1", without=HISTORY)
    assert not model.artefact.inputs.uses("history")
    assert len(model.score_records(list(coming()))) == len(coming())


def test_the_audit_tells_what_was_left_out():
    told = trained(schema="creator-1", without=WITHOUT).scorer.evaluation["audit"]
    (finding,) = [one for one in told if one["code"] == "left-out"]
    assert finding["what"].startswith("caption_length and followers are left out")


def test_who_states_what_the_model_does_without_is_told_so(tmp_path, capsys):
    scorer(schema="creator-1", without=WITHOUT).save(tmp_path / "m.json")
    words = ("--set", "duration_seconds=20", "--set", "caption_length=7", "--set", "likes=5")
    assert main(["score", "--model", str(tmp_path / "m.json"), *words]) == 0
    err = capsys.readouterr().err
    assert "ignored, as the model does without: caption_length\n" in err
    assert "ignored, as it is not known before posting: likes\n" in err
