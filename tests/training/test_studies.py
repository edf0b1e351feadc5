"""What surrounds a verdict: moments, splits, fewer rows; and judging a saved model."""

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import polars as pl
import pytest

from virality.errors import DataError
from virality.evaluation.metrics import surprises
from virality.interfaces.cli import main
from virality.records import read_records
from virality.sample import make_sample
from virality.scorer import load
from virality.training.evaluating import evaluate
from virality.training.lines import TOO_FEW
from virality.training.peers import boosted_trees
from virality.training.settings import Settings
from virality.training.studies import Study, moment_lines, study
from virality.training.train import run, train

RECORDS = make_sample(2500).records


@pytest.fixture(scope="module")
def done():
    return study(RECORDS, Settings())


def test_the_moment_that_was_trained_has_its_own_verdict_as_its_line(done):
    before = done.moments[0]
    metrics = done.run.scorer.evaluation["metrics"]
    assert before.name == "before"
    assert before.log_loss == metrics["log_loss"]
    assert before.low < before.log_loss < before.high < before.prior


def test_a_moment_with_few_rows_is_too_few_to_say(done):
    after = done.moments[1]
    assert after.name == "after (24h)"
    assert after.log_loss is None
    assert after.note == TOO_FEW
    assert after.test < 200


def test_all_counts_describe_and_the_table_says_so(done):
    full = done.moments[2]
    assert full.log_loss < done.moments[0].log_loss / 2
    assert "foresee" in full.note


def test_a_schema_without_early_counts_has_no_line_for_them():
    """Such an age would be refused as an option."""
    settings = Settings(schema="reference-15", moment="before")
    lines = moment_lines(run(RECORDS, settings), RECORDS, settings)
    assert [line.name for line in lines] == ["before", "full"]


def test_each_split_has_a_line_with_its_interval(done):
    assert [line.name for line in done.splits] == ["time", "author", "random"]
    assert all(line.low < line.log_loss < line.high for line in done.splits)


def test_the_gap_is_what_the_random_split_gains_over_the_prior_beyond_the_others(done):
    gains = {line.name: line.prior - line.log_loss for line in done.splits}
    assert done.gap == {
        name: pytest.approx(gains["random"] - gains[name]) for name in ("time", "author")
    }
    assert done.to_dict()["gap"] == done.gap
    assert Study(done.run, {}, (), done.splits[:2], None).gap == {}


def test_the_learning_curve_ends_with_the_verdict_itself(done):
    lines = done.curve.lines
    assert [line.train for line in lines] == sorted(line.train for line in lines)
    assert lines[-1].log_loss == pytest.approx(done.run.scorer.evaluation["metrics"]["log_loss"])
    assert "records" in done.curve.verdict


def test_every_baseline_has_a_paired_difference(done):
    compared = done.to_dict()["evaluation"]["baselines"]
    test = done.run.rows.part(done.run.split.test)
    own = surprises(done.run.probabilities[done.run.split.test], test.tiers).mean()
    for name, values in compared.items():
        if name == "majority":
            assert values["difference"] is None
            continue
        difference = values["difference"]
        assert difference["mean"] == pytest.approx(own - values["log_loss"])
        assert difference["low"] <= difference["mean"] <= difference["high"]


def test_the_peers_are_among_what_is_compared(done):
    """Those that are installed."""
    stated = done.to_dict()["evaluation"]["baselines"]
    for name, library in {"lightgbm": "lightgbm", "spline_softmax": "sklearn"}.items():
        assert (name in stated) == (find_spec(library) is not None)


def test_trees_learn_from_the_training_rows_alone(done):
    if boosted_trees(done.run.rows, done.run.split, 0) is None:
        pytest.skip("LightGBM is not installed")
    first = boosted_trees(done.run.rows, done.run.split, 0)
    assert np.allclose(first.sum(axis=1), 1)
    unseen = done.run.rows.tiers.copy()
    unseen[done.run.split.test] = 1
    rows = replace(done.run.rows, tiers=unseen)
    assert np.array_equal(boosted_trees(rows, done.run.split, 0), first)


def test_quick_leaves_out_what_is_slow():
    short = study(RECORDS[:1500], Settings(), quick=True)
    assert short.moments == short.splits == ()
    assert short.curve is None


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A model of the earlier half of the sample, and the records of the later half."""
    frame = read_records(RECORDS)
    cut = frame["created_at"].median().replace(hour=0, minute=0, second=0, microsecond=0)
    path = tmp_path_factory.mktemp("evaluation") / "model.json"
    train(frame.filter(pl.col("created_at") < cut), out=path, refit=True)
    return path, frame, cut


def test_a_saved_model_is_judged_on_later_records(saved):
    path, frame, cut = saved
    later = frame.filter(pl.col("created_at") >= cut)
    evaluation = evaluate(load(path), later)
    low, high = evaluation.intervals["log_loss"]
    assert low < evaluation.log_loss < high
    assert evaluation.baselines["prior"]["difference"]["high"] < 0
    assert evaluation.n == evaluation.metrics["n"]
    assert evaluation.metrics["percentile_distance"] < 0.1
    assert evaluation.split["resampled_by"] == "author"
    assert not any("may have trained it" in note for note in evaluation.notes)


def test_rows_that_may_have_trained_the_model_are_counted(saved):
    path, frame, _ = saved
    notes = evaluate(load(path), frame).notes
    assert any("may have trained it" in note for note in notes)


def test_the_python_face_and_the_command_agree(saved, capsys, tmp_path):
    path, frame, cut = saved
    later = tmp_path / "later.parquet"
    frame.filter(pl.col("created_at") >= cut).write_parquet(later)
    assert main(["evaluate", str(later), "--model", str(path), "--json"]) == 0
    stated = json.loads(capsys.readouterr().out)["evaluation"]
    assert stated["metrics"]["log_loss"] == evaluate(load(path), str(later)).log_loss
    assert main(["evaluate", str(later), "--model", str(path)]) == 0
    assert "Judged on" in capsys.readouterr().out


def test_what_the_model_has_settled_cannot_be_chosen_again(saved, capsys):
    path, *_ = saved
    assert main(["evaluate", "x.json", "--model", str(path), "--moment", "full"]) == 2
    assert "--moment" in capsys.readouterr().err


def test_a_model_without_an_outcome_cannot_be_judged_on_records():
    frame = make_sample(400).records
    scorer = train(frame, schema="reference-15")
    from dataclasses import replace

    from virality.scorer import Scorer

    silent = Scorer(replace(scorer.artefact, thresholds=None))
    with pytest.raises(DataError, match="which outcome"):
        evaluate(silent, frame)


def test_the_command_shows_every_table(capsys, tmp_path):
    from virality.sample import write_sample

    path = tmp_path / "videos.json"
    write_sample(path, 1500, 0)
    assert main(["evaluate", str(path)]) == 0
    out = capsys.readouterr().out
    for heading in ("What each moment is worth", "What each split says", "fewer training rows"):
        assert heading in out
    assert main(["evaluate", str(path), "--quick", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["moments"] == []
    assert main(["evaluate"]) == 2
