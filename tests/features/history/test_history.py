"""What an account's earlier videos say: never anything that was not known."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from virality.errors import DataError
from virality.features.history import HISTORY, HistoryModel, fit_history, with_history
from virality.features.history.level import Dynamics, filtered, forecast
from virality.features.history.sequences import Sequences, decayed
from virality.records import CANONICAL
from virality.storage.checked import Field

NAMES = [feature.name for feature in HISTORY]
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)


def past(seed=0, n=120, accounts=24):
    generator = np.random.default_rng(seed)
    account = generator.integers(accounts, size=n)
    days = np.sort(generator.uniform(0, 200, n))
    frame = pl.DataFrame(
        {
            "video_id": [str(k) for k in range(n)],
            "author_id": [f"a{k}" for k in account],
            "created_at": [BEGIN + timedelta(days=float(day)) for day in days],
            "followers": 10.0 ** (3 + account % 4),
            "duration_seconds": generator.uniform(5, 90, n),
            "hashtags": [[f"t{k}" for k in generator.integers(6, size=3)] for _ in range(n)],
            "is_photo": generator.uniform(size=n) < 0.2,
            "outcome": np.exp(generator.normal(8 + account % 5, 1.0, n)),
        }
    )
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in CANONICAL.items()]
    missing = [column for column in absent if column.meta.output_name() not in frame.columns]
    return frame.with_columns(missing)


FRAME = past()
MODEL = fit_history(FRAME)


def columns(frame, earlier=None):
    given = frame if earlier is None else earlier
    return with_history(frame, given, MODEL).select(NAMES).to_numpy()


WHOLE = columns(FRAME)


def test_there_is_a_column_for_each_feature_and_it_is_in_range():
    made = with_history(FRAME, FRAME, MODEL)
    for feature in HISTORY:
        known = made[feature.name].drop_nulls()
        assert known.is_between(feature.low, feature.high).all(), feature.name


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 119), st.floats(0.001, 1000), st.sampled_from(["outcome", "hashtags"]))
def test_a_later_or_immature_video_never_changes_a_row(changed, factor, column):
    """Rows posted less than seven days after a video, or before it, do not see it."""
    replaced = FRAME.with_columns(
        pl.when(pl.col("video_id") == str(changed))
        .then(pl.col("outcome") * factor if column == "outcome" else pl.lit(["other"]))
        .otherwise(pl.col(column))
        .alias(column)
    )
    when = FRAME["created_at"][changed]
    blind = (FRAME["created_at"] < when + timedelta(days=7)).to_numpy()
    kept = columns(FRAME, replaced)
    assert np.array_equal(kept[blind], WHOLE[blind], equal_nan=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 119))
def test_leaving_later_and_immature_videos_out_changes_nothing(row):
    when = FRAME["created_at"][row]
    earlier = FRAME.filter(pl.col("created_at") <= when - timedelta(days=7))
    if earlier["author_id"].n_unique() < 20:
        return
    alone = columns(FRAME[row], earlier)
    assert np.allclose(alone, WHOLE[row : row + 1], equal_nan=True, rtol=1e-9)


def test_a_video_does_see_those_that_are_old_enough():
    doubled = FRAME.with_columns(pl.col("outcome") * 50)
    seen = FRAME["author_id"].is_duplicated().to_numpy() & (WHOLE[:, 0] > 0)
    level = NAMES.index("history_level")
    assert (columns(FRAME, doubled)[seen, level] > WHOLE[seen, level] * 1.5).all()


def test_the_order_of_rows_does_not_matter():
    turned = FRAME.sample(fraction=1.0, shuffle=True, seed=3)
    order = turned["video_id"].cast(pl.Int64).to_numpy()
    assert np.allclose(columns(turned), WHOLE[order], equal_nan=True, rtol=1e-9)


def test_no_past_given_is_all_unknown():
    made = with_history(FRAME, None, MODEL).select(NAMES)
    assert made.null_count().row(0) == (FRAME.height,) * len(NAMES)


def test_an_unknown_account_has_an_unknown_history():
    stranger = FRAME.head(1).with_columns(pl.lit(None, dtype=pl.String).alias("author_id"))
    assert np.isnan(columns(stranger, FRAME)).all()


def test_a_new_account_is_expected_to_do_what_its_size_does():
    new = FRAME.tail(1).with_columns(pl.lit("new").alias("author_id"))
    made = with_history(new, FRAME, MODEL)
    expected = MODEL.working.back(MODEL.prior.expect(new["followers"].to_numpy()))
    assert made["history_count"].item() == 0
    assert made["history_level"].item() == pytest.approx(float(expected[0]))
    assert made["history_pause"].item() is None


def test_what_rests_on_all_accounts_is_unknown_where_few_are_given():
    own = FRAME.filter(pl.col("author_id") == FRAME["author_id"][-1])
    made = with_history(own, own, MODEL)
    assert made["history_hashtags"].null_count() == own.height
    assert made["history_level"].null_count() == 0


def test_a_video_without_a_date_sees_all_of_the_past():
    draft = FRAME.tail(1).with_columns(
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("created_at")
    )
    made = with_history(draft, FRAME, MODEL)
    own = FRAME.filter(pl.col("author_id") == draft["author_id"].item()).height
    assert made["history_count"].item() == own


def test_rows_without_account_date_or_outcome_teach_nothing():
    empty = FRAME.with_columns(pl.lit(None, dtype=pl.Float64).alias("outcome"))
    with pytest.raises(DataError, match="no history"):
        fit_history(empty)


def test_what_was_learned_survives_its_file():
    read = HistoryModel.decode(Field(MODEL.encode(), "history"))
    assert np.array_equal(
        with_history(FRAME, FRAME, read).select(NAMES).to_numpy(), WHOLE, equal_nan=True
    )


@pytest.mark.parametrize("outcome", [[-2.0, 0.0, 3.0], [0.0, 1.0, 5.0], [1.0, 2.0, 8.0]])
def test_the_working_scale_gives_outcomes_back(outcome):
    numbers = np.array(outcome)
    frame = FRAME.head(3).with_columns(pl.Series("outcome", numbers))
    working = fit_history(frame).working
    assert np.allclose(working.back(working.forward(numbers)), numbers, atol=1e-9)
    assert (np.diff(working.forward(numbers)) > 0).all()


def covariance(times, rule):
    apart = np.abs(times[:, None] - times[None, :])
    return (
        rule.constant
        + rule.slow * np.exp(-apart / rule.slow_days)
        + rule.quick * np.exp(-apart / rule.quick_days)
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_level_is_the_posterior_of_the_gaussian_process(seed):
    """The filter agrees with the textbook posterior, solved as one linear system."""
    generator = np.random.default_rng(seed)
    rule = Dynamics(*generator.uniform(0.2, 2, 3), 80.0, 6.0, 0.7)
    times = np.sort(generator.uniform(0, 150, 12))
    value = generator.normal(size=12)
    sequences = Sequences.of(np.zeros(12, dtype=int), times)
    states = filtered(sequences, value, rule)
    mean, variance = forecast(states, np.array([11]), np.array([9.0]), rule)
    every = np.append(times, times[-1] + 9.0)
    whole = covariance(every, rule)
    gain = np.linalg.solve(whole[:12, :12] + rule.noise * np.eye(12), whole[:12, 12])
    assert mean[0] == pytest.approx(gain @ value)
    assert variance[0] == pytest.approx(whole[12, 12] - gain @ whole[:12, 12])


DAY = 86_400  # seconds; records tell times to the second, so walks need not tell more apart


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 50 * DAY)), min_size=1, max_size=30),
)
@example([(0, 7 * DAY), (0, 0)])
@example([(0, 7 * DAY), (0, 1)])
def test_walking_all_groups_at_once_is_walking_each_alone(rows):
    group = np.array([row[0] for row in rows])
    second = np.array([row[1] for row in rows])
    time = second / DAY
    sequences = Sequences.of(group, time)
    values = np.arange(1.0, len(rows) + 1)
    sums = decayed(sequences, values[sequences.order][:, None], 5.0, days=True)[:, 0]
    counts, last = sequences.seen(group, time - 7)
    for row in range(len(rows)):
        old = (group == group[row]) & (second <= second[row] - 7 * DAY)
        assert counts[row] == old.sum()
        if old.any():
            newest = time[old].max()
            brute = (values[old] * 0.5 ** ((newest - time[old]) / 5.0)).sum()
            assert sums[last[row]] == pytest.approx(brute)


def test_an_unseen_group_has_seen_nothing():
    sequences = Sequences.of(np.array([0, 2]), np.array([1.0, 2.0]))
    counts, last = sequences.seen(np.array([-1, 1, 7]), np.full(3, 99.0))
    assert counts.tolist() == [0, 0, 0]
    assert last.tolist() == [-1, -1, -1]


def test_what_may_not_be_seen_does_not_even_change_what_is_unknown():
    """Not the values alone: whether hashtags of all accounts are known is settled by then, too."""
    frame = past(seed=3, n=160, accounts=30)
    model = fit_history(frame)
    whole = with_history(frame, frame, model).select(NAMES).to_numpy()
    for row in range(0, 160, 7):
        when = frame["created_at"][row] - timedelta(days=7)
        earlier = frame.filter(pl.col("created_at") <= when)
        if earlier.height:
            alone = with_history(frame[row], earlier, model).select(NAMES).to_numpy()
            assert np.allclose(alone, whole[row : row + 1], equal_nan=True, rtol=1e-9), row


def test_in_training_an_undated_video_has_no_history():
    undated = FRAME.tail(1).with_columns(
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("created_at")
    )
    made = with_history(undated, FRAME, MODEL, undated="unknown").select(NAMES)
    assert made.null_count().row(0) == (1,) * len(NAMES)


def test_the_order_of_rows_does_not_matter_where_times_tie():
    tied = FRAME.with_columns(pl.col("created_at").dt.truncate("20d"))
    turned = tied.sample(fraction=1.0, shuffle=True, seed=5)
    model = fit_history(tied)
    back = turned["video_id"].cast(pl.Int64).to_numpy()
    first, second = (
        with_history(one, one, model).select(NAMES).to_numpy() for one in (tied, turned)
    )
    assert np.array_equal(second, first[back], equal_nan=True)


def test_an_outcome_below_0_keeps_its_level():
    low = FRAME.with_columns(pl.col("outcome").log() - 30)
    made = with_history(low, low, fit_history(low))["history_level"]
    assert (made < 0).all()
    assert made.n_unique() > 50
