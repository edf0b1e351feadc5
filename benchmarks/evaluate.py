"""Measure what can be foreseen, and how well: ``make evaluate DATA=folder``.

With a folder laid out as in CONTRIBUTING.md the real files are judged, and the synthetic sample
after them; without one, the sample alone. ``benchmarks/evaluation.json`` and ``docs/evaluation.md``
are written from the former, the README's table from the real files alone.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluation_page import rendered, with_summary

from virality.sample import make_sample
from virality.training.settings import Settings
from virality.training.studies import study

if TYPE_CHECKING:
    from virality.records import Sources

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "evaluation.json"
PAGE = ROOT / "docs" / "evaluation.md"
README = ROOT / "README.md"
MADE_UP = 32_000
"""Videos of the sample, so many that 200 of those that judge have counts of 24 hours."""


@dataclass(frozen=True)
class Case:
    """Records to judge, and how they came about."""

    name: str
    what: str
    source: Sources
    settings: Settings
    ages: tuple[str, ...] = ("24h",)


def real_cases(folder: Path) -> list[Case]:
    """List the files of a data folder that are there."""
    videos = folder / "videos"
    snapshots, accounts = videos / "vn2025_snapshots.parquet", videos / "jp_accounts.parquet"
    cases = [
        Case(
            "profiles",
            "Whole profiles of 1,018 accounts, Vietnam, May and June 2025",
            str(snapshots),
            Settings(where="cohort = 'timeline'"),
        ),
        Case(
            "long histories",
            "29 accounts, Japan, 2019 to 2023, no followers, no time of scraping",
            str(accounts),
            Settings(),
        ),
        Case(
            "feed",
            "What a feed showed, Vietnam, May and June 2025: selected for views",
            str(snapshots),
            Settings(where="cohort = 'feed'"),
            ("48h", "72h"),
        ),
    ]
    return [case for case in cases if Path(str(case.source)).exists()]


def sample_case() -> Case:
    """Give the synthetic sample."""
    what = (
        f"{MADE_UP:,} videos that `virality sample` made up: enough to judge early counts, and no "
        "proof of anything about real ones"
    )
    return Case("sample, made up", what, make_sample(MADE_UP).records, Settings())


def measured(case: Case) -> dict[str, Any]:
    """Judge one case."""
    print(case.name, file=sys.stderr, flush=True)
    done = study(case.source, case.settings, ages=case.ages, progress=_say)
    found = done.to_dict()
    return {"name": case.name, "what": case.what, **found}


def _say(step: str) -> None:
    print(f"  {step}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="the folder; without it, the sample")
    chosen = parser.parse_args()
    cases = [] if chosen.data is None else real_cases(chosen.data)
    if not cases and chosen.data is not None:
        print(f"{chosen.data}: none of the files is there", file=sys.stderr)
        return 2
    results = {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "cases": [measured(case) for case in cases],
        "made_up": [measured(sample_case())],
    }
    page = rendered(results)
    print(page)
    if chosen.data is not None:
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page, encoding="utf-8")
        README.write_text(
            with_summary(README.read_text(encoding="utf-8"), results), encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
