"""Samples: as the real thing in shape and spread, and counted to the last row."""

import json
import re
from collections import Counter, defaultdict
from datetime import datetime

import numpy as np
import pytest
from scipy import stats

from virality.errors import OptionError
from virality.sample import EFFECTS, FAULTS, make_sample, new_videos
from virality.sample.words import CALLS

VIDEOS = 20_000
WEEK = 7 * 86_400
FIELDS = {
    "id, text, textLanguage, createTime, createTimeISO, isAd, authorMeta, musicMeta, webVideoUrl",
    "mediaUrls, videoMeta, mentions, detailedMentions, hashtags, effectStickers, isSlideshow",
    "isPinned, searchQuery, scrapedAt, synthetic",
}
COUNTS = {"diggCount", "shareCount", "playCount", "collectCount", "commentCount"}
RATES = {
    "shareCount": (0.0001, 0.0028, 0.018),
    "commentCount": (0.0001, 0.0008, 0.015),
    "diggCount": (0.012, 0.071, 0.171),
    "collectCount": (0.0005, 0.006, 0.027),
}


def _seconds(iso):
    return int(datetime.fromisoformat(iso).timestamp())


def _age(record):
    return _seconds(record["scrapedAt"]) - record["createTime"]


def _fault(record):
    """Name what is broken about a record, by looking at it alone."""
    if record["id"] is None:
        return "no_id"
    if not isinstance(record["createTime"], int):
        return "bad_date"
    views = record["playCount"]
    if views is None:
        return "null_views"
    if isinstance(views, str):
        return "text_count"
    return "negative_views" if views < 0 else "zero_views" if views == 0 else ""


@pytest.fixture(scope="module")
def sample():
    """Return a large sample."""
    return make_sample(VIDEOS)


@pytest.fixture(scope="module")
def sound(sample):
    """Return its records that are not broken."""
    return [record for record in sample.records if not _fault(record)]


@pytest.fixture(scope="module")
def mature(sound):
    """Return each video's record of 7 days or more, by id."""
    return {record["id"]: record for record in sound if _age(record) >= WEEK}


def test_the_same_arguments_give_the_same_sample() -> None:
    """Two calls agree in every record and every true number; another seed agrees in none."""
    first, again, other = make_sample(300, 4), make_sample(300, 4), make_sample(300, 5)
    assert json.dumps(first.records) == json.dumps(again.records)
    assert np.array_equal(first.truth.parts, again.truth.parts)
    assert not {r["id"] for r in first.records if r["id"]} & {r["id"] for r in other.records}


def test_the_first_records_never_change() -> None:
    """A few integers of seed 0, frozen: another platform or NumPy must give the same."""
    truth = make_sample(40).truth
    assert truth.video_id[:2].tolist() == [7451500772291772416, 7533151942943930801]
    assert truth.views[:5].tolist() == [249800, 292600, 461100, 63000, 119400]


def test_a_larger_sample_begins_with_the_smaller(sample) -> None:
    """The truth of the first videos does not depend on how many follow."""
    small = make_sample(500).truth
    assert np.array_equal(small.video_id, sample.truth.video_id[:500])
    assert np.array_equal(small.views, sample.truth.views[:500])


@pytest.mark.parametrize("videos", [1, 2, 40])
def test_small_samples_work(videos) -> None:
    """Even one video is a sample."""
    sample = make_sample(videos)
    assert len(sample.truth.video_id) == videos
    assert len(sample.records) == sample.counts["rows"]


@pytest.mark.parametrize("videos", [0, -3, 1.5, "many", None])
def test_a_number_of_videos_without_meaning_is_refused(videos) -> None:
    """The error names the option, for both makers."""
    with pytest.raises(OptionError, match=r"^videos: "):
        make_sample(videos)
    with pytest.raises(OptionError, match=r"^n: "):
        new_videos(videos)


def test_counts_agree_with_the_records(sample, sound, mature) -> None:
    """Rows, videos, mature ones, snapshots, duplicates and each fault are counted exactly."""
    texts = Counter(json.dumps(record) for record in sample.records)
    distinct = {record["id"] for record in sound}
    faults = Counter(_fault(record) for record in sample.records)
    counts = sample.counts
    assert counts["rows"] == len(sample.records)
    assert counts["videos"] == len(distinct) == VIDEOS
    assert counts["mature"] == len(mature)
    assert counts["immature"] == VIDEOS - len(mature)
    assert counts["duplicates"] == len(sample.records) - len(texts)
    assert counts["snapshots"] == len(sound) - VIDEOS - counts["duplicates"]
    assert {name: counts[name] for name in FAULTS} == {name: faults[name] for name in FAULTS}
    assert counts["broken"] == sum(counts[name] for name in FAULTS)


def test_kinds_have_their_shares(sample, sound, mature) -> None:
    """About 12 % were scraped early too, 2 % are immature, 1 % doubled, 0.4 % broken."""
    early = {r["id"] for r in sound if r["id"] in mature and _age(r) < WEEK}
    share = {name: number / VIDEOS for name, number in sample.counts.items()}
    assert len(early) / VIDEOS == pytest.approx(0.12, abs=0.01)
    assert 0.01 < share["immature"] < 0.035
    assert share["duplicates"] == pytest.approx(0.01)
    assert share["broken"] == pytest.approx(0.004)


def test_ids_carry_their_time_and_the_url_agrees(sample, sound) -> None:
    """The upper half of an id is the second of posting; photo posts have a photo's address."""
    for record in sound:
        assert int(record["id"]) >> 32 == record["createTime"] == _seconds(record["createTimeISO"])
        path = "photo" if record["isSlideshow"] else "video"
        end = f"@{record['authorMeta']['name']}/{path}/{record['id']}"
        assert record["webVideoUrl"] == f"https://www.tiktok.com/{end}"
    assert len(set(sample.truth.video_id.tolist())) == VIDEOS


def test_records_have_the_fields_of_the_scraper(sample) -> None:
    """Every field is there in every record, about 2 kB of JSON, and no bare NaN."""
    fields = {name for line in FIELDS for name in line.split(", ")} | COUNTS
    assert all(set(record) == fields for record in sample.records)
    size = np.mean([len(json.dumps(r, ensure_ascii=False)) for r in sample.records[:2000]])
    assert 1700 < size < 2200
    json.dumps(sample.records, allow_nan=False)


def test_everything_says_that_it_is_synthetic(sample) -> None:
    """Each record and each handle says so."""
    assert all(record["synthetic"] is True for record in sample.records)
    assert all(r["authorMeta"]["name"].startswith("synthetic.") for r in sample.records)


@pytest.mark.parametrize("field", RATES)
def test_rates_spread_as_in_real_data(mature, field) -> None:
    """The median is within 25 %, the outer tenths within a factor 1.6."""
    known = [record for record in mature.values() if record[field] is not None]
    rates = np.array([record[field] / record["playCount"] for record in known])
    ratio = np.quantile(rates, [0.1, 0.5, 0.9]) / RATES[field]
    assert np.all(np.abs(np.log(ratio)) < np.log([1.6, 1.25, 1.6]))


def test_rates_rise_together(mature) -> None:
    """Videos that are liked are also commented on, shared and saved."""
    rows = [
        [record[field] / record["playCount"] for field in RATES]
        for record in mature.values()
        if record["collectCount"] is not None
    ]
    found = stats.spearmanr(rows).statistic
    assert found[~np.eye(4, dtype=bool)].min() > 0.15


def test_nobody_likes_what_they_have_not_seen(sound) -> None:
    """No count is negative or above the views."""
    for record in sound:
        known = [record[field] for field in RATES if record[field] is not None]
        assert 0 <= min(known) <= max(known) <= record["playCount"]


def test_a_mature_scrape_shows_the_final_views(sample, mature) -> None:
    """The truth's outcome is what the mature record says."""
    truth = sample.truth.of(list(mature))
    assert truth.views.tolist() == [record["playCount"] for record in mature.values()]


def test_counts_grow_from_snapshot_to_snapshot(sound) -> None:
    """A later scrape of a video never shows less, and early ones come at 6 hours to 6 days."""
    seen = defaultdict(list)
    for record in sound:
        seen[record["id"]].append(record)
    for records in seen.values():
        records.sort(key=_age)
        ages = {_age(record) for record in records} - {_age(records[-1])}
        assert all(6 * 3600 <= age <= 6 * 86_400 for age in ages)
        for field in ("playCount", "diggCount", "shareCount", "commentCount"):
            values = [record[field] for record in records]
            assert values == sorted(values)


def test_the_scraper_comes_in_order_of_time(sample) -> None:
    """Records stand in order of their scrape; duplicates come an hour late."""
    times = np.array([_seconds(record["scrapedAt"]) for record in sample.records])
    assert np.all(np.maximum.accumulate(times) - times <= 3600)


def test_accounts_are_few_and_uneven(sample) -> None:
    """An account has 15 to 25 posts on average, but the median has far fewer."""
    posts = np.unique(sample.truth.author_id, return_counts=True)[1]
    assert 15 < posts.mean() < 25
    assert np.median(posts) < 0.7 * posts.mean()
    span = sample.truth.created_at.max() - sample.truth.created_at.min()
    assert 400 < span / 86_400 < 430


def test_the_past_foretells_and_content_hints(sample) -> None:
    """Spearman of views: .75 to .85 with the account's past mean, .2 to .35 with content."""
    truth = sample.truth
    views = np.log(truth.views)
    past = np.full(VIDEOS, np.nan)
    for account in np.unique(truth.author_id):
        rows = np.flatnonzero(truth.author_id == account)
        time = truth.created_at[rows]
        earlier = time[None, :] <= time[:, None] - WEEK
        total = earlier.sum(axis=1)
        past[rows[total > 0]] = (earlier @ views[rows])[total > 0] / total[total > 0]
    known = ~np.isnan(past)
    assert 0.75 < stats.spearmanr(past[known], views[known]).statistic < 0.85
    assert 0.2 < stats.spearmanr(truth.parts.sum(axis=1), views).statistic < 0.35


def test_gaps_have_their_shares(sound) -> None:
    """Followers lack in 45 % of the rows, mostly by account; saves, songs, captions in a few."""
    lacking = np.array([record["authorMeta"]["fans"] is None for record in sound])
    seen = {r["authorMeta"]["id"] for r in sound if r["authorMeta"]["fans"] is not None}
    partly = [r["authorMeta"]["id"] in seen for r in sound if r["authorMeta"]["fans"] is None]
    assert lacking.mean() == pytest.approx(0.45, abs=0.03)
    assert 0 < np.mean(partly) < 0.2
    assert np.mean([r["collectCount"] is None for r in sound]) == pytest.approx(0.05, abs=0.01)
    assert np.mean([r["text"] == "" for r in sound]) == pytest.approx(0.03, abs=0.01)
    nameless = [record["musicMeta"]["musicName"] is None for record in sound]
    assert np.mean(nameless) == pytest.approx(0.03, abs=0.01)


def test_captions_show_what_the_truth_says(sample, mature) -> None:
    """Question, call, photo, sound and hashtags can all be read from the record."""
    truth = sample.truth.of(list(mature))
    parts = dict(zip(EFFECTS, truth.parts.T, strict=True))
    records = list(mature.values())
    asks = [re.search("[?？؟]", record["text"]) is not None for record in records]  # noqa: RUF001 - the marks of other scripts
    calls = [any(call in record["text"] for call in CALLS) for record in records]
    assert asks == (parts["question"] != 0).tolist()
    assert calls == (parts["call_to_action"] != 0).tolist()
    assert [r["isSlideshow"] for r in records] == (parts["photo"] != 0).tolist()
    originals = [record["musicMeta"]["musicOriginal"] for record in records]
    assert originals == (parts["original_sound"] != 0).tolist()
    for record, part in zip(records, parts["hashtags"], strict=True):
        tags = re.findall(r"#(\S+)", record["text"])
        assert tags == [tag["name"] for tag in record["hashtags"]]
        assert len(set(tags)) == len(tags)
        assert part == pytest.approx(EFFECTS["hashtags"] * (1 - np.exp(-len(tags) / 3)))


def test_new_videos_come_from_known_accounts_and_say_nothing_of_their_fate() -> None:
    """They are later than the sample, have no counts, and their truth is calibrated."""
    past, coming = make_sample(8000), new_videos(2000)
    assert {r["authorMeta"]["id"] for r in coming.records} <= {
        str(number) for number in past.truth.author_id
    }
    assert not COUNTS & set().union(*coming.records)
    assert coming.truth.created_at.min() > past.truth.created_at.max()
    assert len(coming.records) == len({r["id"] for r in coming.records}) == 2000
    chance = coming.truth.at_least(100_000)
    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs((coming.truth.views >= 100_000).sum() - chance.sum()) < 4 * spread


def test_new_videos_depend_on_the_seed_alone() -> None:
    """The same call gives the same posts, by handle, level and id."""
    first, again = new_videos(20, 3), new_videos(20, 3)
    assert first.records == again.records
    assert new_videos(20, 4).records != first.records
