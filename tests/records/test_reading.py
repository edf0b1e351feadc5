"""Reading: selection, extra columns, mapping, duplicates, and an account of every row."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from virality.errors import OptionError, SourceError
from virality.records import CANONICAL, read
from virality.records.reading import read_records

FIXTURES = Path(__file__).parents[1] / "fixtures" / "records"
ROWS = [
    {"video_id": "a", "views": 5, "group": "x", "score": 0.5},
    {"video_id": "b", "views": -1, "group": "x", "score": 0.1},
    {"video_id": "c", "views": 7, "group": "y", "score": 0.2},
    {"video_id": "d", "views": 9, "group": "x", "score": None},
]


def ids(reading):
    """List the ids that were kept."""
    return reading.frame["video_id"].to_list()


def adds_up(reading):
    """Tell whether every row is accounted for."""
    kept = reading.frame.height + reading.rejections.height
    return reading.read == kept + reading.duplicates + reading.filtered


def test_every_row_is_accounted_for():
    """What was read is kept, rejected, a duplicate, or filtered out."""
    reading = read(ROWS)
    assert adds_up(reading)
    assert ids(reading) == ["a", "c", "d"]
    assert reading.rejections.rows() == [("<records>", 2, "views", "negative: -1")]


def test_only_the_first_fault_is_named():
    """Of several faults in a row the first is named, in the order of the columns."""
    faulty = {"video_id": "a", "views": -1, "likes": -1, "duration": "x", "created_at": "y"}
    reading = read([faulty, ROWS[0]])
    assert reading.rejections["field"].to_list() == ["duration_seconds"]


def test_reasons_quote_no_caption():
    """A reason says nothing of what people wrote."""
    reading = read([{"video_id": "a", "views": "call me maybe", "caption": "x" * 100_001}])
    assert reading.rejections["reason"].to_list() == ["longer than 100,000 characters"]
    reading = read([{"video_id": "a", "views": "call me maybe"}])
    assert reading.rejections["reason"].to_list() == ["not a number"]


def test_a_condition_selects_rows():
    """A condition reads canonical and extra columns."""
    assert ids(read(ROWS, where="views > 5 AND \"group\" = 'y'")) == ["c"]


def test_a_condition_keeps_faults_of_which_it_may_be_true():
    """A faulty row is left out only where the condition is surely false of it."""
    assert read(ROWS, where="views > 5").rejections.height == 1
    assert read(ROWS, where="\"group\" = 'y'").rejections.height == 0
    assert adds_up(read(ROWS, where="views > 5"))


def test_a_condition_may_be_one_for_all():
    """A condition of constants is the same for every row."""
    assert ids(read(ROWS, where="1 = 1")) == ["a", "c", "d"]


def test_a_condition_may_name_a_field_that_a_column_has_used():
    """The source's own name for a column works too."""
    reading = read(FIXTURES / "apify.json", where="playCount > 1000", extras=())
    assert reading.frame["views"].to_list() == [12_800.0]
    assert reading.frame.columns == [*CANONICAL, "playCount"]


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("views >", "no condition in SQL"),
        ("", "no condition in SQL"),
        ("nothing > 5", "there is no column 'nothing'"),
        ("views + 1", "neither true nor false"),
        ("views > 'x'", "cannot be worked out"),
    ],
)
def test_a_bad_condition_is_named(where, what):
    """A condition that makes no sense is an error that quotes it."""
    with pytest.raises(OptionError) as caught:
        read(ROWS, where=where)
    assert what in caught.value.what
    assert repr(where) in caught.value.where
    assert caught.value.remedy


def test_a_limit_counts_records_read():
    """The first records are read, faulty ones among them."""
    reading = read(ROWS, limit=3)
    assert (reading.read, ids(reading)) == (3, ["a", "c"])
    assert adds_up(reading)


def test_a_limit_counts_after_the_condition():
    """With a condition, the first records that meet it."""
    assert ids(read(ROWS, where="\"group\" = 'x'", limit=3)) == ["a", "d"]


def test_a_limit_spans_files(tmp_path):
    """A limit is of all files together; those beyond it are not opened."""
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    first.write_text(json.dumps(ROWS[:2]))
    second.write_text(json.dumps(ROWS[2:]))
    broken = tmp_path / "3.json"
    broken.write_text("[")
    assert ids(read([first, second, broken], limit=4)) == ["a", "c", "d"]
    assert ids(read([first, second], limit=3)) == ["a", "c"]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_leaves_something(limit):
    """A limit below one is an error, with a condition or without."""
    for where in (None, "views > 1"):
        with pytest.raises(OptionError, match="must be 1 or more"):
            read(ROWS, limit=limit, where=where)


def test_extra_columns_survive():
    """Unless told otherwise, every extra column survives after the canonical ones."""
    assert read(ROWS).frame.columns == [*CANONICAL, "group", "score"]
    assert read(ROWS, extras=["score"]).frame.columns == [*CANONICAL, "score"]
    assert read(ROWS, extras=()).frame.columns == list(CANONICAL)


def test_extra_columns_have_dotted_names():
    """A nested value is an extra column under its path, however its file wrote it."""
    for name in ("apify.json", "apify_slash.csv"):
        frame = read(FIXTURES / name).frame
        assert frame["authorMeta.heart"].cast(pl.Int64).to_list() == [91_000, 91_000]
        named = read(FIXTURES / name, extras=["authorMeta/heart"]).frame
        assert named.columns == [*CANONICAL, "authorMeta.heart"]


def test_extra_columns_never_shadow_canonical_ones():
    """An unused field with a canonical name is kept under another."""
    record = {"id": "1", "playCount": 5, "diggCount": 1, "views": "other"}
    frame = read([record]).frame
    assert frame["views"].to_list() == [5.0]
    assert frame["raw.views"].to_list() == ["other"]
    assert "raw.views" not in read([record], extras=["views"]).frame.columns


def test_extra_lists_of_a_frame_survive():
    """A frame's own list column is an extra column; asked for by name, so is a document's."""
    frame = pl.DataFrame({"video_id": ["a"], "views": [1], "marks": [[1, 2]]})
    assert read(frame).frame["marks"].to_list() == [[1, 2]]
    record = {"video_id": "a", "views": 1, "marks": ["p", "q"]}
    assert "marks" not in read([record]).frame.columns
    assert read([record], extras=["marks"]).frame["marks"].to_list() == [["p", "q"]]


def test_a_mapping_says_where_columns_lie():
    """A mapped column comes from its field alone; the others from where they usually are."""
    rows = [{"key": "a", "seen": "1.2K", "views": 3, "likes": 1}]
    frame = read(rows, mapping={"video_id": "key", "views": "seen"}).frame
    assert frame.select("video_id", "views", "likes").rows() == [("a", 1200.0, 1.0)]


def test_a_mapping_reaches_into_records():
    """A mapped field may lie inside objects, written with dots or slashes, and be a list."""
    rows = [{"k": "a", "n": {"v": 5}, "t": ["x"]}]
    mapping = {"video_id": "k", "views": "n/v", "hashtags": "t"}
    frame = read(rows, mapping=mapping).frame
    assert frame.select("views", "hashtags").rows() == [(5.0, ["x"])]


def test_a_mapping_may_tell_of_the_address_alone():
    """The id may come from a mapped address."""
    rows = [{"where": "https://www.tiktok.com/@b/video/7301444403200012345"}]
    assert ids(read(rows, mapping={"url": "where"})) == ["7301444403200012345"]


def test_a_bad_mapping_is_named():
    """A mapping onto no column, or from no field, is an error that says which there are."""
    with pytest.raises(OptionError, match="--map plays: no such column"):
        read(ROWS, mapping={"plays": "views"})
    with pytest.raises(SourceError, match=r"has no field 'nope' \(it has: group, score, v"):
        read(ROWS, mapping={"views": "nope"})


def test_duplicates_are_merged_and_counted():
    """Rows of one video at one moment are one, with the first known value of each column."""
    moment = "2025-05-19T15:45:53Z"
    rows = [
        {"video_id": "a", "scraped_at": moment, "views": None, "likes": 1, "note": None},
        {"video_id": "b", "scraped_at": None, "views": 3, "likes": 2, "note": "p"},
        {"video_id": "a", "scraped_at": moment, "views": 7, "likes": 9, "note": "q"},
        {"video_id": "b", "scraped_at": None, "views": 4, "likes": 2, "note": "r"},
        {"video_id": "a", "scraped_at": "2025-05-20", "views": 8, "likes": 1, "note": "s"},
    ]
    reading = read(rows)
    assert (reading.read, reading.duplicates) == (5, 2)
    assert reading.frame.select("video_id", "views", "likes", "note").rows() == [
        ("a", 7.0, 1.0, "q"),
        ("b", 3.0, 2.0, "p"),
        ("a", 8.0, 1.0, "s"),
    ]
    assert adds_up(reading)


def test_files_are_stacked(tmp_path):
    """Several files, patterns and frames make one frame; what one lacks is null there."""
    for k in (2, 1):
        path = tmp_path / f"part{k}.json"
        path.write_text(json.dumps([{"video_id": f"v{k}", "views": k, f"x{k}": k, "y": k}]))
    table = tmp_path / "more.csv"
    table.write_text("video_id,views,y\nv3,-3,z\nv1,1,z\n")
    frame = pl.DataFrame({"video_id": ["v4"], "views": [4.0], "y": [0.5]})
    reading = read([str(tmp_path / "part*.json"), table, frame])
    assert ids(reading) == ["v1", "v2", "v4"]
    assert reading.frame.select("x1", "x2", "y").rows() == [
        (1, None, "1"),
        (None, 2, "2"),
        (None, None, "0.5"),
    ]
    assert reading.rejections.rows() == [(str(table), 1, "views", "negative: -3")]
    assert [name for _, name in reading.sources] == ["table"] * 4
    assert (reading.read, reading.duplicates) == (5, 1)


def test_pattern_characters_in_a_name_do_no_harm(tmp_path):
    """A file whose name looks like a pattern is itself."""
    path = tmp_path / "part[1].json"
    path.write_text(json.dumps(ROWS))
    assert ids(read(path)) == ["a", "c", "d"]


@pytest.mark.parametrize("nothing", [[], 5, [5], {}, None])
def test_what_is_no_source_is_refused(nothing):
    """Something that is neither path, frame nor records is an error."""
    with pytest.raises(OptionError, match="nothing to read records from"):
        read(nothing)


def test_author_ids_are_of_one_kind_in_a_file():
    """Ids and handles never meet: the first kind that most records have is used for all."""
    both = [
        {"id": str(k), "playCount": 1, "diggCount": 1, "authorMeta": meta}
        for k, meta in enumerate([{"id": "6", "name": "x"}, {"name": "y"}, {"id": "7"}])
    ]
    assert read(both).frame["author_id"].to_list() == ["6", None, "7"]
    assert read(both[1:2]).frame["author_id"].to_list() == ["y"]


def test_the_address_names_the_account_where_nothing_else_does():
    """Without an id and a handle, the account is the one in the address."""
    rows = [{"url": "https://www.tiktok.com/@brook/video/7301444403200012345", "views": 1}]
    assert read(rows).frame["author_id"].to_list() == ["brook"]


def test_the_moment_of_posting_comes_from_the_id_where_it_is_missing():
    """A missing moment is recovered from a TikTok id; an unusable one rejects the record."""
    number = str(1_700_000_000 << 32)
    reading = read(
        [
            {"video_id": number, "views": 1, "created_at": None},
            {"video_id": number, "views": 1, "created_at": "soon", "scraped_at": "2025-01-01"},
        ]
    )
    assert reading.frame["created_at"].to_list() == [datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)]
    assert reading.rejections.select("field", "reason").rows() == [("created_at", "not a date")]


def test_records_without_an_id_are_rejected():
    """A missing id rejects the record, and so does one that lost its digits."""
    rows = [{"video_id": i, "views": 1, "url": None} for i in ("a", None, "7.5E+18", 7.5e18)]
    reading = read(rows)
    assert ids(reading) == ["a"]
    assert reading.rejections["reason"].to_list() == [
        "no video id",
        "the id lost its digits (a spreadsheet rounded it)",
        "the id lost its digits (a spreadsheet rounded it)",
    ]


def test_an_empty_list_of_hashtags_stays_empty():
    """Only where hashtags are unknown does the caption tell them."""
    rows = [
        {"video_id": str(k), "views": 1, "caption": c, "hashtags": h}
        for k, (c, h) in enumerate([("#a", []), ("#a", None), (None, None), ("a", None)])
    ]
    assert read(rows).frame["hashtags"].to_list() == [[], ["a"], None, []]


def test_every_record_has_its_place():
    """Of each kept record the file and the row are known; of merged ones, those of the first."""
    reading = read([*ROWS, ROWS[0]])
    assert reading.places.rows() == [("<records>", row) for row in (1, 3, 4)]


def test_rejections_are_summed_up(caplog):
    """The commonest reasons are counted, and logged where only a frame is given."""
    bad = [{"video_id": str(k), "views": v} for k, v in enumerate(["x", "y", "-1", "5"])]
    assert read(bad).commonest_rejections() == [
        ("views", "not a number", 2),
        ("views", "negative: -1", 1),
    ]
    with caplog.at_level("WARNING"):
        assert read_records(bad)["views"].to_list() == [5.0]
    assert "rejected 2 records: views: not a number" in caplog.text


def test_no_rejections_is_an_empty_frame():
    """Without rejections the frame of them has its columns and no rows."""
    rejections = read(ROWS[:1]).rejections
    assert rejections.columns == ["file", "row", "field", "reason"]
    assert rejections.height == 0
