import json
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from foretold import BEGIN, after, as_known, log_frame, promised
from virality.monitor.watching import watch

PROMISES = {"m": promised()}


def looked(frame, week, **options):
    now = after(week)
    return watch(as_known(frame, now), PROMISES, now=now, **options)


def figure(found, measure, part=0):
    return next(one for one in found.parts[part].figures if one.measure == measure)


def test_predictions_that_mean_what_they_say_are_quiet_through_forty_weeks():
    frame = log_frame(40, seed=1)
    found = [looked(frame, week, weeks=1) for week in range(2, 42, 4)]
    assert [one.line for one in found if one.alarm] == []
    assert found[-1].line.startswith("quiet")


def test_outcomes_below_what_was_foreseen_raise_an_alarm_as_soon_as_they_are_known():
    frame = log_frame(12, shifted=8, seed=2)
    assert not looked(frame, 9, weeks=1).alarm
    found = looked(frame, 11, weeks=1)
    assert found.alarm
    assert {alarm.figure.measure for alarm in found.alarms} >= {"ece", "exceeded"}
    assert "tolerated" in found.line
    assert found.line.startswith("alarm: ")


def test_few_videos_raise_no_alarm_however_large_their_calibration_error_is():
    frame = log_frame(5, per_week=55, seed=3)
    found = looked(frame, 6)
    error = figure(found, "ece")
    assert error.value > PROMISES["m"].metrics["ece"]
    assert error.noise > PROMISES["m"].metrics["ece"]
    assert not found.alarm


def test_a_calibration_error_above_the_worst_is_an_alarm_whatever_was_promised():
    lax = {"m": promised(metrics={"ece": 0.5, "log_loss": 9.0, "spearman": -1.0, "coverage": 0.0})}
    frame = log_frame(5, per_week=2000, seed=4)
    certain = np.tile([0.02, 0.02, 0.02, 0.02, 0.92], (frame.height, 1)).tolist()
    wrong = frame.with_columns(pl.Series("probabilities", certain))
    found = watch(as_known(wrong, after(6)), lax, now=after(6))
    measured = {alarm.figure.measure for alarm in found.alarms if alarm.group == "all"}
    assert measured == {"ece"}
    assert figure(found, "ece").limit == 0.15


def test_many_videos_of_one_account_count_as_one_account():
    frame = log_frame(5, seed=5).with_columns(account=pl.lit("the only one"))
    found = looked(frame, 6)
    assert found.parts[0].accounts == 1
    assert found.parts[0].figures == ()
    assert found.line.startswith("too little")


def test_what_an_unfinished_week_shows_is_not_judged():
    frame = log_frame(12, shifted=8, seed=2)
    now = BEGIN + timedelta(weeks=9, days=6)
    found = watch(as_known(frame, now), PROMISES, now=now)
    assert not found.weeks[-1].over
    assert found.weeks[-1].outcomes.figures
    assert not found.alarm


def test_a_week_that_is_over_says_the_same_on_each_of_its_days():
    frame = log_frame(12, shifted=8, seed=2)
    days = [after(11) + timedelta(days=day) for day in (0, 3, 6)]
    found = [watch(as_known(frame, day), PROMISES, now=day) for day in days]
    assert len({one.alarms for one in found}) == 1


def test_a_sudden_change_of_one_input_is_named():
    frame = log_frame(8, seed=6)
    late = pl.col("predicted_at") >= after(7)
    milliseconds = pl.concat_list(
        [pl.col("features").list.get(0) * 1000, pl.col("features").list.slice(1)]
    )
    frame = frame.with_columns(
        features=pl.when(late).then(milliseconds).otherwise(pl.col("features"))
    )
    assert not looked(frame, 7).alarm
    found = looked(frame, 8)
    assert [(one.figure.measure, one.figure.of) for one in found.alarms] == [("change", "size")]


def test_a_slow_drift_of_an_input_is_told_and_is_no_alarm():
    frame = log_frame(20, seed=7)
    grown = pl.col("features").list.get(3) + 0.5 * (
        (pl.col("predicted_at") - BEGIN).dt.total_days() // 7
    )
    frame = frame.with_columns(features=pl.concat_list([pl.col("features").list.head(3), grown]))
    found = looked(frame, 20, weeks=1)
    moved = {one.of: one for one in found.drift}
    assert moved["history_count"].value > moved["history_count"].limit
    assert moved["history_count"].p < 1e-6
    assert not found.alarm


def test_each_model_is_judged_by_its_own_predictions():
    old, new = log_frame(8, shifted=0, seed=8), log_frame(8, seed=9, model="n")
    later = new.with_columns(pl.col("predicted_at", "outcome_at") + timedelta(weeks=8))
    both = pl.concat([old, later])
    promises = {"m": promised(), "n": promised()}
    found = watch(both, promises, now=after(18))
    assert (found.model, found.alarm, found.others) == ("n", False, old.height)
    assert watch(both, promises, now=after(18), model="m").alarm


def test_cohorts_are_those_that_the_inputs_tell():
    found = looked(log_frame(6, seed=10), 7)
    assert [part.name for part in found.parts if part.group == "followers"] == [
        "under 10,000",
        "10,000 to 100,000",
        "100,000 to 1 million",
        "unknown",
    ]
    counts = [part.rows for part in found.parts if part.group == "earlier videos"]
    assert sum(counts) == found.parts[0].rows


def test_a_cohort_whose_outcomes_are_misjudged_is_named():
    frame = log_frame(8, per_week=800, accounts=300, seed=11)
    small = pl.col("features").list.get(1) < 10_000
    frame = frame.with_columns(
        outcome_percentile=pl.when(small).then(1.0).otherwise(pl.col("outcome_percentile")),
        tier=pl.when(small).then(1).otherwise(pl.col("tier")),
    )
    found = looked(frame, 9)
    named = {(alarm.group, alarm.name) for alarm in found.alarms}
    assert ("followers", "under 10,000") in named
    assert ("followers", "unknown") not in named


@pytest.mark.parametrize("known", ["nothing", "no outcome", "another model"])
def test_too_little_to_judge_is_said_and_is_no_alarm(known):
    frame = log_frame(6, seed=12)
    if known == "nothing":
        frame = frame.clear()
    if known == "no outcome":
        frame = as_known(frame.head(30), BEGIN + timedelta(days=1))
    found = watch(frame, {} if known == "another model" else PROMISES, now=after(7))
    assert not found.alarm
    assert found.line.startswith("too little")
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["alarm"] is False


def test_outcomes_that_were_known_before_are_counted_and_said():
    frame = log_frame(weeks=6)
    early = pl.when(pl.int_range(pl.len()) < 40).then(pl.col("predicted_at") - timedelta(days=1))
    mixed = frame.with_columns(outcome_at=early.otherwise(pl.col("outcome_at")))
    found = watch(mixed, {"m": promised()}, now=after(9))
    assert found.hindsight == 40
    assert "40 of them before they were predicted" in found.line
    assert "before they were predicted" not in watch(frame, {"m": promised()}, now=after(9)).line


def test_what_is_found_is_plain_json_with_its_verdict():
    found = looked(log_frame(12, shifted=8, seed=2), 11)
    stated = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert stated["alarm"] is True
    assert stated["line"] == found.line
    assert stated["alarms"][0]["line"] == found.alarms[0].line
    assert [week["begins"] for week in stated["weeks"]][:2] == ["2025-01-06", "2025-01-13"]
    assert sum(week["predicted"] for week in stated["weeks"]) == stated["predictions"]
    assert sum(week["outcomes"]["rows"] for week in stated["weeks"]) == stated["outcomes"]


def test_accounts_that_are_unknown_are_told_apart_by_their_video():
    frame = log_frame(5, seed=13).with_columns(account=pl.lit(None, dtype=pl.String))
    assert looked(frame, 6).parts[0].accounts == looked(frame, 6).parts[0].rows
    same = frame.with_columns(video=pl.lit("one"))
    assert looked(same, 6).parts[0].accounts == 1


def test_a_model_that_gives_no_interval_is_judged_by_the_rest():
    frame = log_frame(6, seed=14).with_columns(
        pl.lit(None, dtype=pl.Float64).alias(name) for name in ("low", "median", "high")
    )
    found = looked(frame, 7)
    assert {one.measure for one in found.parts[0].figures} == {
        "ece",
        "log_loss",
        "rps",
        "spearman",
    }
