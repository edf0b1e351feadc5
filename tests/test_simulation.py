"""The simulated loop: what it scores is what was known, and what changes is what it says."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from scripts import benchmark_modules


@pytest.fixture(scope="module")
def script():
    """Import a module of the benchmarks."""
    with benchmark_modules() as load:
        yield load


@pytest.fixture(scope="module")
def simulate(script):
    return script("simulate")


@pytest.fixture(scope="module")
def loop(simulate, tmp_path_factory):
    """A small world before its first week."""
    return simulate.Loop(1, simulate.Options(videos=2500), tmp_path_factory.mktemp("world"))


def test_a_world_changes_from_the_day_of_its_shift_on(script):
    shifting = script("shifting")
    shift = shifting.Shift(shifting.END - timedelta(weeks=20), 0.5, 0.0)
    still, moved = (shifting.made_world(900, 2, one) for one in (None, shift))
    later = still["created_at"] >= shift.at
    ratio = np.log((moved["views"] / still["views"]).to_numpy())
    assert ratio[~later.to_numpy()] == pytest.approx(0)
    seen = (still["views"] > 1000).to_numpy()
    assert ratio[later.to_numpy() & seen] == pytest.approx(-0.5, abs=0.01)
    assert moved["video_id"].is_unique().all()
    assert (moved["scraped_at"] - moved["created_at"]).unique().to_list() == [shifting.SCRAPED]


def test_what_is_logged_is_what_the_model_says_of_what_was_known_then(loop, simulate):
    monday = simulate.BEGIN + timedelta(weeks=1)
    loop.lived(monday)
    logged = loop.log.frame()
    scorer = loop.serving.version.load()
    week = loop.world.filter(simulate._between("created_at", monday))
    assert logged.height == week.height > 20
    for video in week.sort("created_at")[::7].iter_rows(named=True):
        known = loop.world.filter(pl.col("scraped_at") <= video["created_at"])
        told = {name: video[name] for name in week.columns if name not in {"views", "scraped_at"}}
        (one,) = scorer.score_records([told], history=known)["score"]
        name = loop.log.names.video(video["video_id"])
        (score,) = logged.filter(pl.col("video") == name)["score"]
        assert score == pytest.approx(one, abs=1e-9)


def test_what_must_not_serve_is_refused(loop, simulate):
    loop.tempted(simulate.BEGIN + timedelta(weeks=16))
    assert [wrong for wrong, _ in loop.refused] == ["counts mixed up", "an input that tells"]
    assert loop.registry.serving().number == 1


def test_the_page_counts_what_came_of_the_worlds(script):
    made = script("simulation_page")
    gain = script("simulate").difference_of(np.full(50, -0.1))[0]
    good = made.Found(0, 900, 0, 2, ("coverage",), (6, 9), gain, 50, (("bad", "worse; why"),), 1)
    poor = made.Found(1, 900, 1, None, (), (), None, 0, (), 1)
    page = made.page([good, poor], made.Options())
    assert "before anything changed | 1 of 2 worlds" in page
    assert "within 3 weeks after | 1 of 2" in page
    assert "is promoted | 1 of 2" in page
    assert "| 6, 9 | -0.100 (-0.100 to -0.100) | 50 |" in page
    assert "is refused | 1 of 2" in page
    assert "- bad: worse\n" in page
