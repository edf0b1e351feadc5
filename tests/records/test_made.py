"""The reference system's training file: read as it is, and checked throughout."""

import copy
import json
from pathlib import Path

import pytest

from virality.errors import SourceError
from virality.records import read

PATH = Path(__file__).parents[1] / "fixtures" / "records" / "reference.json"
FILE = json.loads(PATH.read_text())


def changed(tmp_path, change):
    """Write a copy of the file with one change."""
    file = copy.deepcopy(FILE)
    change(file)
    path = tmp_path / "file.json"
    path.write_text(json.dumps(file))
    return path


def test_made_features_are_read():
    """Both parts are rows of one frame, called by part and place."""
    reading = read(PATH)
    assert reading.made == ("shareRate", "likeRate")
    assert reading.sources == ((str(PATH), "reference"),)
    assert reading.frame.columns == ["video_id", "shareRate", "likeRate", "tier", "split"]
    assert reading.frame.rows() == [
        ("train/0", 0.1, 0.2, 1, "train"),
        ("train/1", 0.3, 0.4, 5, "train"),
        ("train/2", 0.0, 1.0, 3, "train"),
        ("test/0", 0.5, 0.6, 2, "test"),
    ]
    assert (reading.read, reading.duplicates, reading.rejections.height) == (4, 0, 0)


def test_made_features_can_be_selected():
    """Conditions and limits work on them, too."""
    assert read(PATH, where="tier > 2", limit=1).frame["video_id"].to_list() == ["train/1"]


def test_the_test_part_may_be_empty(tmp_path):
    """A file may have no test rows."""
    path = changed(tmp_path, lambda f: f.update(testSet={"features": [], "labels": []}))
    assert read(path).frame.height == 3


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda f: f["trainSet"]["features"][1].append(1), "trainSet.features[1]"),
        (lambda f: f["trainSet"]["features"][2].pop(), "trainSet.features[2]"),
        (lambda f: f["testSet"]["labels"].__setitem__(0, 6), "testSet.labels[0]"),
        (lambda f: f["testSet"]["labels"].__setitem__(0, 0), "testSet.labels[0]"),
        (lambda f: f["testSet"]["labels"].append(1), "testSet"),
        (lambda f: f["trainSet"].update(count=4), "trainSet"),
        (lambda f: f["trainSet"]["features"][0].__setitem__(0, None), "trainSet.features[0][0]"),
        (lambda f: f["trainSet"]["features"][0].__setitem__(0, float("nan")), "features[0]"),
        (lambda f: f.pop("testSet"), "file.json"),
        (lambda f: f.update(featureNames=[]), "featureNames"),
        (lambda f: f.update(featureNames=["a", "a"]), "featureNames[1]"),
        (lambda f: f.update(featureNames=["tier", "a"]), "featureNames[0]"),
    ],
)
def test_a_broken_training_file_names_the_place(change, place, tmp_path):
    """Whatever is wrong in the file, the error says where."""
    with pytest.raises(SourceError) as caught:
        read(changed(tmp_path, change))
    assert place in caught.value.where
    assert caught.value.remedy


def test_made_features_are_read_alone(tmp_path):
    """A training file cannot be mixed with records, nor with another."""
    for other in ([{"video_id": "a", "views": 1}], PATH):
        path = tmp_path / "other.json"
        path.write_text(json.dumps(other) if isinstance(other, list) else other.read_text())
        with pytest.raises(SourceError, match="cannot be mixed"):
            read([PATH, path])
