"""Writing samples to a file."""

import itertools
import json
import os
import stat

import pytest

from virality.errors import OutputError
from virality.sample import make_sample, write_sample
from virality.sample.writing import write_array


def test_the_file_holds_the_sample(tmp_path) -> None:
    """One JSON array, equal to the records of `make_sample`, and the counts are returned."""
    path = tmp_path / "videos.json"
    counts = write_sample(path, 600, seed=2)
    sample = make_sample(600, seed=2)
    assert (
        json.loads(path.read_text(encoding="utf-8"), parse_constant=pytest.fail) == sample.records
    )
    assert counts == sample.counts


def test_the_same_arguments_write_the_same_bytes(tmp_path) -> None:
    """Two files of one seed are equal byte for byte; another seed differs."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_sample(str(tmp_path / name), 50, seed)
    first, again, other = ((tmp_path / name).read_bytes() for name in "abc")
    assert first == again != other


def test_an_empty_array_is_an_array(tmp_path) -> None:
    """No records make no text that JSON refuses."""
    write_array(tmp_path / "none.json", [])
    assert json.loads((tmp_path / "none.json").read_text()) == []


def test_a_missing_folder_is_an_output_error(tmp_path) -> None:
    """The error names the path; nothing is created."""
    path = tmp_path / "nowhere" / "videos.json"
    with pytest.raises(OutputError, match="cannot be written") as caught:
        write_sample(path, 10)
    assert caught.value.where == str(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_locked_folder_is_an_output_error(tmp_path) -> None:
    """A folder without the right to write refuses, and stays empty."""
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(OutputError):
        write_sample(tmp_path / "videos.json", 10)
    tmp_path.chmod(stat.S_IRWXU)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_halfway_leaves_what_was_there(tmp_path) -> None:
    """A full disk or a bad record neither destroys the old file nor leaves a part of the new."""
    path = tmp_path / "videos.json"
    path.write_text("old")

    def failing(error):
        yield {"fine": 1}
        raise error

    with pytest.raises(OutputError, match="No space left"):
        write_array(path, failing(OSError(28, "No space left on device")))
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_array(path, [{"bad": float("nan")}])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_way_is_an_output_error(tmp_path) -> None:
    """A folder of that name is not replaced, and no temporary file remains beside it."""
    path = tmp_path / "videos.json"
    path.mkdir()
    with pytest.raises(OutputError):
        write_array(path, itertools.repeat({}, 2))
    assert list(tmp_path.iterdir()) == [path]
