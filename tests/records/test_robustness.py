"""No altered record crashes the reader, and no row goes missing."""

import copy
import json
import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import SourceError, ViralityError
from virality.records import CANONICAL, read, to_records

FIXTURES = Path(__file__).parents[1] / "fixtures" / "records"
FORMS = ["apify.json", "tiktok_api.json", "research_api.json"]
RECORDS = [record for name in FORMS for record in json.loads((FIXTURES / name).read_text())]
LINES = [(FIXTURES / name).read_text() for name in ("pyktok.csv", "table_thesis.csv")]
JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(10**400), 10**400),
        st.floats(),
        st.text(max_size=6),
        st.sampled_from(["-1", "1e999", "2025-99-99", "NaN", "\ud83d", "0", "x" * 100_001]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(record, prefix=()):
    """List the places inside a record."""
    for key, value in record.items():
        yield (*prefix, key)
        if isinstance(value, dict):
            yield from paths(value, (*prefix, key))


def put(record, path, value):
    """Change one place of a record, or take it out."""
    *parents, leaf = path
    for key in parents:
        record = record.get(key)
        if not isinstance(record, dict):
            return
    if value is put:
        record.pop(leaf, None)
    else:
        record[leaf] = value


@st.composite
def altered(draw):
    """Alter a record: fields dropped, nulled, of other types, with junk, in another order."""
    record = copy.deepcopy(draw(st.sampled_from(RECORDS)))
    places = st.lists(st.sampled_from(sorted(paths(record))), max_size=5)
    for path in draw(places):
        put(record, path, draw(st.one_of(st.just(put), st.none(), JUNK)))
    order = draw(st.permutations(sorted(record)))
    return {key: record[key] for key in order}


def adds_up(reading):
    """Check that every row is accounted for, and the frame whole."""
    kept = reading.frame.height + reading.rejections.height
    assert reading.read == kept + reading.duplicates + reading.filtered
    assert list(reading.frame.schema.items())[: len(CANONICAL)] == list(CANONICAL.items())
    assert reading.rejections["reason"].null_count() == 0
    assert reading.rejections["field"].null_count() == 0


@given(st.lists(altered(), min_size=1, max_size=4))
def test_no_altered_record_crashes_the_reader(records):
    """Whatever happens to records, they are kept, rejected, merged, or an error of ours."""
    try:
        reading = read(records)
    except ViralityError:
        return
    assert reading.read == len(records)
    adds_up(reading)


@given(st.lists(altered(), min_size=1, max_size=4), st.booleans())
def test_no_altered_document_crashes_the_reader(tmp_path_factory, records, lines):
    """The same through a file, as an array or as lines."""
    path = tmp_path_factory.getbasetemp() / "altered.json"
    texts = [json.dumps(record) for record in records]
    path.write_text("\n".join(texts) if lines else f"[{','.join(texts)}]")
    try:
        reading = read(path, extras=())
    except ViralityError:
        return
    adds_up(reading)


@given(altered())
def test_no_altered_video_crashes_scoring(record):
    """One altered video is a row, or an error of ours."""
    try:
        frame = to_records(record)
    except ViralityError:
        return
    assert frame.height == 1


@given(st.dictionaries(st.text(max_size=6), JUNK, max_size=6))
def test_no_junk_crashes_scoring(record):
    """Nor does a dict of anything."""
    try:
        frame = to_records(record)
    except ViralityError:
        return
    assert frame.height == 1


@given(st.sampled_from(LINES), st.data())
def test_no_altered_table_crashes_the_reader(tmp_path_factory, text, data):
    """A table may lose, gain or change any characters."""
    path = tmp_path_factory.getbasetemp() / "altered.csv"
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 5)))
        text = text[:start] + data.draw(st.text(',;"\n\0x1-é', max_size=3)) + text[end:]
    path.write_text(text, newline="")
    try:
        reading = read(path)
    except ViralityError:
        return
    adds_up(reading)


@given(
    st.binary(max_size=60), st.sampled_from([b"", b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"[{"])
)
def test_no_bytes_crash_the_reader(tmp_path_factory, content, magic):
    """Nor do any bytes whatever, whatever they pretend to be."""
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(magic + content)
    try:
        adds_up(read(path))
    except ViralityError:
        return


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "video_id": st.sampled_from(["a", "b", None]),
                "scraped_at": st.sampled_from(["2025-01-01", "2025-01-02", None, "x"]),
                "views": st.sampled_from([1, 2, None, -1]),
            }
        ),
        min_size=1,
        max_size=12,
    ),
    st.none() | st.integers(1, 12),
    st.sampled_from([None, "views > 1", "views IS NULL"]),
)
def test_rows_add_up(rows, limit, where):
    """Kept, rejected, duplicate and filtered rows are all the rows, under any selection."""
    frame = pl.DataFrame(
        rows, schema=dict.fromkeys(("video_id", "scraped_at"), pl.String) | {"views": pl.Int64}
    )
    reading = read(frame, limit=limit, where=where)
    adds_up(reading)
    assert reading.frame.select("video_id", "scraped_at").is_duplicated().sum() == 0


PATTERNS = ["*", "^.*$", "^views$", "^a|b$"]
WRITERS = {
    "a.csv": lambda rows: pl.DataFrame(rows).write_csv().encode(),
    "ragged.csv": lambda rows: pl.DataFrame(rows).write_csv().encode() + b'3,7,""1\n',
    "a.json": lambda rows: json.dumps(rows).encode(),
    "a.jsonl": lambda rows: "\n".join(map(json.dumps, rows)).encode(),
}


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("file", WRITERS)
def test_a_field_whose_name_looks_like_a_pattern_is_a_field(tmp_path, file, name):
    rows = [{"video_id": str(k), "views": k, name: k + 0.5} for k in (1, 2)]
    (tmp_path / file).write_bytes(WRITERS[file](rows))
    for options in ({}, {"extras": (name,)}):
        frame = read(tmp_path / file, **options).frame
        assert [float(value) for value in frame[name][:2]] == [1.5, 2.5]
    counts = read(tmp_path / file, mapping={"likes": name}, extras=()).frame
    assert counts["likes"][:2].to_list() == [1.5, 2.5]


@pytest.mark.parametrize("name", PATTERNS)
def test_fields_that_look_like_patterns_are_joined_by_name(name):
    frames = [pl.DataFrame({"video_id": [k], "views": [1], name: [k]}) for k in ("a", 7)]
    assert read(frames).frame[name].to_list() == ["a", "7"]


@pytest.mark.parametrize("name", PATTERNS)
def test_rows_of_one_snapshot_are_merged_whatever_their_fields_are_called(name):
    rows = [{"video_id": "a", "views": 1, name: None}, {"video_id": "a", "views": 1, name: "x"}]
    reading = read(rows)
    assert reading.duplicates == 1
    assert reading.frame[name].to_list() == ["x"]


def test_a_pipe_is_refused_as_it_cannot_be_read_again(tmp_path):
    """Its first bytes would be gone once it is known what it holds."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="is a pipe"):
        read(tmp_path / "pipe")
