"""Real files, read a second time by the standard library alone, give the same values.

The files are other people's posts and stay where they are; without them these tests skip.
"""

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from virality.records import first_mature, read

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FORMATS = DATA / "formats"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real data at {DATA}")

SCALE = {"K": 1_000, "M": 1_000_000, "B": 1_000_000_000}
CHECKED = (
    "video_id",
    "views",
    "likes",
    "comments",
    "shares",
    "saves",
    "duration_seconds",
    "created_at",
    "hashtags",
    "caption",
    "followers",
    "sound_title",
)


def document(name):
    """Load a JSON file."""
    return json.loads((FORMATS / name).read_text(encoding="utf-8-sig"))


def table(name):
    """Load a CSV file; blank fields are unknown."""
    with (FORMATS / name).open(encoding="utf-8-sig", newline="") as file:
        return [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]


def number(text):
    """Read a count by hand."""
    if text is None or not isinstance(text, str):
        return None if text is None else float(text)
    digits = float(text[:-1]) * SCALE[text[-1]] if text[-1] in SCALE else float(text)
    return float(round(digits))


def epoch(seconds):
    """Read seconds since 1970."""
    return datetime.fromtimestamp(int(seconds), UTC)


def iso(text):
    """Read a date in ISO form."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def in_address(text):
    """Read the id at the end of an address."""
    return text.rsplit("/", 1)[1]


def words(text):
    """Split a list that is written with commas."""
    return None if text is None else [word.strip() for word in text.split(",")]


def named(video_id, caption, created, **others):
    """Build an expected row; what is not given is unknown."""
    row = dict.fromkeys(CHECKED) | {"video_id": str(video_id), "caption": caption}
    return row | {"created_at": created} | others


def counted(views, likes=None, comments=None, shares=None, saves=None):
    """Name five counts."""
    names = ("views", "likes", "comments", "shares", "saves")
    return dict(zip(names, map(number, (views, likes, comments, shares, saves)), strict=True))


def apify(r):
    """Read a record of Apify, or of its elder."""
    meta = r["videoMeta"]["duration"] or None
    return named(
        r["id"],
        r["text"],
        epoch(r["createTime"]),
        **counted(
            r["playCount"],
            r["diggCount"],
            r["commentCount"],
            r["shareCount"],
            saves=r.get("collectCount"),
        ),
        duration_seconds=number(meta),
        hashtags=[tag["name"] for tag in r["hashtags"] if tag["name"]],
        followers=number(r["authorMeta"].get("fans")),
        sound_title=r["musicMeta"]["musicName"].strip(),
    )


def apify_slash(r):
    """Read a line of Apify's table."""
    tags = [r[f"hashtags/{k}/name"] for k in range(23)]
    return named(
        r["id"],
        r["text"],
        epoch(r["createTime"]),
        **counted(
            r["playCount"],
            r["diggCount"],
            r["commentCount"],
            r["shareCount"],
            saves=r["collectCount"],
        ),
        duration_seconds=number(r["videoMeta/duration"]),
        hashtags=[tag for tag in tags if tag] or None,
        followers=number(r["authorMeta/fans"]),
        sound_title=r["musicMeta/musicName"],
    )


def apify_dot(r):
    """Read a line of Apify's other table."""
    return named(
        in_address(r["webVideoUrl"]),
        r["text"],
        iso(r["createTimeISO"]),
        **counted(
            r["playCount"],
            r["diggCount"],
            r["commentCount"],
            r["shareCount"],
            saves=r["collectCount"],
        ),
        duration_seconds=number(r["videoMeta.duration"]),
        sound_title=r["musicMeta.musicName"],
    )


def item_struct(r):
    """Read an item of TikTok."""
    stats = r["stats"]
    return named(
        r["id"],
        r["desc"],
        epoch(r["createTime"]),
        **counted(
            stats["playCount"], stats["diggCount"], stats["commentCount"], stats["shareCount"]
        ),
        duration_seconds=number(r["video"]["duration"] or None),
        hashtags=[tag["title"] for tag in r["challenges"]] if "challenges" in r else None,
        followers=number(r["authorStats"]["followerCount"]),
        sound_title=r["music"]["title"].strip(),
    )


def research(r):
    """Read a record of the Research API."""
    return named(
        r["id"],
        r["video_description"],
        epoch(r["create_time"]),
        views=number(r["view_count"]),
        hashtags=r.get("hashtag_names"),
    )


def pyktok(r):
    """Read a line of pyktok."""
    return named(
        r["video_id"],
        r["video_description"],
        iso(r["video_timestamp"]),
        **counted(
            r["video_playcount"],
            r["video_diggcount"],
            r["video_commentcount"],
            r["video_sharecount"],
        ),
        duration_seconds=number(r["video_duration"]),
        followers=number(r["author_followercount"]),
    )


def tikwm(r):
    """Read a record of tikwm."""
    return named(
        r["video_id"],
        r["title"],
        epoch(r["create_time"]),
        **counted(r["play_count"], r["digg_count"], r["comment_count"], r["share_count"]),
        duration_seconds=number(r["duration"] or None),
        sound_title=r["music_info"]["title"].strip(),
    )


def archive(r):
    """Read a record of an archive."""
    return named(
        r["id"],
        r["description"],
        epoch(int(r["id"]) >> 32),
        **counted(
            r["view_count"],
            r["like_count"],
            r["comment_count"],
            r["share_count"],
            r["save_count"],
        ),
        duration_seconds=number(r["duration"] or None),
        sound_title=r["track"].strip(),
    )


def agency(r):
    """Read a line of an agency's table."""
    return named(
        r["video_id"],
        r["description"],
        iso(r["create_time"] or r["posted_time"]),
        **counted(r["plays"] or r["views"], r["likes"], r["comments"], r["shares"]),
        hashtags=words(r["hashtags"]),
        sound_title=r["music"],
    )


def thesis(r):
    """Read a line of a thesis."""
    minutes, seconds = r["vid_duration"].split(":")
    return named(
        r["vid_id"],
        r["vid_caption"],
        iso(r["vid_postTime"]),
        **counted(
            r["vid_nview"], r["vid_nlike"], r["vid_ncomment"], r["vid_nshare"], saves=r["vid_nsave"]
        ),
        duration_seconds=60.0 * int(minutes) + int(seconds),
        hashtags=words(r["vid_hashtags"]),
        followers=number(r["user_nfollower"]),
        sound_title=r["music_title"],
    )


def rounded(r):
    """Read a line of a table whose ids are rounded."""
    year, month, day = map(int, r["created_at"].split("/"))
    return named(
        in_address(r["url"]),
        r["caption"],
        datetime(year, month, day, tzinfo=UTC),
        **counted(r["play_count"], r["likes_count"], r["comment_count"], saves=r["save_count"]),
        hashtags=words(r["hashtags"]),
        sound_title=r["music_info"],
    )


FILES = {
    "apify_clockworks_tiktok.json": (document, apify),
    "apify_clockworks_slash_headers.csv": (table, apify_slash),
    "apify_clockworks_dot_headers.csv": (table, apify_dot),
    "drawrowfly_tiktok-scraper_collector.json": (lambda n: document(n)["collector"], apify),
    "tiktokapi_davidteather_itemstruct.json": (document, item_struct),
    "tiktok_research_api_videos_list.json": (document, research),
    "tiktok_research_api_videos_dict_by_id.json": (lambda n: document(n).values(), research),
    "pyktok.csv": (table, pyktok),
    "tikwm_rapidapi_videos.json": (lambda n: document(n)["data"]["videos"], tikwm),
    "ytdlp_like_archive.json": (document, archive),
    "own_csv_agencyx.csv": (table, agency),
    "own_csv_ie403_viet.csv": (table, thesis),
    "jp_affi_increase.csv": (table, rounded),
}
TYPES_ONLY = "ytdlp_tiktok_info_fields_from_extractor_tests.json"


def told_by(caption):
    """Find the hashtags of a caption by hand."""
    return None if caption is None else [t for t in re.split(r"\s", caption) if t.startswith("#")]


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_real_file_gives_what_the_standard_library_finds(name):
    """Every value of every record is the one that a second, plain reading finds."""
    load, expect = FILES[name]
    expected = [expect(record) for record in load(name)]
    reading = read(FORMATS / name)
    rows = reading.frame.select(CHECKED).to_dicts()
    assert reading.rejections.height == 0
    for row, want in zip(rows, expected, strict=True):
        if want["hashtags"] is None:
            plain = [w for w in told_by(want["caption"]) or [] if w.count("#") == 1]
            found = row["hashtags"] or []
            assert len(found) >= len(plain)
            row["hashtags"] = None
        assert row == want


def test_every_real_file_is_tested():
    """No file of the folder is left out."""
    assert {path.name for path in FORMATS.iterdir()} == {*FILES, TYPES_ONLY}


def test_types_are_no_values():
    """Records whose counts are names of types are all rejected, and none is read."""
    reading = read(FORMATS / TYPES_ONLY)
    assert (reading.frame.height, reading.rejections.height) == (0, 6)
    assert set(reading.rejections["field"]) == {"views"}


def test_the_first_mature_snapshots_of_the_timeline():
    """The timeline holds exactly as many videos with a mature snapshot and known views."""
    reading = read(DATA / "videos" / "vn2025_snapshots.parquet", where="cohort = 'timeline'")
    assert first_mature(reading.frame, pl.col("views") > 0).height == 15_278


@pytest.mark.parametrize("name", ["vn2025_snapshots", "jp_accounts", "us2025_feed"])
def test_real_parquet_keeps_every_value(name):
    """A Parquet file that is already clean comes through unchanged, durations of 0 excepted."""
    path = DATA / "videos" / f"{name}.parquet"
    raw, reading = pl.read_parquet(path), read(path)
    assert (reading.read, reading.duplicates, reading.rejections.height) == (raw.height, 0, 0)
    aliases = {"author_hash": "author_id", "sound": "sound_title", "duration_s": "duration_seconds"}
    for column in raw.drop("sound_original", strict=False).columns:
        kept = reading.frame[aliases.get(column, column)]
        given = raw[column].replace(0.0, None) if column == "duration_s" else raw[column]
        assert kept.to_list() == given.to_list(), column


def test_the_reference_file_is_read_whole():
    """The reference training file gives all of its rows and features."""
    reading = read(DATA / "reference" / "training-data.json")
    file = json.loads((DATA / "reference" / "training-data.json").read_text())
    assert reading.made == tuple(file["featureNames"])
    assert reading.frame["split"].value_counts(sort=True).rows() == [
        ("train", 5_886),
        ("test", 1_472),
    ]
    rows = file["trainSet"]["features"] + file["testSet"]["features"]
    assert reading.frame.select(reading.made).rows() == [tuple(map(float, row)) for row in rows]
    assert reading.frame["tier"].to_list() == file["trainSet"]["labels"] + file["testSet"]["labels"]
