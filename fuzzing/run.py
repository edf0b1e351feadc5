"""Fuzz the readers: inputs that grow towards code not yet seen, by Atheris over libFuzzer.

    python fuzzing/run.py --inputs 1000000             # shared out over all targets
    python fuzzing/run.py --inputs 50000 --target table
    python fuzzing/run.py --target table --again build/fuzz/table/crash-...

One process at a time, of one thread. It begins with the kept inputs of ``tests/corpus`` and stops
a target at its first defect, whose input is then in ``build/fuzz/TARGET``. A defect is an exception
not of our family, code that is run, more than ten seconds for an input, or 2 GiB of memory.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MADE = ROOT / "build" / "fuzz"
_FILES = ("document", "lines", "table", "file")
_TARGETS = sorted(path.name for path in (ROOT / "tests" / "corpus").iterdir())


def main() -> int:
    """Run what is asked for, and print one line for each target."""
    asked = _arguments()
    if asked.again:
        return _again(asked.target, asked.again)
    if asked.inside:
        return _fuzz(asked.target, asked.inputs, asked.seed)
    names = [asked.target] if asked.target else _TARGETS
    MADE.mkdir(parents=True, exist_ok=True)
    done = [_child(name, asked) for name in names]
    (MADE / "results.json").write_text(json.dumps(done, indent=1) + "\n")
    total = sum(each["inputs"] for each in done)
    print(f"{'all':<10} {total:>9,} inputs, {sum(each['rc'] != 0 for each in done)} defects")
    return int(any(each["rc"] for each in done))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000, help="how many, in all")
    parser.add_argument("--target", choices=_TARGETS, help="one alone; else all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", type=Path, help="a file to give to the target once more")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.again and not asked.target:
        parser.error("--again needs --target")
    return asked


def _child(name: str, asked: argparse.Namespace) -> dict[str, object]:
    """Fuzz one target in a process of its own, which libFuzzer ends."""
    share = 1.0 if asked.target else _targets()[name].share
    inputs = max(round(asked.inputs * share), 100)
    words = ["--inside", "--target", name, "--inputs", str(inputs), "--seed", str(asked.seed)]
    settings = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), *words],
        env={**os.environ, **settings},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    (MADE / f"{name}.log").write_text(done.stderr)
    seconds = time.monotonic() - began
    runs, covered = _last(r"^(?:Done |#)(\d+)", done.stderr), _last(r"cov: (\d+)", done.stderr)
    told = f"{name:<10} {runs:>9,} inputs in {seconds:6.0f} s, {covered:>5} edges"
    print(f"{told}{'' if done.returncode == 0 else f': DEFECT, see {MADE / name}.log'}", flush=True)
    return {
        "target": name,
        "inputs": runs,
        "seconds": round(seconds),
        "edges": covered,
        "rc": done.returncode,
    }


def _last(pattern: str, text: str) -> int:
    found = re.findall(pattern, text, flags=re.MULTILINE)
    return int(found[-1]) if found else 0


def _targets() -> dict[str, object]:
    from targets import TARGETS  # noqa: PLC0415  instrumented, where it is fuzzed

    return TARGETS


def _again(name: str, path: Path) -> int:
    """Give one input to a target, to see what happens."""
    _targets()[name](path.read_bytes())
    return 0


def _fuzz(name: str, inputs: int, seed: int) -> int:
    import atheris  # noqa: PLC0415  only this needs it

    with atheris.instrument_imports(include=["virality"]):
        target = _targets()[name]
    from targets import CORPUS, FIXTURES  # noqa: PLC0415  after they are instrumented
    from watching import watched  # noqa: PLC0415

    kept = CORPUS / name
    for path in kept.iterdir():
        target(path.read_bytes())  # imports what is imported late

    def one(data: bytes) -> None:
        with watched():
            target(data)

    made = MADE / name
    (made / "corpus").mkdir(parents=True, exist_ok=True)
    seeds = [str(kept), *([str(FIXTURES / "records")] if name in _FILES else [])]
    flags = [f"-runs={inputs}", f"-seed={seed}", "-timeout=10", "-rss_limit_mb=2048"]
    flags += ["-max_len=4096", f"-artifact_prefix={made}/", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *flags, str(made / "corpus"), *seeds], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
