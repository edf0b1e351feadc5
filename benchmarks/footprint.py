"""What installing and importing costs, beside other libraries: ``make footprint``.

Each is installed by pip into an empty environment, by the versions of ``constraints.txt``; its size
is what that adds to the environment's packages, and its time that of a process that imports it,
less that of one that imports nothing. Writes ``docs/footprint.md``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/footprint.md"
_ROUNDS = 15
_MB = 1e6


@dataclass(frozen=True)
class Case:
    """What is installed, and what is then run."""

    name: str
    requirements: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Found:
    """Megabytes, packages, the largest part and its megabytes, and the seconds of each round."""

    case: Case
    megabytes: float
    packages: int
    largest: tuple[str, float]
    seconds: tuple[float, ...]


def cases() -> tuple[Case, ...]:
    """List what is compared."""
    here = str(ROOT)
    return (
        Case("virality", (here,), "import virality"),
        Case("virality, a model loaded and a row scored", (here,), _scoring()),
        Case("virality[fast]", (f"{here}[fast]",), "import virality"),
        Case("virality[serve,log,report]", (f"{here}[serve,log,report]",), "import virality"),
        Case("scikit-learn", ("scikit-learn",), "import sklearn.linear_model"),
        Case("LightGBM", ("lightgbm",), "import lightgbm"),
    )


def _scoring() -> str:
    model = ROOT / "tests/fixtures/models/version-1.json"
    return (
        "from virality.ml import predict_with_ml; from pathlib import Path; "
        f"predict_with_ml([0.1] * 15, Path({str(model)!r}))"
    )


def measured(case: Case, folder: Path) -> Found:
    """Install into an empty environment, weigh it, and time the import."""
    place = folder / "environment"
    venv.create(place, with_pip=True, clear=True)
    python = place / "bin/python"
    site = next((place / "lib").glob("python*/site-packages"))
    before = {path.name for path in site.iterdir()}
    words = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    constraints = ("--constraint", str(ROOT / "constraints.txt"))
    subprocess.run([python, *words, *constraints, *case.requirements], check=True)
    new = [path for path in site.iterdir() if path.name not in before]
    sizes = {path.name: sum(file.stat().st_size for file in _files(path)) / _MB for path in new}
    packages = sum(path.suffix == ".dist-info" for path in new)
    _timed(python, case.code)  # its bytecode is then kept
    bare = median(_timed(python, "pass") for _ in range(_ROUNDS))
    rounds = tuple(_timed(python, case.code) - bare for _ in range(_ROUNDS))
    largest = max(sizes.items(), key=lambda part: part[1])
    return Found(case, sum(sizes.values()), packages, largest, rounds)


def _files(path: Path) -> list[Path]:
    files = [path] if path.is_file() else list(path.rglob("*"))
    return [one for one in files if one.is_file() and "__pycache__" not in one.parts]


def _timed(python: Path, code: str) -> float:
    begin = time.perf_counter()
    subprocess.run([python, "-c", code], check=True)
    return time.perf_counter() - begin


def rendered(found: list[Found]) -> str:
    """Write the page."""
    rows = [
        f"| {one.case.name} | {one.megabytes:,.0f} | {one.packages} | "
        f"{1e3 * median(one.seconds):,.0f} ({1e3 * min(one.seconds):,.0f} to "
        f"{1e3 * max(one.seconds):,.0f}) |"
        for one in found
    ]
    names = ("numpy", "polars", "scikit-learn", "lightgbm", "numba")
    versions = ", ".join(f"{name} {distribution(name).version}" for name in names)
    ours, peer = (next(one for one in found if one.case.name == name)
                  for name in ("virality", "scikit-learn"))  # fmt: skip
    return _PAGE.format(
        rows="\n".join(rows),
        python=sys.version.split()[0],
        versions=versions,
        rounds=_ROUNDS,
        ours=ours.megabytes,
        peer=peer.megabytes,
        reached="reached" if ours.megabytes < peer.megabytes else "missed",
        part=ours.largest[0].lstrip("_"),
        size=ours.largest[1],
    )


_PAGE = """# What it costs to have it

Made by `make footprint`, on CPython {python} with {versions}. Each is installed by pip into an
empty environment; MB are those that this adds to its packages, without bytecode. A time is that of
a process that runs the import, less that of one that runs nothing: the median of {rounds} rounds,
with the least and the most.

| what | MB | packages | import, ms |
|---|---|---|---|
{rows}

The goal, to take less room than scikit-learn with what it needs, is **{reached}**: {ours:,.0f} MB
against {peer:,.0f}. The largest part is `{part}`, of Polars, with {size:,.0f} MB: it reads and
cleans records; scoring rows of features never loads it.

`import virality` loads nothing but itself: each public name loads what it needs when it is first
used.
"""


def main() -> None:
    """Measure all, and write the page."""
    with tempfile.TemporaryDirectory(prefix="virality-footprint-") as folder:
        found = [measured(case, Path(folder)) for case in cases()]
    PAGE.write_text(rendered(found), "utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
