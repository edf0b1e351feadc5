import os
import stat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from virality.errors import ArtefactError, OutputError
from virality.storage.atomic import replace_file, require_writable, write_document
from virality.storage.checked import Field, read_document

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_what_is_written_is_read_back_exactly(tmp_path_factory, document):
    path = tmp_path_factory.mktemp("round") / "model.json"
    write_document(document, path)
    assert read_document(path).members() == document


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_not_finite_is_not_written_and_leaves_the_old_file(tmp_path, number):
    path = tmp_path / "model.json"
    write_document({"a": 1}, path)
    with pytest.raises(OutputError, match="not finite"):
        write_document({"a": number}, path)
    assert read_document(path).members() == {"a": 1}


def test_a_full_disk_leaves_the_old_file_and_no_temporary_one(tmp_path, monkeypatch):
    path = tmp_path / "model.json"
    replace_file(path, b"old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_written_to_and_never_replaced(tmp_path):
    """A pipe stands for it: what is no file must stay what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        replace_file(pipe, b"scores")
        assert os.read(reader, 99) == b"scores"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_link_keeps_pointing_where_it_does(tmp_path):
    (tmp_path / "real.json").write_bytes(b"1")
    (tmp_path / "link.json").symlink_to("real.json")
    replace_file(tmp_path / "link.json", b"2")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "real.json").read_bytes() == b"2"


@pytest.mark.parametrize("path", ["missing/m.json", "folder", "folder/", "new/"])
def test_a_place_is_found_unwritable_before_any_work(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        require_writable(path)
    require_writable("new.json")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize("path", ["missing/folder/model.json", ".", ""])
def test_a_place_that_cannot_be_written_is_an_error(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError):
        replace_file(path, b"new")
    assert not list(tmp_path.iterdir())


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path):
    path = tmp_path / "model.json"
    replace_file(path, b"1")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask
    path.chmod(0o600)
    replace_file(path, b"2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (b'{"a": [1, 2', r"model.json:1:12: not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"a": NaN}', "holds NaN"),
        (b'{"a": -Infinity}', "holds -Infinity"),
        (b"\x89PNG\r\n\x1a\n\x00", "not a text file"),
        (b"[" * 100_000, "not a model's JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not a model's JSON"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path, content, says):
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match=says):
        read_document(path)


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(ArtefactError, match="virality train SOURCE"):
        read_document(tmp_path / "model.json")


def test_a_folder_is_no_model_file(tmp_path):
    with pytest.raises(ArtefactError, match="cannot be read"):
        read_document(tmp_path)


@pytest.mark.parametrize(
    ("value", "shape", "says"),
    [
        ([[1, 2], [3]], (-1, -1), "m: its rows differ in length"),
        ([1, "2"], (2,), r"m\[1\]: not a number"),
        ([1, True], (2,), r"m\[1\]: not a number"),
        ([1, 1e999], (2,), r"m\[1\]: not a finite number"),
        ([1, 10**400], (2,), r"m\[1\]: not a finite number"),
        ([1, None], (2,), r"m\[1\]: not a number"),
        ([1, 2], (3,), r"m: has shape \(2,\), not \(3,\)"),
        (7, (1,), "m: not an array"),
        ([], (2, 2), r"m: has shape \(0,\)"),
    ],
)
def test_an_array_is_refused_with_the_entry_at_fault(value, shape, says):
    with pytest.raises(ArtefactError, match=says):
        Field(value, "m").array(*shape)


def test_members_are_named_by_their_path():
    root = Field({"a": {"b": 1, "n": None}}, "model.json")
    assert root["a"]["b"].integer() == 1
    assert root["a"].optional("n") is None
    assert root["a"].optional("x") is None
    for act, says in (
        (lambda: root["x"], "model.json: the field 'x' is missing"),
        (lambda: root["a"]["b"]["c"], "model.json.a.b: not a JSON object"),
        (root["a"].integer, "model.json.a: not a whole number"),
        (root["a"].text, "model.json.a: not a string"),
        (root["a"]["b"].members, "model.json.a.b: not a JSON object"),
    ):
        with pytest.raises(ArtefactError, match=says):
            act()
