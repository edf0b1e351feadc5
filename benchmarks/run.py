"""Measure virality against its peers: ``python benchmarks/run.py``, or ``make bench``.

All cases at their full sizes write ``benchmarks/results.json``, ``docs/benchmarks.md`` and its
pictures; a quick or partial run only prints its page, or writes them into ``--out``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cases import CASES, STUDIES
from machine import load_average, machine
from measuring import Plan
from page import pictures, rendered

if TYPE_CHECKING:
    from measuring import Case, Study

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results.json"
PAGE = ROOT / "docs/benchmarks.md"
COMMAND = "make bench"
ALL = (*CASES, *STUDIES)

_QUICK = 100
_REPEATS = 5
_NOT_YET = "not measured yet"


def main() -> int:
    """Measure, or render again what was measured; 1 where sides did not do the same work."""
    options = _options()
    if options.render:
        _show(json.loads(RESULTS.read_text("utf-8")), PAGE)
        return 0
    chosen = [one.key for one in ALL if not options.only or one.key in options.only]
    shrink = options.shrink or (_QUICK if options.quick else 1)
    repeats = options.repeats or (1 if options.quick else _REPEATS)
    whole = shrink == 1 and repeats >= _REPEATS
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="virality-bench-") as folder:
        plan = Plan(shrink, repeats, Path(folder))
        for one in ALL:
            if one.key in chosen:
                found[one.key] = _announced(one, plan)
                if options.merge:
                    _write(_merged(found, plan), RESULTS, PAGE)
    results = _results(found, plan, complete=False)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        _write(results, options.out / RESULTS.name, options.out / PAGE.name)
    elif len(found) == len(ALL) and whole:
        _write(results, RESULTS, PAGE)
    elif not options.merge:
        print(rendered(results))
    return _verdict(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--quick", action="store_true", help="one round of everything at a hundredth of its size")
    add("--shrink", type=int, help="divide all sizes by this")
    add("--repeats", type=int, help="rounds of an ordinary case; cheap ones have more")
    add("--only", nargs="+", choices=[one.key for one in ALL], help="run these cases alone")
    add("--out", type=Path, help="a folder for results.json, benchmarks.md and its pictures")
    add("--merge", action="store_true", help="put these cases into the results and the page")
    add("--render", action="store_true", help="measure nothing; make the page from results.json")
    options = parser.parse_args()
    if options.merge and (options.quick or options.shrink or options.repeats or options.out):
        parser.error("--merge takes full sizes alone")
    return options


def _announced(one: Case | Study, plan: Plan) -> dict[str, Any]:
    """Measure a case, and note where, when and how busy the machine was."""
    print(one.title, file=sys.stderr, flush=True)
    begin, before = time.perf_counter(), load_average()
    found = one.measured(plan)
    return {
        **found,
        "machine": machine(),
        "measured_on": datetime.now(UTC).date().isoformat(),
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "load_average": before and {"before": before, "after": load_average()},
    }


def _results(found: dict[str, dict[str, Any]], plan: Plan, *, complete: bool) -> dict[str, Any]:
    """Put cases in order; a complete list has those too that were not measured."""

    def listed(group: tuple[Any, ...]) -> list[dict[str, Any]]:
        return [
            found.get(one.key, _unmeasured(one)) for one in group if complete or one.key in found
        ]

    return {
        "command": COMMAND,
        "shrink": plan.shrink,
        "repeats": plan.repeats,
        "cases": listed(CASES),
        "studies": listed(STUDIES),
    }


def _unmeasured(one: Case | Study) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in ("key", "title", "compared", "bound")}
    return {**said, "skipped": _NOT_YET, "rounds": 0, "sides": [], "goals": [], "checks": []}


def _merged(found: dict[str, dict[str, Any]], plan: Plan) -> dict[str, Any]:
    """Put cases in the place of what was measured before, wherever that was."""
    older = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    kept = [one for group in ("cases", "studies") for one in older.get(group, ())]
    return _results({**{one["key"]: one for one in kept}, **found}, plan, complete=True)


def _verdict(found: dict[str, dict[str, Any]]) -> int:
    """Say which checks failed."""
    failed = 0
    for key, one in found.items():
        for check in (check for part in one.get("points", [one]) for check in part["checks"]):
            if not check["passed"]:
                print(f"{key}: {check['what']} is {check['value']:.3g}", file=sys.stderr)
                failed = 1
    return failed


def _write(results: dict[str, Any], target: Path, page: Path) -> None:
    text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
    target.write_text(text + "\n", "utf-8")
    _show(results, page)
    print(f"written: {target.name} and {page.name}", file=sys.stderr)


def _show(results: dict[str, Any], page: Path) -> None:
    page.write_text(rendered(results), "utf-8")
    for name, picture in pictures(results).items():
        page.with_name(name).write_text(picture, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
