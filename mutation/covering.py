"""Which tests concern a line of the mathematics: those that run it, by how long they take.

Two maps are made. In one the tests run as ever, in the other without Numba's compiler, as compiled
code cannot be followed, and a change of it is judged in a second by tests that do not compile it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from coverage import CoverageData

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mutants import Mutant

TESTS = (
    *("model", "evaluation"),
    *(f"training/test_{name}.py" for name in (
        "fitting", "solving", "additive", "calibrating", "uncertainty", "torture", "moments")),
    *(f"test_{name}.py" for name in (
        "scorer", "artefact", "reasons", "effects", "answers", "known", "threads", "bulk",
        "versions")),
)  # fmt: skip
PLAIN_TESTS = ("model",)
QUIET = ("-q", "-p", "watching", "-p", "no:randomly", "-p", "no:cacheprovider")
_LIMIT = "15"  # seconds for a test, beyond which it is not used
_MOST_SECONDS = 60.0  # of tests for a mutant


def environment(tree: Path, *, plain: bool) -> dict[str, str]:
    """Give the settings in which tests of a tree run."""
    given = {**os.environ, "PYTHONPATH": f"{tree / 'src'}:{tree / 'mutation'}"}
    given |= {"OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    return given | ({"NUMBA_DISABLE_JIT": "1"} if plain else {})


@dataclass(frozen=True)
class Cover:
    """What the tests run, in one of the two ways."""

    folder: Path
    plain: bool

    def make(self, tree: Path) -> None:
        """Run the tests, and note what each runs and how long it takes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        asked = [f"tests/{name}" for name in (PLAIN_TESTS if self.plain else TESTS)]
        more = {"COVERAGE_FILE": str(self.folder / "coverage"), "MUTATION_LIMIT": _LIMIT}
        more["MUTATION_TIMES"] = str(self.folder / "times.json")
        flags = [
            "--cov=virality.model",
            "--cov-context=test",
            "--cov-report=",
            "--cov-fail-under=0",
        ]
        subprocess.run(
            [sys.executable, "-m", "pytest", *QUIET, *flags, *asked],
            cwd=tree,
            env=environment(tree, plain=self.plain) | more,
            stdout=subprocess.DEVNULL,
            check=False,  # a test that takes too long is one that is not used
        )

    @cached_property
    def times(self) -> dict[str, float]:
        """Seconds of each test that passed."""
        found: dict[str, float] = json.loads((self.folder / "times.json").read_text())
        return found

    def by_line(self, mutant: Mutant) -> dict[int, set[str]]:
        """Name the tests that run each line of a module."""
        found: dict[int, set[str]] = defaultdict(set)
        for path in self._data.measured_files():
            if path.endswith(str(mutant.path)):
                for line, contexts in self._data.contexts_by_lineno(path).items():
                    found[line] |= self._tests(contexts)
        return found

    @cached_property
    def _data(self) -> CoverageData:
        data = CoverageData(basename=str(self.folder / "coverage"))
        data.read()
        return data

    def _tests(self, contexts: Iterable[str]) -> set[str]:
        """Turn contexts into tests; what prepares one of a file may prepare all of it."""
        found = set()
        for context in contexts:
            name, _, phase = context.rpartition("|")
            found |= self._by_file[name.partition("::")[0]] if phase == "setup" else {name}
        return found - {""}

    @cached_property
    def _by_file(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name in self.times:
            found[name.partition("::")[0]].add(name)
        return found


def concerning(cover: Cover, mutant: Mutant, usable: dict[str, float]) -> list[str]:
    """Name tests: first those that run the line, then those that run the module; short ones first.

    What runs a line at import, such as a constant, is every test of the module.
    """
    lines = cover.by_line(mutant)
    nearest = lines.get(mutant.line, set())
    around = set().union(*lines.values()) - nearest
    named = [*_shortest(nearest, usable), *_shortest(around, usable)]
    seconds, taken = 0.0, []
    for name in named:
        seconds += usable[name]
        if seconds <= _MOST_SECONDS or not taken:
            taken.append(name)
    return taken


def _shortest(names: set[str], times: dict[str, float]) -> list[str]:
    return sorted(names & times.keys(), key=lambda name: (times[name], name))
