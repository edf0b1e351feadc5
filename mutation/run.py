"""Mutation testing of the mathematics: whether its tests are able to fail.

    python mutation/run.py --size 160 --seed 2          # a sample of changes, one at a time
    python mutation/run.py --seed 2 --survivors         # again those that no test noticed

Each change is made in a copy of the tree below ``build/mutation``, and the tests that concern it
run until one fails: those that run the changed line, then the others of its module, by coverage. A
test that does not end counts as one that fails. A change that no test can notice is listed with its
reason in ``equivalent.json`` and counted apart. What was found is in ``results-SEED.json``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from typing import Any

from covering import QUIET, Cover, concerning, environment
from mutants import MODEL, Mutant, drawn

HERE = Path(__file__).parent
ROOT = HERE.parent
MADE = ROOT / "build" / "mutation"
EQUIVALENT = HERE / "equivalent.json"
COMPILED = ("averaging", "bending", "compiled", "powers", "softened", "strips", "swift", "turning")
_COPIED = ("src", "tests", "benchmarks", "docs", "fuzzing", "mutation")
_LOOSE = ("pyproject.toml", "README.md", "Makefile", "CHANGELOG.md")
_NUMBA_CACHES = "*.nb[ic]"
_COMPILING_SECONDS = 200.0
_LEAST = 0.9  # of the changes have to be noticed
_COMPILED_TESTS = ("test_kernels.py", "test_averages.py", "test_plain.py")


def main() -> int:
    """Run what is asked for, and say what was found; 1 where too few changes were noticed."""
    asked = _arguments()
    trees: Queue[Path] = Queue()
    for number in range(asked.workers):
        trees.put(_copy(MADE / f"tree-{number}"))
    covers = [Cover(MADE / name, plain=name == "plain") for name in ("as-ever", "plain")]
    for cover in covers:
        if asked.map or not (cover.folder / "times.json").exists():
            cover.make(_copy(MADE / f"tree-{cover.folder.name}"))
    sample, every = drawn(ROOT, asked.size, asked.seed)
    if asked.survivors:
        changes = json.loads(_results(asked.seed).read_text())["changes"]
        left = {one["key"] for one in changes if one["verdict"] == "survived"}
        sample = [one for one in sample if one.key in left]
    known = json.loads(EQUIVALENT.read_text())

    def judged(mutant: Mutant) -> dict[str, Any]:
        tree = trees.get()
        try:
            found = _judged(mutant, tree, covers, known)
        finally:
            trees.put(tree)
        print(f"{found['verdict']:<10} {found['seconds']:5.0f} s  {mutant.key}", flush=True)
        return found

    with ThreadPoolExecutor(asked.workers) as pool:
        found = list(pool.map(judged, sample))
    return _told(found, every, asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=160, help="how many changes, about")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--map", action="store_true", help="find anew which tests run which lines")
    parser.add_argument("--survivors", action="store_true", help="those of the last run alone")
    return parser.parse_args()


def _copy(tree: Path) -> Path:
    """Copy what the tests need, caches of compiled code included."""
    shutil.rmtree(tree, ignore_errors=True)
    for name in _COPIED:
        shutil.copytree(ROOT / name, tree / name)
    for name in _LOOSE:
        shutil.copy2(ROOT / name, tree / name)
    return tree


def _judged(
    mutant: Mutant, tree: Path, covers: list[Cover], known: dict[str, str]
) -> dict[str, Any]:
    begun = time.monotonic()
    if mutant.key in known:
        verdict, by = "equivalent", known[mutant.key]
    else:
        by = _killer(mutant, tree, covers)
        verdict = "killed" if by else "survived"
    seconds = round(time.monotonic() - begun, 1)
    return {"verdict": verdict, "by": by, "seconds": seconds, "key": mutant.key, **asdict(mutant)}


def _killer(mutant: Mutant, tree: Path, covers: list[Cover]) -> str:
    """Name the test that notices a change; nothing where none does."""
    as_ever, plain = covers
    path = tree / mutant.path
    path.write_text(mutant.code(ROOT))
    try:
        if mutant.module not in COMPILED:
            return _run(tree, as_ever, concerning(as_ever, mutant, as_ever.times), plain=False)
        tests = concerning(plain, mutant, plain.times)
        return _run(tree, plain, tests, plain=True) or _compiled(mutant, tree, covers)
    finally:
        shutil.copy2(ROOT / mutant.path, path)


def _compiled(mutant: Mutant, tree: Path, covers: list[Cover]) -> str:
    """Let tests judge a change compiled anew: those too slow or not the same without a compiler."""
    as_ever, plain = covers
    _forget(tree)
    tests = [name for name in concerning(plain, mutant, as_ever.times) if "tests/model" in name]
    fallback = [name for name in as_ever.times if name.partition("::")[0].endswith(_COMPILED_TESTS)]
    try:
        return _run(tree, as_ever, tests or fallback, plain=False)
    finally:
        _forget(tree)
        for cache in (ROOT / MODEL).rglob(_NUMBA_CACHES):
            shutil.copy2(cache, tree / MODEL / "__pycache__" / cache.name)


def _forget(tree: Path) -> None:
    """Remove the caches of compiled code, in which changed functions may have been inlined."""
    for cache in (tree / MODEL).rglob(_NUMBA_CACHES):
        cache.unlink()


def _run(tree: Path, cover: Cover, tests: list[str], *, plain: bool) -> str:
    """Run tests until one fails; name it."""
    if not tests:
        return ""
    limit = 30 + 4 * sum(cover.times.get(name, 1) for name in tests)
    more = {"PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *QUIET, "-x", "--no-header", *tests],
            cwd=tree,
            env=environment(tree, plain=plain) | more,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit + (0 if plain else _COMPILING_SECONDS),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "a test that does not end"
    return _failed(done.stdout) if done.returncode else ""


def _failed(said: str) -> str:
    """Find the test that failed, or say that they ended before."""
    lines = [line for line in said.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return lines[0].split(" - ")[0].split(" ", 1)[1] if lines else "the tests break off"


def _told(found: list[dict[str, Any]], every: int, asked: argparse.Namespace) -> int:
    counts = Counter(one["verdict"] for one in found)
    share = counts["killed"] / max(counts["killed"] + counts["survived"], 1)
    result = {
        "seed": asked.seed,
        "possible": every,
        "sampled": len(found),
        **{name: counts[name] for name in ("killed", "survived", "equivalent")},
        "share": round(share, 4),
    }
    changes = [{name: one[name] for name in ("key", "verdict", "by")} for one in found]
    target = _results(asked.seed) if not asked.survivors else MADE / "survivors.json"
    target.write_text(json.dumps({**result, "changes": changes}, indent=1) + "\n")
    print(json.dumps(result))
    return int(share < _LEAST)


def _results(seed: int) -> Path:
    return HERE / f"results-{seed}.json"


if __name__ == "__main__":
    sys.exit(main())
