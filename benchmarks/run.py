"""Measure virality against its peers: ``python benchmarks/run.py``, or ``make bench``.

All cases at their full sizes write ``benchmarks/results.json`` and ``docs/benchmarks.md``; a quick
or partial run only prints its page, or writes both files into ``--out``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cases import CASES
from machine import load_average, machine
from measuring import Case, Plan, measured
from page import rendered

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks/results.json"
PAGE = ROOT / "docs/benchmarks.md"
COMMAND = "make bench"

_FULL = Plan(records=100_000, rows=100_000, repeats=5, folder=Path(), judged=True)
_QUICK = Plan(records=4000, rows=10_000, repeats=1, folder=Path(), judged=False)


def main() -> None:
    """Measure, or render again what was measured."""
    options = _options()
    if options.render:
        PAGE.write_text(rendered(json.loads(RESULTS.read_text("utf-8"))), "utf-8")
        return
    chosen = tuple(case for case in CASES if not options.only or case.key in options.only)
    plan = _plan(options)
    results = _results(chosen, plan)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        _write(results, options.out / RESULTS.name, options.out / PAGE.name)
    elif chosen == CASES and plan.judged:
        _write(results, RESULTS, PAGE)
    else:
        print(rendered(results))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--quick", action="store_true", help="small data, one round: less than a minute")
    add("--records", type=int, help="records in the file that is read")
    add("--rows", type=int, help="rows of the large fit")
    add("--repeats", type=int, help="rounds of the slowest cases; cheap ones have more")
    add("--only", nargs="+", choices=[case.key for case in CASES], help="run these cases alone")
    add("--out", type=Path, help="a folder for results.json and benchmarks.md")
    add("--render", action="store_true", help="measure nothing; make the page from results.json")
    return parser.parse_args()


def _plan(options: argparse.Namespace) -> Plan:
    """Take the sizes that were asked for; goals hold for full sizes alone."""
    base = _QUICK if options.quick else _FULL
    asked = {name: getattr(options, name) for name in ("records", "rows", "repeats")}
    plan = replace(base, **{name: value for name, value in asked.items() if value is not None})
    full = plan.records >= _FULL.records and plan.rows >= _FULL.rows
    return replace(plan, judged=full and plan.repeats >= 3)


def _results(chosen: tuple[Case, ...], plan: Plan) -> dict[str, Any]:
    begin, before = time.perf_counter(), load_average()
    with tempfile.TemporaryDirectory(prefix="virality-bench-") as folder:
        placed = replace(plan, folder=Path(folder))
        cases = [_announced(case, placed) for case in chosen]
    return {
        "command": COMMAND,
        "measured_on": datetime.now(UTC).date().isoformat(),
        "minutes": round((time.perf_counter() - begin) / 60, 1),
        "machine": machine(),
        "load_average": before and {"before": before, "after": load_average()},
        "sizes": {"records": plan.records, "rows": plan.rows, "repeats": plan.repeats},
        "cases": cases,
    }


def _announced(case: Case, plan: Plan) -> dict[str, Any]:
    print(case.title, file=sys.stderr, flush=True)
    return measured(case, plan)


def _write(results: dict[str, Any], target: Path, page: Path) -> None:
    text = json.dumps(results, indent=1, ensure_ascii=False, allow_nan=False)
    target.write_text(text + "\n", "utf-8")
    page.write_text(rendered(results), "utf-8")
    print(f"written: {target.name} and {page.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
