"""The view of a report, value by value, beside what the model's file and the records hold."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from hostile import HOSTILE, hostile_run
from virality.effects import effects
from virality.errors import DataError
from virality.records import read_records
from virality.report.assembly import view_of
from virality.report.evidence import (
    NO_RECORDS,
    NONE_LATER,
    OTHER_RECORDS,
    QUICK,
    of_file,
    of_records,
    of_training,
)
from virality.scorer import Scorer
from virality.training.settings import Settings
from virality.training.train import run
from worlds import sample, trained


@cache
def quick():
    """The view of a training, without further fits."""
    return view_of(of_training(trained("creator-1"), None, Settings(), quick=True))


def stated():
    return trained("creator-1").scorer.artefact.evaluation


def test_the_model_stands_first_and_its_baselines_after_it():
    own, *others = quick().rivals
    metrics, (low, high) = stated()["metrics"], stated()["intervals"]["log_loss"]
    assert (own.own, own.log_loss, own.low, own.high) == (True, metrics["log_loss"], low, high)
    assert (own.accuracy, own.spearman, own.times) == (
        metrics["accuracy"],
        metrics["spearman"],
        None,
    )
    assert [one.name for one in others] == [
        "account's own average", "followers alone", "same odds for all", "always commonest tier",
        "reference recipe",
    ]  # fmt: skip
    prior = stated()["baselines"]["prior"]
    assert others[2].log_loss == prior["log_loss"]
    assert others[2].times == pytest.approx(math.exp(prior["log_loss"] - metrics["log_loss"]))
    assert others[2].times_low < others[2].times < others[2].times_high
    assert others[3].log_loss is others[3].times is None


def test_tiers_are_the_rows_of_the_confusion_matrix():
    matrix = np.array(stated()["metrics"]["confusion_matrix"])
    assert [list(one.counts) for one in quick().tiers] == matrix.tolist()
    for one, told in zip(quick().tiers, stated()["metrics"]["per_tier"], strict=True):
        assert one.recall == pytest.approx(told["recall"])
        assert one.precision == pytest.approx(told["precision"])
    thresholds = trained("creator-1").scorer.artefact.thresholds
    assert [one.starts for one in quick().tiers] == [None, *thresholds]


def test_a_tier_that_nothing_is_called_has_no_precision():
    artefact = trained("creator-1").scorer.artefact
    metrics = {**stated()["metrics"], "confusion_matrix": [[0] * 5, *[[1, 1, 1, 1, 0]] * 4]}
    changed = replace(artefact, evaluation={**stated(), "metrics": metrics})
    tiers = view_of(of_file(Scorer(changed))).tiers
    assert (tiers[0].recall, tiers[4].precision) == (None, None)
    assert (tiers[1].recall, tiers[1].precision) == (0.25, 0.25)


def test_all_that_judged_are_in_the_pictures_of_single_predictions():
    n = stated()["rows"]["test"]
    assert quick().scores[0].n == quick().percentiles.n == quick().cohorts[0].n == n
    assert sum(one.count for one in quick().reliability[0].bins) == 5 * n
    assert quick().cohorts[0].log_loss == pytest.approx(stated()["metrics"]["log_loss"])
    assert quick().cohorts[0].covered == pytest.approx(stated()["metrics"]["coverage"])
    assert f"These {n:,} videos" in quick().unseen


def test_curves_are_those_of_the_model_the_widest_first_and_the_weak_are_named():
    found = effects(trained("creator-1").scorer.artefact)
    drawn = quick().effects
    assert [one.phrase for one in found] == [*(one.phrase for one in drawn), *quick().weak]
    assert drawn[0].scores == tuple(found[0].scores)
    assert all(max(one.scores) - min(one.scores) >= 1 for one in drawn)


def test_records_are_accounted_for_in_words():
    counts = {one.name: one.count for one in quick().rows}
    rows = stated()["rows"]
    assert counts["records read"] == rows["read"]
    assert counts["of these, trained the model"] == rows["train"]
    assert "left out by a condition or a limit" not in counts
    assert sum(one.count for one in quick().rejections) == rows["rejected"]


def test_reasons_of_rejections_hold_nothing_of_the_record():
    """A reason such as ``negative: -412`` is cut before the value."""
    names = {one.name for one in quick().rejections}
    assert "views: negative" in names
    assert not any("412" in name for name in names)


def test_inputs_are_known_of_a_share_of_the_videos():
    known = {one.name: one for one in quick().inputs}
    assert list(known) == list(trained("creator-1").scorer.artefact.names)
    assert known["duration_seconds"].share > 0.8
    assert 0 < known["followers"].share < 0.9
    assert known["followers"].phase == "account"


def test_the_proof_that_the_fit_ended_is_there():
    facts = {one.name: one.value for one in quick().certificate}
    assert facts["the fit came to its end"] == "yes"
    assert float(facts["steepness left at the end (gradient norm)"]) <= 1e-6
    origin = {one.name: one.value for one in quick().provenance}
    assert len(origin["hash of these rows (SHA-256)"]) == 64
    assert origin["choice: outcome"] == "views"


def test_what_quick_leaves_out_says_so():
    assert quick().absent == {"moments": QUICK, "growth": QUICK}
    assert quick().moments == ()
    assert quick().growth is None


def test_no_word_of_a_record_is_in_a_view():
    done, *_ = hostile_run()
    view = view_of(of_training(done, None, Settings(), quick=True))
    assert HOSTILE not in repr(view)  # captions; the names of columns are there
    ids = set(done.examples.videos["video_id"]) | set(done.examples.videos["author_id"])
    said = repr(view)
    assert not any(f"'{one}'" in said for one in ids)


def test_a_file_alone_gives_the_verdict_and_the_curves():
    view = view_of(of_file(trained("creator-1").scorer))
    assert view.rivals == quick().rivals
    assert view.effects == quick().effects
    assert view.reliability == view.scores == view.cohorts == view.moments == ()
    assert view.absent == dict.fromkeys(
        ("reliability", "scores", "percentiles", "cohorts", "moments", "growth"), NO_RECORDS
    )
    assert all(one.share is None for one in view.inputs)


def test_a_file_of_the_reference_system_says_what_it_does_not_state():
    artefact = trained("reference-15").scorer.artefact
    bare = replace(
        artefact,
        evaluation={},
        training={},
        data={},
        certificate={},
        classifier=replace(artefact.classifier, population=None),
    )
    view = view_of(of_file(Scorer(bare)))
    assert view.rivals == view.tiers == view.effects == view.rows == ()
    assert {"tiers", "audit", "effects"} <= view.absent.keys()
    with pytest.raises(DataError, match="how it was trained"):
        of_records(Scorer(bare), list(sample().records))


@pytest.fixture(scope="module")
def halved():
    """A model of the earlier half of the sample, the records, and the day between."""
    frame = read_records(list(sample(1500).records))
    cut = frame["created_at"].median().replace(hour=0, minute=0, second=0, microsecond=0)
    earlier = frame.filter(pl.col("created_at") < cut)
    return run(earlier, Settings()).scorer, frame, cut


def test_the_same_records_are_found_to_be_the_same(halved):
    model, frame, cut = halved
    earlier = frame.filter(pl.col("created_at") < cut)
    view = view_of(of_records(model, earlier, quick=True))
    assert view.scores[0].n == model.artefact.evaluation["rows"]["test"]
    assert view.cohorts[0].log_loss == pytest.approx(
        model.artefact.evaluation["metrics"]["log_loss"]
    )
    assert "it had not seen" in view.unseen


def test_of_other_records_only_those_after_the_training_count(halved):
    model, frame, _ = halved
    view = view_of(of_records(model, frame))
    last = model.artefact.data["last_posted"]
    assert f"posted after its last training day, {last}" in view.unseen
    assert 0 < view.scores[0].n < len(frame)
    assert view.absent["moments"] == view.absent["growth"] == OTHER_RECORDS


def test_records_that_may_all_have_trained_judge_nothing(halved):
    model, frame, cut = halved
    view = view_of(of_records(model, frame.filter(pl.col("created_at") < cut).head(200)))
    assert view.absent["reliability"] == NONE_LATER
    assert view.reliability == ()


def test_moments_and_fewer_rows_are_told_in_words():
    records = list(sample(1500).records)
    settings = Settings(schema="reference-15", moment="before")
    view = view_of(of_training(run(records, settings), records, settings))
    assert [one.name for one in view.moments] == ["before posting", "when all counts are in"]
    assert [one.own for one in view.moments] == [True, False]
    assert [one.train for one in view.growth.points] == sorted(
        one.train for one in view.growth.points
    )
    assert view.growth.points[-1].log_loss == pytest.approx(view.rivals[0].log_loss)
    assert "records" in view.growth.says
