"""The wheel holds what it needs, and scores without any extra."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="hatchling is not installed")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    code = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return folder / done.stdout.strip().splitlines()[-1]


def test_the_wheel_holds_all_that_is_not_python_as_well(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    kept = [path for path in (source / "virality").rglob("*") if path.is_file()]
    wanted = {
        path.relative_to(source).as_posix()
        for path in kept
        if "__pycache__" not in path.parts and path.suffix not in {".nbi", ".nbc"}
    }
    assert "virality/py.typed" in wanted
    assert any(name.endswith(".html") for name in wanted)
    assert wanted <= names


def test_the_wheel_scores_with_numpy_alone(wheel, tmp_path):
    """Polars, Numba, FastAPI and all other packages are hidden from it."""
    code = """
import sys
wheel, site, model = sys.argv[1:]
sys.path.insert(0, wheel)
sys.path.append(site)
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"polars", "numba", "fastapi", "sklearn", "msgspec", "click"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Hidden())
from virality.ml import predict_with_ml
import virality
assert wheel in virality.__file__
print(predict_with_ml([0.1] * 15, model))
"""
    unpacked = tmp_path / "wheel"
    zipfile.ZipFile(wheel).extractall(unpacked)
    model = ROOT / "tests" / "fixtures" / "models" / "version-1.json"
    words = [str(unpacked), sysconfig.get_paths()["purelib"], str(model)]
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, *words],
        check=True, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.strip() == "21.9"
