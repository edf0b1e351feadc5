"""What an audit of records names, and that training refuses it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import virality
from places import DATA, TRAINING_FILE, needs_data
from virality.errors import DataError
from virality.training.settings import Settings
from virality.training.train import run
from worlds import sample

START = datetime(2024, 1, 1, 5, tzinfo=UTC)


def records(rows=600, seed=0, **columns):
    """A made-up table of videos, each scraped twice, whose likes follow their views."""
    generator = np.random.default_rng(seed)
    views = np.exp(generator.normal(9, 1.5, size=rows)).round()
    posted = [START + timedelta(hours=5 * number) for number in range(rows)]
    table = pl.DataFrame(
        {
            "video_id": [f"v{number}" for number in range(rows)],
            "author_id": [f"a{number % 40}" for number in range(rows)],
            "created_at": posted,
            "scraped_at": [time + timedelta(days=8) for time in posted],
            "duration_seconds": generator.uniform(5, 170, size=rows),
            "views": views,
            "likes": (views * generator.uniform(0.05, 0.1, size=rows)).round(),
            "followers": 1000.0 * (np.arange(rows) % 40 + 1),
            **columns,
        }
    )
    later = table.with_columns(
        pl.col("scraped_at") + timedelta(days=3),
        *((pl.col(name) * 1.1 + 3).round() for name in ("views", "likes", "followers")),
        *((pl.col(name) * 1.1 + 3) for name in columns),
    )
    return pl.concat([table, later])


def codes(audit, severity=None):
    return {one.code for one in audit.findings if severity in (None, one.severity)}


def test_nothing_of_the_sample_is_refused_before_posting():
    audit = virality.audit(list(sample().records), moment="before", outcome="views")
    assert audit.refused == ()
    assert audit.synthetic
    assert {"duplicates", "account-overlap", "immature"} <= codes(audit, "information")
    assert "selected-cohort" not in codes(audit)


def test_the_account_s_figures_are_a_warning():
    (finding,) = [one for one in virality.audit(records()).warnings if one.code == "moving"]
    assert finding.features == ("followers",)
    assert finding.figures["followers"] == 1.0


def test_a_column_that_goes_on_counting_is_refused_and_so_is_a_training_with_it():
    frame = records(sound_used=np.random.default_rng(1).uniform(10, 99, size=600))
    chosen = Settings(features=("sound_used:content",))
    audit = virality.audit(frame, settings=chosen)
    (finding,) = audit.refused
    assert (finding.code, finding.features) == ("moving", ("sound_used",))
    with pytest.raises(DataError, match=r"moment before.*sound_used.*leave out sound_used"):
        run(frame, chosen)


@pytest.mark.parametrize("moment", ["before", "full"])
def test_the_outcome_under_another_name_is_refused_or_noted(moment):
    frame = records().with_columns(plays=pl.col("views") * 2.0)
    chosen = Settings(features=("plays:content",), moment=moment)
    audit = virality.audit(frame, settings=chosen)
    severity = "refused" if moment == "before" else "warning"
    named = [one for one in audit.of(severity) if "plays" in one.features]
    assert {"label-rebuilding", "moving"} <= {one.code for one in named}
    assert "too-good" in codes(audit, "warning")
    if moment == "before":
        with pytest.raises(DataError, match="leave out plays"):
            run(frame, chosen)


def test_in_full_what_is_refused_before_is_a_note_of_the_result():
    done = run(list(sample().records), Settings(schema="reference-15"))
    audit = done.scorer.evaluation["audit"]
    assert {one["severity"] for one in audit} == {"warning", "information"}
    defining = next(one for one in audit if one["code"] == "label-defining")
    assert "viewsPerFollower" in defining["features"]
    moving = next(one for one in audit if one["code"] == "moving")
    assert moving["what"] in done.scorer.evaluation["notes"]


def test_features_of_the_schema_that_the_moment_leaves_out_are_said():
    audit = virality.audit(records(), schema="reference-15", moment="before")
    (finding,) = [one for one in audit.findings if one.code == "later-phase"]
    assert finding.severity == "information"
    assert "likeRate" in finding.features
    assert "others are not known yet at the moment 'before'" in finding.what


def test_videos_of_no_known_age_are_a_warning():
    frame = records().with_columns(scraped_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")))
    audit = virality.audit(frame.unique("video_id"))
    assert "unknown-age" in codes(audit, "warning")
    assert "moving" not in codes(audit)


def test_too_few_videos_are_audited_all_the_same():
    audit = virality.audit(records(rows=40))
    assert "not-searched" in codes(audit, "information")


@needs_data
def test_the_reference_file_s_label_is_arithmetic_on_three_rates():
    audit = virality.audit(TRAINING_FILE)
    (finding,) = [one for one in audit.findings if one.code == "label-rebuilding"]
    assert finding.figures == {"share": 1.0, "rows": 7358}
    assert audit.refused == ()
    assert virality.audit(TRAINING_FILE, moment="before").refused == ()


@needs_data
def test_a_feed_is_called_selected_and_whole_profiles_are_not():
    videos = DATA / "videos"
    assert "selected-cohort" in codes(virality.audit(videos / "us2025_feed.parquet"))
    profiles = virality.audit(videos / "vn2025_snapshots.parquet", where="cohort = 'timeline'")
    for audit in (profiles, virality.audit(videos / "jp_accounts.parquet")):
        assert audit.refused == ()
        assert "selected-cohort" not in codes(audit)


@needs_data
def test_how_often_a_sound_was_used_by_now_is_refused_on_real_snapshots():
    chosen = Settings(where="cohort = 'timeline'", features=("sound_used:content",))
    audit = virality.audit(DATA / "videos" / "vn2025_snapshots.parquet", settings=chosen)
    (finding,) = audit.refused
    assert finding.features == ("sound_used",)
