"""Bytes of every kind: text in any wrapping is read, anything else is refused by name."""

import base64
import gzip
import json

import pytest

from virality.errors import SourceError
from virality.records import read

RECORDS = [{"video_id": "a", "views": 5}, {"video_id": "b", "views": 6}]
JSON = json.dumps(RECORDS)
LINES = "\n".join(json.dumps(record) for record in RECORDS)
CSV = "video_id,views\na,5\nb,6\n"
WRAPPED = {
    "json": JSON.encode(),
    "json with a mark": b"\xef\xbb\xbf" + JSON.encode(),
    "json in UTF-16": JSON.encode("utf-16"),
    "json after blanks": b"\n\n  " + JSON.encode(),
    "json lines": LINES.encode(),
    "json lines with gaps": (LINES.replace("\n", "\n\n") + "\n").encode(),
    "csv": CSV.encode(),
    "csv with a mark": b"\xef\xbb\xbf" + CSV.encode(),
    "csv in UTF-16": CSV.encode("utf-16"),
    "csv of Windows": CSV.replace("\n", "\r\n").encode(),
    "csv of old": CSV.replace("\n", "\r").encode(),
    "semicolons": CSV.replace(",", ";").encode(),
    "tabs": CSV.replace(",", "\t").encode(),
    "json.gz": gzip.compress(JSON.encode()),
    "csv.gz": gzip.compress(CSV.encode()),
}
ZSTD = {
    "json": "KLUv/QBYfQEAVAJbeyJ2aWRlb19pZCI6ICJhIiwgInZpZXdzIjogNX0sIGI2fV0KAgCAExCyegI=",
    "json lines": "KLUv/QBYZQEAJAJ7InZpZGVvX2lkIjogImEiLCAidmlld3MiOiA1fQpiNn0KAgCAEwZZOQE=",
    "csv": "KLUv/QBYwQAAdmlkZW9faWQsdmlld3MKYSw1CmIsNgoK",
}
BROKEN = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n ", "the file is empty"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(20), "a PNG picture"),
    "archive": (b"PK\x03\x04" + bytes(20), "a zip archive"),
    "database": (b"SQLite format 3\0" + bytes(20), "not a database"),
    "null bytes": (b'[{"video_id": "a\0"}]', "a null byte at byte 16"),
    "no UTF-8": (b'[{"video_id":\n "\xff"}]', "a broken character at byte 16"),
    "cut UTF-8": ("video_id,views\na,é".encode()[:-1], "a broken character at byte 17"),
    "false UTF-16": (b"\xff\xfe\x00\xd8\x00\x00", "begins as UTF-16"),
    "cut gzip": (gzip.compress(JSON.encode())[:-9], "broken or incomplete"),
    "cut zstd": (b"\x28\xb5\x2f\xfd\x00\x01", "broken or incomplete"),
    "cut parquet": (b"PAR1" + bytes(30) + b"PAR1", "the Parquet file is broken"),
    "empty array": (b"[]", "holds no records"),
    "empty object": (b"{}", "holds no records"),
    "empty collector": (b'{"headers": {}, "collector": []}', "holds no records"),
    "array of numbers": (b"[1, 2, 3]", "holds no records"),
    "empty records": (b"[{}, {}]", "holds no records"),
    "header alone": (b"video_id,views\n", "holds no records"),
    "cut json": (b'[{"video_id": "a"},\n {"video_id":', "breaks off"),
    "trailing comma": (b'[{"video_id": "a"},]', "broken or breaks off"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "deep object": (b'{"a":' * 100_000, "nested too deeply"),
    "deep after NaN": (b"[NaN, " + b"[" * 100_000, "nested too deeply"),
    "two columns": (b"video_id,views,views\na,1,2\n", "two columns called 'views'"),
    "words": (b"just some words", "no known source has these fields: just some words"),
}


@pytest.mark.parametrize("kind", sorted(WRAPPED))
def test_text_is_read_in_any_wrapping(kind, tmp_path):
    """What a file is, its content says, not its name."""
    path = tmp_path / "file.png"
    path.write_bytes(WRAPPED[kind])
    frame = read(path).frame
    assert frame.select("video_id", "views").rows() == [("a", 5.0), ("b", 6.0)]


@pytest.mark.parametrize("kind", sorted(ZSTD))
def test_zstd_is_unpacked(kind, tmp_path):
    """A file packed by zstd is read as what it holds."""
    path = tmp_path / "file"
    path.write_bytes(base64.b64decode(ZSTD[kind]))
    assert read(path).frame["views"].to_list() == [5.0, 6.0]


@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_broken_files_are_refused_with_what_where_and_remedy(kind, tmp_path):
    """A broken file is an error that says what is wrong, in which file, and what to do."""
    content, what = BROKEN[kind]
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        read(path)
    assert what in caught.value.what
    assert caught.value.where.startswith(str(path))
    assert caught.value.remedy


def test_a_broken_document_names_line_and_column(tmp_path):
    """Where JSON breaks off, the line and the column are named."""
    path = tmp_path / "file.json"
    path.write_bytes(BROKEN["cut json"][0])
    with pytest.raises(SourceError, match="line 2, column 14"):
        read(path)


def test_a_broken_line_of_json_lines_is_named(tmp_path):
    """Where a line of JSON lines is broken, its number is named."""
    path = tmp_path / "file.json"
    path.write_text('{"video_id": "a"}\n\n{"video_id": \n')
    with pytest.raises(SourceError, match="line 3, column"):
        read(path)


def test_a_broken_character_names_its_line_beyond_the_first_megabytes(tmp_path):
    """Bytes are checked step by step, and the place is right across the steps."""
    path = tmp_path / "file.csv"
    path.write_bytes(b"video_id,views\n" + "é,1\n".encode() * 1_000_000 + b"\xff,2\n")
    with pytest.raises(SourceError, match=r"line 1000002: .*byte 5000015"):
        read(path)


def test_missing_paths_folders_and_patterns(tmp_path):
    """A missing path, a folder, and a pattern that matches nothing are each named."""
    for source, what in [
        (tmp_path / "missing.json", "there is no such file"),
        (tmp_path, "is a folder"),
        (str(tmp_path / "*.json"), "matches no file"),
    ]:
        with pytest.raises(SourceError) as caught:
            read(source)
        assert what in caught.value.what
        assert str(tmp_path) in caught.value.where


def test_unreadable_files_are_named(tmp_path, monkeypatch):
    """What the system refuses to open is an error of ours, at either look at the file."""
    path = tmp_path / "file.csv"
    path.write_text(CSV)
    monkeypatch.setattr(type(path), "read_bytes", _refuse)
    with pytest.raises(SourceError, match="cannot be read"):
        read(path)
    monkeypatch.setattr(type(path), "open", _refuse)
    with pytest.raises(SourceError, match="cannot be read"):
        read(path)


def _refuse(*_args, **_kwargs):
    raise PermissionError(13, "Permission denied")
