"""Decoding only what is wanted gives what decoding everything gives."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from virality.records import read
from virality.records.documents import decode
from virality.records.lean import lean_decoder
from virality.records.plucking import pluck
from worlds import sample

PATHS = ["id", "a.b", "a.c", "x.y.z", "tags[]", "d.tags[]"]
SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["b", "c", "y", "z", "name", "tags", "o"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
RECORDS = st.dictionaries(
    st.sampled_from(["id", "a", "x", "tags", "d", "a.b", "x.y.z", "other"]), VALUES, max_size=6
)


@given(st.lists(RECORDS, min_size=1, max_size=5))
def test_whatever_the_records_hold_the_same_columns_come_out(records):
    nodes = [msgspec.Raw(json.dumps(record).encode()) for record in records]
    general = pluck(nodes, decode, PATHS, every=False)
    assert_frame_equal(pluck(nodes, lean_decoder(PATHS), PATHS, every=False), general)


def test_the_sample_reads_alike_with_and_without_its_extra_columns(tmp_path):
    path = tmp_path / "v.json"
    path.write_text(json.dumps(list(sample().records)))
    every, lean = read(path), read(path, extras=["synthetic"])
    assert_frame_equal(every.frame.select(lean.frame.columns), lean.frame)
    assert_frame_equal(every.rejections, lean.rejections)


def test_what_is_no_record_is_left_to_the_general_decoder():
    lean = lean_decoder(["id"])
    for text in (b"[1]", b"7", b'{"id": 1e400}', b'{"id": "\xff"}', b'{"id": NaN}'):
        assert str(lean(msgspec.Raw(text))) == str(decode(msgspec.Raw(text)))
    assert lean({"id": 1}) == {"id": 1}
