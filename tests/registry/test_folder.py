import json
import os
import random
import subprocess
import sys
import time

import pytest

from virality.errors import ArtefactError, OptionError, OutputError
from virality.registry.folder import Registry
from virality.registry.rollback import rolled_back
from virality.storage.atomic import NEW
from worlds import scorer

STATED = {"reason": "a test", "verdict": None}


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "models")


def kept(registry, seed=0, replaced=None):
    """A version whose model is unlike those of other seeds."""
    stated = {**STATED, "replaced": replaced}
    return registry.keep("versions", scorer(seed=seed, moment="before"), stated)


def test_a_version_that_serves_is_the_file_that_is_served(registry):
    assert registry.serving() is None
    version = kept(registry)
    registry.serve(version)
    assert registry.model.read_bytes() == version.model.read_bytes()
    assert registry.serving() == version
    assert version.load().score({}) == scorer(moment="before").score({})


def test_numbers_go_on_across_what_is_kept_and_what_is_rejected(registry):
    first = kept(registry)
    rejected = registry.keep("rejected", None, {"reason": "refused", "verdict": None})
    assert (first.number, rejected.number, kept(registry).number) == (1, 2, 3)
    assert [one.number for one in registry.listed()] == [1, 3]
    assert [one.entry["reason"] for one in registry.listed("rejected")] == ["refused"]


def test_files_of_a_version_are_for_reading_only(registry):
    version = registry.keep("versions", scorer(moment="before"), STATED, {"report.md": b"# It"})
    names = {one.name for one in version.folder.iterdir()}
    assert names == {"model.json", "entry.json", "report.md"}
    assert all(one.stat().st_mode & 0o222 == 0 for one in version.folder.iterdir())


def test_a_model_that_was_changed_is_neither_loaded_nor_served(registry):
    version = kept(registry)
    registry.serve(version)
    before = registry.model.read_bytes()
    version.model.chmod(0o644)
    version.model.write_bytes(before.replace(b'"numClasses": 5', b'"numClasses":  5'))
    with pytest.raises(ArtefactError, match="not the model that was put there"):
        version.load()
    with pytest.raises(ArtefactError, match="not the model that was put there"):
        registry.serve(version)
    assert registry.model.read_bytes() == before


def test_a_served_file_from_elsewhere_is_named_and_rollback_mends_it(registry):
    version = kept(registry)
    registry.model.write_text("{}")
    with pytest.raises(ArtefactError, match="none of the versions"):
        registry.serving()
    assert rolled_back(registry, version.number) == (version, None)
    assert registry.serving() == version


def test_rollback_goes_to_what_served_before(registry):
    versions = [kept(registry, seed, replaced) for seed, replaced in enumerate((None, 1, 1))]
    registry.serve(versions[2])
    assert rolled_back(registry) == (versions[0], versions[2])
    with pytest.raises(OptionError, match="nothing served before it"):
        rolled_back(registry)
    assert rolled_back(registry, 2) == (versions[1], versions[0])
    assert rolled_back(registry) == (versions[0], versions[1])
    with pytest.raises(OptionError, match="there are: 1, 2, 3"):
        rolled_back(registry, 7)
    assert registry.serving() == versions[0]


def test_a_registry_without_the_file_that_is_served_says_how_to_mend_it(registry):
    version = kept(registry)
    with pytest.raises(ArtefactError, match=r"no such file.*rollback"):
        registry.serving()
    assert rolled_back(registry, 1) == (version, None)
    assert registry.serving() == version


def test_a_folder_with_a_model_of_ones_own_is_no_registry(registry):
    registry.model.write_text("{}")
    with pytest.raises(ArtefactError, match="move it elsewhere"):
        registry.serving()
    with pytest.raises(OptionError, match="names no folder"):
        Registry("")


def test_nobody_else_changes_a_registry_meanwhile(registry):
    other = Registry(registry.path)
    refused = pytest.raises(OutputError, match="another process")
    with registry.locked(), refused, other.locked():
        pytest.fail("two at once")
    with other.locked():
        assert other.serving() is None


def test_what_a_killed_process_left_is_cleared_away(registry):
    left = registry.path / "versions" / f"{NEW}abc"
    left.mkdir()
    (left / "model.json").write_text("{")
    with registry.locked():
        assert not left.exists()
    assert registry.listed() == ()


@pytest.mark.parametrize("entry", ["{", "[]", '{"number": 1}', '{"number": "x", "sha256": ""}'])
def test_a_damaged_statement_is_named(registry, entry):
    version = kept(registry)
    place = version.folder / "entry.json"
    place.chmod(0o644)
    place.write_text(entry)
    with pytest.raises(ArtefactError, match="cannot be read"):
        registry.listed()


@pytest.mark.skipif(os.name == "nt", reason="folders are closed otherwise there")
def test_a_place_that_cannot_be_written_is_an_error_that_leaves_nothing(registry, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be made"):
        Registry(tmp_path / "file" / "models")
    (registry.path / "versions" / "0001").mkdir()
    (registry.path / "versions" / "0001" / "taken").write_text("")
    with pytest.raises(OutputError):
        registry.keep("versions", scorer(moment="before"), STATED, {"no/such": b""})
    assert [one.name for one in (registry.path / "versions").iterdir()] == ["0001"]


_CHANGING = """
import sys
from virality.registry.folder import Registry
registry = Registry(sys.argv[1])
versions = registry.listed()
model = versions[0].load()
print("ready", flush=True)
while True:
    for version in versions[:2]:
        registry.serve(version)
        registry.keep("versions", model, {"reason": "again", "verdict": None})
"""


def test_a_kill_at_any_moment_leaves_the_old_model_or_the_new(registry):
    versions = [kept(registry, seed) for seed in range(2)]
    registry.serve(versions[0])
    whole = {version.model.read_bytes() for version in versions}
    for _ in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHANGING, str(registry.path)], stdout=subprocess.PIPE
        )
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0.02, 0.2))  # noqa: S311  any moment
        child.kill()
        child.wait()
        child.stdout.close()
        assert registry.model.read_bytes() in whole
        assert registry.serving().entry["sha256"] in {one.entry["sha256"] for one in versions}
        with registry.locked():
            for version in registry.listed():
                version.require_whole()
    assert not list(registry.path.glob(f"*/{NEW}*"))


def test_what_is_stated_of_a_version_is_plain_json(registry):
    version = registry.keep(
        "versions", scorer(moment="before"), {"reason": "r", "verdict": {"p": 1}}
    )
    stated = json.loads((version.folder / "entry.json").read_text())
    assert stated == dict(version.entry)
    assert set(stated) == {"number", "made_at", "sha256", "reason", "verdict"}
