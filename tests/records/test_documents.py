"""Records are found wherever a JSON document keeps them."""

import json

import msgspec
import pytest

from virality.records import read
from virality.records.documents import decode

ONE = {"id": "7301444403200012345", "desc": "a", "stats": {"playCount": 5, "diggCount": 1}}
TWO = {"id": "7301444403200012346", "desc": "b", "stats": {"playCount": 6, "diggCount": 2}}
DOCUMENTS = {
    "array": [ONE, TWO],
    "collector": {"headers": {"a": 1}, "collector": [ONE, TWO]},
    "data.videos": {"code": 0, "data": {"videos": [ONE, TWO], "cursor": "0"}},
    "itemList": {"itemList": [ONE, TWO], "hasMore": True},
    "three deep": {"a": {"b": {"items": [ONE, TWO]}}},
    "beside other arrays": {"errors": [{"code": 1}], "aweme_list": [ONE, TWO], "tags": ["x"]},
    "by id": {ONE["id"]: ONE, TWO["id"]: TWO},
    "by id, inside": {"data": {ONE["id"]: ONE, TWO["id"]: TWO}},
}


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_records_are_found_in(kind, tmp_path):
    """The array of records is found at any depth up to three, and records under their ids."""
    path = tmp_path / "file"
    path.write_text(json.dumps(DOCUMENTS[kind]))
    assert read(path).frame["views"].to_list() == [5.0, 6.0]


def test_a_single_record_is_a_file(tmp_path):
    """One record alone is a file of one, even with lists of objects inside."""
    path = tmp_path / "file"
    path.write_text(json.dumps({**ONE, "challenges": [{"id": "1", "title": "rain"}]}))
    frame = read(path).frame
    assert frame.select("views", "hashtags").rows() == [(5.0, ["rain"])]


def test_an_unknown_form_with_a_mapping_is_its_longest_array(tmp_path):
    """Where no source fits, a mapping tells the fields and the longest array the records."""
    path = tmp_path / "file"
    path.write_text(json.dumps({"meta": {"n": 2}, "rows": [{"k": "a", "v": 1}, {"k": "b"}]}))
    frame = read(path, mapping={"video_id": "k", "views": "v"}).frame
    assert frame.select("video_id", "views").rows() == [("a", 1.0), ("b", None)]


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5_000])
def test_what_is_not_finite_is_rejected(literal, tmp_path):
    """Numbers that JSON does not have, or that have no end, reject the record, not the file."""
    path = tmp_path / "file"
    path.write_text(f'[{{"video_id": "a", "views": {literal}}}, {{"video_id": "b", "views": 2}}]')
    reading = read(path)
    assert reading.frame["video_id"].to_list() == ["b"]
    assert reading.rejections.rows() == [(str(path), 1, "views", "not a finite number")]


def test_what_is_not_finite_is_unknown_in_an_extra_column(tmp_path):
    """In a column that we do not know, such a number is unknown."""
    path = tmp_path / "file"
    path.write_text('{"video_id": "a", "views": 1, "s": NaN}\n{"video_id": "b", "s": 0.5}')
    assert read(path).frame["s"].to_list() == [None, 0.5]


def test_a_record_that_is_no_object_is_rejected(tmp_path):
    """A number among the records is rejected with its place."""
    path = tmp_path / "file"
    path.write_text('[{"video_id": "a", "views": 1}, 5, "x", null]')
    reading = read(path)
    assert reading.read == 4
    assert reading.rejections.select("row", "field", "reason").rows() == [
        (row, "record", "not an object") for row in (2, 3, 4)
    ]


def test_half_characters_do_no_harm(tmp_path):
    """Half of a surrogate pair, which JSON can write and UTF-8 cannot, is replaced."""
    path = tmp_path / "file"
    path.write_text(
        '[{"video_id": "a", "views": 1, "caption": "x\\ud83d", "hashtags": ["\\ud83d"]}]'
    )
    assert read(path).frame["caption"].to_list() == ["x?"]


def test_a_record_nested_without_end_is_rejected(tmp_path):
    """One absurdly deep record does not stop the others."""
    path = tmp_path / "file"
    deep = '{"video_id": "a", "x": ' + "[" * 900 + "]" * 900 + "}"
    path.write_text(f'[{deep}, {{"video_id": "b", "views": 2}}]')
    reading = read(path)
    assert reading.read == 2
    assert "b" in reading.frame["video_id"].to_list()


def test_values_already_decoded_stay():
    """Decoding what is decoded changes nothing."""
    assert decode({"a": 1}) == {"a": 1}


def test_a_column_of_several_types_is_text(tmp_path):
    """Numbers and words in one field are read alike, in any order."""
    path = tmp_path / "file"
    views = [1_200, "1.2K", 1_200.0, "1,200", None, True, 2**70]
    path.write_text(json.dumps([{"video_id": f"v{k}", "views": v} for k, v in enumerate(views)]))
    reading = read(path)
    assert reading.frame["views"].to_list() == [1200.0, 1200.0, 1200.0, 1200.0, None, float(2**70)]
    assert reading.rejections["reason"].to_list() == ["not a number"]


def test_a_node_that_cannot_be_decoded_says_why():
    """What neither parser takes becomes a reason, not an error."""
    deep = b"[" * 5_000 + b"]" * 5_000
    assert decode(msgspec.Raw(deep)) == "nested too deeply"
    assert decode(msgspec.Raw(b'{"a": 1e400, "b": ' + deep + b"}")) == "not readable as JSON"


def test_many_records_under_their_ids(tmp_path):
    """An object of very many members is no single record."""
    path = tmp_path / "file"
    path.write_text(json.dumps({f"{k}": {**ONE, "id": f"{k}"} for k in range(300)}))
    assert read(path).read == 300


def test_flat_keys_with_dots_are_paths(tmp_path):
    """A document whose keys hold the dots themselves is read as if it were nested."""
    flat = {"id": "1", "desc": "a", "stats.playCount": 5, "stats.diggCount": 1}
    path = tmp_path / "file"
    path.write_text(json.dumps([flat, ONE]))
    for extras in (None, ()):
        assert read(path, extras=extras).frame["views"].to_list() == [5.0, 5.0]


def test_lists_and_values_may_share_a_field(tmp_path):
    """Hashtags that are a list here and a text there are read from both."""
    path = tmp_path / "file"
    tags = [["rain"], "rain, roof", {"name": "rain"}, None]
    rows = [{"video_id": f"v{k}", "views": 1, "hashtags": t} for k, t in enumerate(tags)]
    path.write_text(json.dumps(rows))
    for extras in (None, ()):
        found = read(path, extras=extras).frame["hashtags"].to_list()
        assert found == [["rain"], ["rain", "roof"], None, None]
