"""Read slice by slice, records are what they are when read at once."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from virality.errors import DataError, OptionError, SourceError
from virality.records import read
from virality.records.duplicates import merged
from virality.records.lines import lines_of
from virality.records.slices import slices
from virality.sample import make_sample

MADE = Path(__file__).parents[1] / "fixtures" / "records" / "reference.json"


@pytest.fixture(scope="module")
def documents():
    return make_sample(600, seed=3).records


def written(folder, documents, form):
    path = folder / f"videos.{form}"
    if form == "json":
        path.write_text(json.dumps(documents))
    elif form == "jsonl":
        path.write_text("".join(f"{json.dumps(one)}\n" for one in documents))
    elif form == "jsonl.gz":
        path.write_bytes(gzip.compress("\n".join(map(json.dumps, documents)).encode()))
    else:
        frame = read(documents).frame.drop("hashtags")
        frame.write_csv(path) if form == "csv" else frame.write_parquet(path, row_group_size=100)
    return path


def whole(parts):
    usable = merged(pl.concat([part.usable for part in parts]))
    faulty = pl.concat([part.faulty for part in parts])
    return usable, faulty


@pytest.mark.parametrize("form", ["json", "jsonl", "jsonl.gz", "csv", "parquet"])
def test_slices_hold_what_a_reading_at_once_holds(tmp_path, documents, form):
    path = written(tmp_path, documents, form)
    held, parts = read(path, extras=["synthetic"]), list(slices(path, 50, extras=["synthetic"]))
    usable, faulty = whole(parts)
    assert len(parts) > 5
    assert sum(part.seen for part in parts) == held.read
    assert_frame_equal(usable.select(held.frame.columns), held.frame)
    assert usable["\0row"].to_list() == held.places["row"].to_list()
    assert faulty["\0row"].to_list() == held.rejections["row"].to_list()


@pytest.mark.parametrize("choice", [{"limit": 333}, {"where": "views > 5000"}])
def test_a_condition_and_a_limit_leave_out_the_same_records(tmp_path, documents, choice):
    path = written(tmp_path, documents, "jsonl")
    both = [path, path]
    held, parts = read(both, extras=[], **choice), list(slices(both, 70, **choice))
    usable, faulty = whole(parts)
    assert sum(part.seen for part in parts) == held.read
    assert usable.height == held.frame.height
    assert faulty.height == held.rejections.height


def test_one_kind_of_account_id_holds_for_a_whole_file(tmp_path):
    """The first slice decides: the handles of later addresses are another kind."""
    rows = [{"video_id": str(k), "author_id": "a", "views": 5} for k in range(60)]
    rows += [
        {"video_id": str(k), "url": f"https://www.tiktok.com/@b/video/{10**18 + k}", "views": 5}
        for k in range(60, 120)
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    parts = list(slices(path, 2))
    assert set(pl.concat([part.usable for part in parts])["author_id"]) == {"a", None}


def test_a_fault_is_told_with_its_own_line(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("video_id,views\n" + "".join(f"{k},7\n" for k in range(9000)) + "x,1,2,3\n")
    (fault,) = [row for part in slices(path, 1) for row in part.faulty.iter_rows(named=True)]
    assert (fault["\0row"], fault["\0reason"]) == (9001, "4 fields under 2 names (line 9002)")


def test_a_broken_line_is_told_with_its_own_number(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"video_id": "1", "views": 3}\n' * 5000 + '{"video_id": \n')
    with pytest.raises(SourceError, match="line 5001"):
        list(slices(path, 10))


def test_features_already_made_are_not_sliced():
    with pytest.raises(DataError, match="leave out --memory"):
        list(slices(MADE, 10))


def test_a_limit_of_nothing_is_refused(tmp_path):
    with pytest.raises(OptionError, match="1 or more"):
        list(slices(tmp_path / "none.json", 10, limit=0))


@given(
    st.lists(st.text(st.sampled_from('ab",\n'), max_size=8), min_size=1, max_size=30),
    st.integers(1, 40),
)
def test_parts_of_a_text_join_to_it_and_no_part_ends_between_quotes(tmp_path_factory, words, size):
    text = "".join(f'"{word.replace(chr(34), chr(34) * 2)}"\n' for word in words).encode()
    path = tmp_path_factory.mktemp("text") / "t"
    path.write_bytes(text)
    parts = list(lines_of(path, size, quoted=True))
    assert b"".join(part.text for part in parts) == text
    assert all(part.text.count(b'"') % 2 == 0 for part in parts)
    assert all(part.skipped == text[: text.find(part.text)].count(b"\n") for part in parts[:1])
