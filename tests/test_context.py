"""What surrounds a record that is scored: the account's earlier videos, and early counts."""

from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from virality import load
from virality.errors import OptionError, SourceError
from virality.known import features_of
from virality.records import to_records
from virality.training.settings import Settings
from virality.training.train import run
from worlds import sample, scorer

START = datetime(2024, 1, 1, 5, tzinfo=UTC)
LEVEL, COUNT, EARLY = "history_level", "history_count", "early_views"


def before():
    """A model of the sample that knows what there is before posting."""
    return scorer(schema="creator-1")


def videos(account="a", number=30, views=5000.0, **columns):
    """Earlier videos of an account, one a day, scraped long after."""
    return [
        {
            "video_id": f"{account}{day}",
            "author_id": account,
            "created_at": START + timedelta(days=day),
            "scraped_at": START + timedelta(days=day + 60),
            "duration_seconds": 20.0,
            "followers": 900,
            "views": views,
            **columns,
        }
        for day in range(number)
    ]


def known(model, video, history=None):
    """Features that are known of a video, with their values."""
    row = features_of(model.artefact, to_records(video), history)[0]
    return {
        name: value
        for name, value in zip(model.feature_names, row, strict=True)
        if not np.isnan(value)
    }


def test_the_more_an_account_usually_gets_the_higher_the_score():
    video = {"author_id": "a", "duration_seconds": 20, "created_at": "2024-03-01T10:00:00Z"}
    few, many = (before().score(video, videos(views=views)).score for views in (300.0, 90_000.0))
    assert many > few + 20


def test_a_column_of_a_record_is_no_history_though_it_is_named_so():
    frame = to_records({"duration_seconds": 20}).with_columns(pl.lit(9e5).alias(LEVEL))
    row = features_of(before().artefact, frame, None)[0]
    assert np.isnan(row[before().feature_names.index(LEVEL)])


def test_without_a_history_nothing_of_it_is_known():
    prediction = before().score({"duration_seconds": 20})
    assert {LEVEL, COUNT} <= set(prediction.unknown)


def test_a_video_sees_only_what_was_a_week_old_when_it_was_posted():
    video = {"author_id": "a", "created_at": START + timedelta(days=10)}
    assert known(before(), video, videos())[COUNT] == 4
    later = {"author_id": "a", "created_at": START + timedelta(days=100)}
    assert known(before(), later, videos())[COUNT] == 30


def test_a_history_of_one_account_is_that_of_a_video_without_an_account_or_a_date():
    assert known(before(), {"duration_seconds": 20}, videos())[COUNT] == 30
    assert before().score({}, videos()).unknown == tuple(
        name for name in before().feature_names if name not in known(before(), {}, videos())
    )
    several = videos() + videos("b")
    with pytest.raises(OptionError, match="which is its own"):
        before().score({"duration_seconds": 20}, several)
    assert known(before(), {"author_id": "b"}, several)[COUNT] == 30


def test_the_account_and_the_date_of_a_video_are_not_made_up_for_other_features():
    assert "hour_posted" not in known(before(), {"duration_seconds": 20}, videos())


def test_earlier_videos_may_come_as_files_frames_or_lists(tmp_path):
    frame = pl.DataFrame(videos())
    frame.write_parquet(tmp_path / "old.parquet")
    video = {"duration_seconds": 20, "author_id": "a"}
    expected = before().score(video, videos())
    for history in (frame, str(tmp_path / "old.parquet"), tmp_path / "*.parquet"):
        assert before().score(video, history) == expected
    assert before().score(video, before().past(frame)) == expected
    with pytest.raises(SourceError, match="no such file"):
        before().score(video, "nowhere.json")


def test_one_snapshot_of_each_earlier_video_counts_the_first_mature_one():
    young = [{**video, "scraped_at": video["created_at"] + timedelta(days=2)} for video in videos()]
    old = [
        {**video, "scraped_at": video["created_at"] + timedelta(days=90), "views": 9e6}
        for video in videos()
    ]
    video = {"author_id": "a", "duration_seconds": 20}
    expected = before().score(video, videos())
    assert before().score(video, [*young, *videos(), *old]) == expected
    assert known(before(), video, young)[COUNT] == 0


def test_the_history_of_a_model_of_a_column_is_of_that_column():
    past = videos(watched=7.5)
    watched = np.random.default_rng(0).lognormal(3, 1, size=400)
    rows = [
        {**video, "watched": seconds}
        for seconds, video in zip(watched, videos("b", 400), strict=True)
    ]
    model = run(pl.DataFrame(rows), Settings(outcome="watched")).scorer
    assert model.score({"author_id": "a"}, past).score > 0
    level = known(model, {"author_id": "a"}, past)[LEVEL]
    assert 5 < level < 60
    assert known(model, {"author_id": "a"}, videos())[COUNT] == 0


def test_stated_numbers_take_the_place_of_a_history():
    low, high = (before().score({LEVEL: level, COUNT: 40}) for level in (200.0, 90_000.0))
    assert high.score > low.score + 20
    assert LEVEL not in high.unknown
    past = before().score({LEVEL: 90_000.0, "author_id": "a"}, videos(views=200.0))
    assert LEVEL not in past.unknown


def test_what_is_not_known_yet_is_ignored_and_named():
    plain = before().score({"duration_seconds": 20})
    told = before().score({"duration_seconds": 20, "views": 9e6, "like_rate": 0.4, "plays": None})
    assert (told.score, told.unknown) == (plain.score, plain.unknown)
    assert plain.ignored == ()
    assert set(told.ignored) == {"views", "like_rate"}
    record = dict(sample().records[0])
    assert {"views", "likes", "comments", "shares"} <= set(before().score(record).ignored)
    assert scorer(schema="creator-1", moment="full").score(record).ignored == ()


def test_a_model_without_histories_says_so():
    with pytest.raises(OptionError, match="history: the model knows no accounts"):
        scorer().score({"duration_seconds": 20}, videos())


@cache
def after():
    """A model that judges a day after posting, of accounts that are seen twice."""
    rows, generator = [], np.random.default_rng(0)
    for account in range(8):
        for day, video in enumerate(videos(f"a{account}", 40, 1000.0 * (account + 1))):
            total = video["views"] * (1 + day % 5)
            early = {
                "scraped_at": video["created_at"] + timedelta(hours=24),
                "views": total * generator.lognormal(-1, 0.5),
            }
            rows += [{**video, "views": total}, {**video, **early}]
    return run(pl.DataFrame(rows), Settings(moment="after", age="24h")).scorer


def test_a_record_scraped_at_the_stated_age_is_its_own_early_snapshot():
    video = {"created_at": START, "scraped_at": START + timedelta(hours=24), "views": 4000.0}
    assert known(after(), video)[EARLY] == 4000.0
    assert EARLY not in known(after(), {**video, "scraped_at": START + timedelta(hours=90)})
    low, high = (after().score({**video, "views": views}).score for views in (300.0, 9000.0))
    assert high > low


def test_another_snapshot_among_the_records_is_as_good():
    posted = {"video_id": ["x", "x", "y"], "created_at": [START] * 3}
    ages = [timedelta(hours=hours) for hours in (90, 24, 90)]
    frame = pl.DataFrame(
        {**posted, "scraped_at": [START + age for age in ages], "views": [9e5, 4e3, 8e3]}
    )
    unknown = after().score_records(frame)["unknown"].to_list()
    assert unknown[0] == unknown[1] < unknown[2]


def test_the_age_and_the_maturity_are_kept_in_the_file(tmp_path):
    model = run(
        pl.DataFrame(videos(number=400)).with_columns(views=pl.int_range(1, 401) % 83 + 1.0),
        Settings(min_age="14d"),
    ).scorer
    model.save(tmp_path / "m.json")
    assert load(tmp_path / "m.json").artefact.mature_age == timedelta(days=14)
    after().save(tmp_path / "m.json")
    again = load(tmp_path / "m.json")
    assert again.artefact.early_age == timedelta(hours=24)
    assert again.score({EARLY: 500.0}) == after().score({EARLY: 500.0})
