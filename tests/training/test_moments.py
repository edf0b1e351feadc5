"""What a model of each moment learns from, and that nothing later reaches it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from places import TRAINING_FILE, needs_data
from virality.errors import OptionError
from virality.training.settings import Settings
from virality.training.train import prepare, run
from worlds import trained

START = datetime(2024, 1, 1, 5, tzinfo=UTC)


def channel(rows=400, seed=0, accounts=8, **columns):
    """A made-up table of accounts, some of which are seen more than others."""
    generator = np.random.default_rng(seed)
    account = generator.integers(accounts, size=rows)
    likes = np.exp(account / 2 + generator.normal(size=rows))
    return pl.DataFrame(
        {
            "video_id": [f"v{number}" for number in range(rows)],
            "author_id": [f"a{number}" for number in account],
            "created_at": [START + timedelta(hours=12 * number) for number in range(rows)],
            "duration_seconds": generator.uniform(5, 170, size=rows),
            "views": (100 * likes).round() + 1,
            "likes": likes.round(),
            "followers": 1000.0 * (account + 1),
            **columns,
        }
    )


def test_before_posting_no_feature_reads_a_count_of_the_video_itself():
    done = run(channel(), Settings())
    assert not {"views", "likes", "comments", "shares", "saves"} & {
        name for feature in done.examples.inputs.features for name in feature.reads
    }
    assert done.scorer.evaluation["label"]["defining_features"] == []


def test_the_account_s_history_is_what_foresees():
    evaluation = run(channel(), Settings()).scorer.evaluation
    losses = {name: one["log_loss"] for name, one in evaluation["baselines"].items()}
    assert evaluation["metrics"]["log_loss"] < losses["prior"] - 0.1
    assert losses["account_history"] < losses["prior"] - 0.1
    assert losses["followers"] < losses["prior"] - 0.1


def test_baselines_of_few_features_are_told_only_where_there_are_such_features():
    evaluation = run(channel(), Settings(schema="reference-15")).scorer.evaluation
    assert set(evaluation["baselines"]) == {"prior", "majority", "reference_recipe"}
    gone = run(channel().drop("followers"), Settings()).scorer.evaluation["baselines"]
    assert "followers" not in gone


def test_what_happened_to_the_test_videos_changes_nothing_of_a_model_with_histories():
    """Features of training rows, thresholds, histories and weights are of the training part."""
    frame = channel()
    late = pl.int_range(pl.len()) >= 300
    altered = frame.with_columns(
        pl.when(late).then(pl.col("views") * 1000 + 7).otherwise("views").alias("views")
    )
    first, second = (run(one, Settings()) for one in (frame, altered))
    train = first.split.train
    assert np.array_equal(first.rows.features[train], second.rows.features[train], equal_nan=True)
    assert first.scorer.artefact.history.encode() == second.scorer.artefact.history.encode()
    assert np.array_equal(first.scorer.artefact.thresholds, second.scorer.artefact.thresholds)
    assert np.array_equal(first.probabilities[train], second.probabilities[train])


def test_a_refitted_model_knows_the_accounts_of_all_rows():
    first, second = (run(channel(), Settings(refit=choice)) for choice in (False, True))
    assert first.scorer.artefact.history.encode() != second.scorer.artefact.history.encode()
    assert first.scorer.evaluation["metrics"] == second.scorer.evaluation["metrics"]


def test_records_without_accounts_or_dates_train_without_histories():
    for missing in ("author_id", "created_at"):
        done = run(channel(rows=300).drop(missing), Settings(split="random"))
        assert done.scorer.artefact.history is None
        notes = done.scorer.evaluation["notes"]
        assert any("Nothing is known of: " in note and "history_level" in note for note in notes)
        assert "history_level" in done.scorer.score({"duration_seconds": 5}).unknown
        with pytest.raises(OptionError, match="knows no accounts"):
            done.scorer.score({}, channel())


def snapshots(frame, *ages):
    """The table scraped again and again; counts grow with the square root of the age."""
    return pl.concat(
        frame.with_columns(
            (pl.col("created_at") + timedelta(hours=age)).alias("scraped_at"),
            *[
                (pl.col(name) * (age / 240) ** 0.5).round().alias(name)
                for name in ("views", "likes")
            ],
        )
        for age in ages
    )


def test_after_posting_only_videos_that_were_seen_at_that_age_train_and_judge():
    frame = channel()
    records = pl.concat([snapshots(frame, 240), snapshots(frame[:150], 25), snapshots(frame, 100)])
    done = run(records, Settings(moment="after", age="24h"))
    accounting = done.examples.accounting
    assert (accounting.used, accounting.unseen, accounting.read) == (150, 250, 950)
    views = done.rows.features[:, done.rows.names.index("early_views")]
    assert views == pytest.approx((frame["views"][:150] * (25 / 240) ** 0.5).round().to_numpy())
    assert done.examples.past.height == 400
    assert done.scorer.evaluation["metrics"]["log_loss"] < 1.0
    with pytest.raises(OptionError, match="no early counts"):
        run(records, Settings(schema="reference-15", age="24h"))


def test_without_an_early_snapshot_the_error_says_what_is_missing():
    with pytest.raises(Exception, match="400 x without a snapshot 36 hours after posting"):
        run(snapshots(channel(), 240), Settings(moment="after", age="36h"))


def test_histories_learn_nothing_of_the_time_that_judges_even_from_videos_that_cannot_judge():
    frame = channel()
    records = pl.concat([snapshots(frame, 240), snapshots(frame[::3], 24)])
    late = pl.col("created_at") > START + timedelta(hours=12 * 320)
    altered = records.with_columns(pl.when(late).then(1e6).otherwise("views").alias("views"))
    settings = Settings(moment="after")
    models = [run(one, settings).scorer.artefact.history.encode() for one in (records, altered)]
    assert models[0] == models[1]


def test_a_multiple_of_the_account_s_usual_is_what_is_left_when_accounts_are_alike():
    done = run(channel(), Settings(outcome="author_multiple"))
    account = done.examples.videos["author_id"].str.slice(1).cast(pl.Float64).to_numpy()
    late = done.split.test
    assert abs(np.corrcoef(account[late], np.log(done.rows.outcome[late]))[0, 1]) < 0.25
    assert np.median(done.rows.outcome[late]) == pytest.approx(1, rel=0.3)
    assert done.scorer.artefact.outcome == "author_multiple"


def test_a_multiple_needs_an_account_and_says_so():
    frame = channel().with_columns(
        author_id=pl.when(pl.int_range(pl.len()) >= 10).then("author_id")
    )
    examples = prepare(frame, Settings(outcome="author_multiple"))
    assert examples.accounting.rejected == 10
    assert set(examples.rejections["field"]) == {"author_id"}


def test_a_column_of_numbers_is_an_outcome_and_rows_without_one_are_rejected():
    watched = [None if number < 5 else float(number % 97) for number in range(400)]
    done = run(channel(watched=watched), Settings(outcome="watched"))
    assert done.examples.accounting.rejected == 5
    assert done.rows.outcome.max() == 96
    assert done.scorer.artefact.outcome == "watched"


@pytest.mark.parametrize("name", ["fame", "mood"])
def test_an_outcome_that_is_no_column_of_numbers_is_refused_and_those_there_are_listed(name):
    frame = channel(mood="so good", watched=1.5)
    with pytest.raises(OptionError, match=f"no outcome '{name}'.*views.*likes.*or a column"):
        prepare(frame, Settings(outcome=name))


@pytest.mark.parametrize("name", ["caption", "hashtags", "duration_seconds", "followers"])
def test_what_is_known_before_posting_is_no_outcome(name):
    with pytest.raises(OptionError, match="is itself an input"):
        Settings(outcome=name)


def test_a_column_of_one_s_own_is_an_input_of_its_phase():
    hook = np.log(channel()["views"].to_numpy()) + np.random.default_rng(1).normal(size=400) / 9
    frame = channel(hook=hook)
    done = run(frame, Settings(features=("hook:content",)))
    assert done.rows.names[-1] == "hook"
    assert np.array_equal(done.rows.features[:, -1], hook)
    assert done.scorer.evaluation["metrics"]["log_loss"] < 1.0
    with pytest.raises(OptionError, match="no column 'hook'"):
        run(channel(), Settings(features=("hook:content",)))


@pytest.mark.parametrize("choice", [{"l2": 0.1}, {"class_weight": "balanced"}])
def test_what_only_a_softmax_can_do_is_refused_where_curves_are_fitted(choice):
    with pytest.raises(OptionError, match=r"curves of creator-1 .*--schema reference-15"):
        run(channel(), Settings(**choice))


def test_a_later_maturity_leaves_younger_snapshots_out():
    records = snapshots(channel(), 240)
    assert prepare(records, Settings(min_age="9d")).accounting.used == 400
    assert prepare(records, Settings(min_age="11d")).accounting.immature == 400


def test_a_history_waits_for_as_long_as_an_outcome_takes_to_be_final():
    short, long = (run(channel(), Settings(min_age=age)) for age in ("3d", "30d"))
    count = short.rows.names.index("history_count")
    assert (short.rows.features[:, count] >= long.rows.features[:, count]).all()
    assert short.rows.features[:7, count].tolist()[:6] == [0.0] * 6
    assert long.rows.features[:60, count].max() == 0
    assert short.rows.features[:60, count].max() > 0
    video = {"author_id": "a1", "created_at": START + timedelta(days=29)}
    past = channel()
    for done, seen in ((short, True), (long, False)):
        unknown = done.scorer.score(video, past).unknown
        assert ("history_pause" not in unknown) == seen


def test_models_of_later_moments_know_more_on_the_sample():
    before, full = (trained(schema="creator-1", moment=moment) for moment in ("before", "full"))
    losses = [done.scorer.evaluation["metrics"]["log_loss"] for done in (before, full)]
    assert losses[1] < losses[0] < before.scorer.evaluation["baselines"]["prior"]["log_loss"]


@needs_data
def test_a_reference_training_file_can_be_read_as_before_posting():
    done = run(TRAINING_FILE, Settings(moment="before"))
    assert len(done.rows.names) == 8
    assert done.split.kind == "given"
    assert done.scorer.evaluation["metrics"]["log_loss"] > 1.5
    with pytest.raises(OptionError, match="ready-made"):
        run(TRAINING_FILE, Settings(schema="creator-1"))
