"""What streams: a fit to Parquet files in a bounded memory, and records to scores."""

from __future__ import annotations

import logging
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from data import FEATURES, blocks
from measuring import Plan, Side, SkippedError, Trial
from processes import child, command
from scoring import trained

from virality import read_records
from virality.sample import make_sample

if TYPE_CHECKING:
    from collections.abc import Callable

FIT_ROWS = 10_000_000
_PARTS = 10
_RECORDS = 1_000_000
_MADE = 50_000
_FIRST_NUMBER = 10**18
_STATUS = "print(open('/proc/self/status').read())"


def memory(plan: Plan) -> tuple[Side, ...]:
    """Fit Parquet files of 10⁷ and of 3·10⁷ rows, each in a new process."""
    if not Path("/proc/self/status").exists():
        raise SkippedError("this system does not say how much memory a process held")
    few, all_of_them = _parts(plan)
    return (
        Side("virality.fit_files, 10⁷ rows", "ours", lambda: _fitted("ours.py", few), warm=False),
        Side(
            "virality.fit_files, 3·10⁷ rows",
            "variant",
            lambda: _fitted("ours.py", all_of_them),
            warm=False,
        ),
        Side(
            "Polars + scikit-learn, 10⁷ rows, 5 iterations",
            "peer",
            lambda: _fitted("holding.py", few),
            warm=False,
            most=1,
        ),
        Side("the bare interpreter", "floor", _bare),
    )


def records(plan: Plan) -> tuple[Side, ...]:
    """Score records from Parquet to Parquet, each in a new process with its imports."""
    trained(plan)
    _records_file(plan.folder / "records.parquet", plan.size(_RECORDS))
    ours, theirs = (_scoring(script, plan.folder) for script in ("ours.py", "peer.py"))
    try:
        ours()
    except subprocess.CalledProcessError:
        raise SkippedError("`virality score` did not score the file") from None
    return (
        Side("virality score", "ours", ours, warm=False),
        Side("Polars + pandas + scikit-learn", "peer", theirs, warm=False),
    )


def _scoring(script: str, folder: Path) -> Callable[[], Trial]:
    return lambda: child(script, "score", folder, whole=True)


def _fitted(script: str, pattern: Path) -> Trial:
    return child(script, "fit-files", pattern)


def _bare() -> Trial:
    seconds, printed = command(["-c", _STATUS])
    line = next(line for line in printed.splitlines() if line.startswith("VmHWM"))
    return Trial(seconds, int(line.split()[1]) * 1024)


def _parts(plan: Plan) -> tuple[Path, Path]:
    """Write thirty files; give the pattern of the first ten, and that of all."""
    folder = plan.folder / "rows"
    folder.mkdir(exist_ok=True)
    names = [f"x{number}" for number in range(FEATURES)]
    size = plan.size(FIT_ROWS) // _PARTS
    for number, part in enumerate(blocks(3 * _PARTS * size, size)):
        frame = pl.DataFrame(part.X, schema=names).with_columns(y=pl.Series(part.y))
        frame.write_parquet(folder / f"part-{number:02}.parquet")
    return folder / "part-0*.parquet", folder / "part-*.parquet"


def _records_file(path: Path, rows: int) -> None:
    """Write so many canonical records of distinct videos, made by repeating a sample."""
    logging.getLogger("virality").setLevel(logging.ERROR)  # broken records are meant to be there
    frame = read_records(make_sample(min(rows, _MADE)).records)
    copies = -(-rows // frame.height)
    numbers = pl.int_range(_FIRST_NUMBER, _FIRST_NUMBER + rows, eager=True).cast(pl.String)
    whole = pl.concat([frame] * copies).head(rows).with_columns(video_id=numbers)
    whole.write_parquet(path)
