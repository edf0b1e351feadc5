"""Model files of every format that there ever was are read, and say what they said."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from goldens import ANSWERS, FOLDER, KINDS, VIDEOS, answers, said
from virality.artefact import FORMAT_VERSION, encode
from virality.model import kernels
from virality.scorer import load

FILES = sorted(path.name for path in FOLDER.glob("version-*.json"))
EXACT = {"rel": 1e-9, "abs": 1e-9}


def flat(value):
    """List the numbers of an answer in order; None is one of them."""
    if isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        return [number for each in inner for number in flat(each)]
    return [np.nan if value is None else value]


def test_this_format_has_a_file_of_each_kind_and_every_file_its_answers():
    assert {f"version-{FORMAT_VERSION}-{kind}.json" for kind in KINDS} <= set(FILES)
    assert set(FILES) == set(json.loads(ANSWERS.read_text()))
    stated = {json.loads((FOLDER / name).read_text()).get("format_version", 0) for name in FILES}
    assert stated == set(range(FORMAT_VERSION + 1))


@pytest.mark.parametrize("compiled", [True, False], ids=["compiled", "plain"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_version_says_what_it_said(name, compiled, monkeypatch):
    if compiled:
        pytest.importorskip(kernels.COMPILER, reason="Numba is not installed")
    else:
        monkeypatch.setattr(kernels, "installed", lambda: False)
    golden = answers()[name]
    found = said(load(FOLDER / name), golden["rows"])
    assert flat(found) == pytest.approx(flat(golden), nan_ok=True, **EXACT)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_version_is_written_in_this_one_without_a_change_of_its_answers(
    name, tmp_path
):
    load(FOLDER / name).save(tmp_path / "new.json")
    again = load(tmp_path / "new.json")
    assert encode(again.artefact)["format_version"] == FORMAT_VERSION
    golden = answers()[name]
    assert flat(said(again, golden["rows"])) == pytest.approx(flat(golden), nan_ok=True, **EXACT)


@pytest.mark.parametrize("name", [name for name in FILES if "creator" in name])
def test_what_is_known_moves_the_answers_that_are_kept(name):
    """A golden answer that nothing could change would prove nothing."""
    scores = [video["score"] for video in answers()[name]["videos"]]
    assert len(set(scores)) == len(VIDEOS)


@pytest.mark.parametrize("kernels", ["Prescott", "Haswell"])
def test_another_processor_is_said_the_same(kernels):
    """Its library of linear algebra does sums in another order."""
    code = (
        "import json, test_versions as here\n"
        "told = {name: here.flat(here.said(here.load(here.FOLDER / name), kept['rows']))\n"
        "        for name, kept in here.answers().items()}\n"
        "print(json.dumps(told))"
    )
    path = os.pathsep.join(sys.path)
    environment = {**os.environ, "OPENBLAS_CORETYPE": kernels, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for name, found in json.loads(done.stdout).items():
        assert found == pytest.approx(flat(answers()[name]), nan_ok=True, **EXACT)
