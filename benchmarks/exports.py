"""Hold each exported scorer against the library, on the rows of the tests, into a page.

    PYTHONPATH=tests python benchmarks/exports.py        # docs/exports.md

Node, TypeScript's compiler, DuckDB, PostgreSQL and ONNX Runtime run what was exported; one that is
not installed is left out of the page, which says so.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime

from exported import SCHEMAS, artefact, listed, only, planned_sets, rows
from exported_sql import answered, in_duckdb, in_postgres, statement
from node import COMPILER, NODE, compiled
from postgres import serving
from virality.answers import answer
from virality.exports.exporting import TARGETS, export
from virality.exports.plans import learned_gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from virality.arrays import Floats

    Said = list[dict[str, Any] | None]
    Run = Callable[[str, Floats], tuple[Said, float]]

PAGE = Path(__file__).parents[1] / "docs" / "exports.md"
ROUNDS = 5
SOME = 40
NUMBERS = ("score", "tier_probabilities", "interval")
DRIVER = """
import { readFileSync, writeFileSync } from "node:fs";
import { predict } from "./scorer.mjs";
const rows = JSON.parse(readFileSync("asked.json", "utf-8"));
const tried = (row) => { try { return predict(row); } catch { return null; } };
const seconds = [];
let said;
for (let round = 0; round < ROUNDS; round += 1) {
  const begin = performance.now();
  said = rows.map(tried);
  seconds.push((performance.now() - begin) / 1000);
}
writeFileSync("said.json", JSON.stringify({ said, seconds }));
"""


@dataclass(frozen=True)
class Found:
    """What came out of one target and kind of model.

    Attributes
    ----------
    target, schema
        Which.
    size
        Bytes of the export.
    apart
        Largest difference of score, probabilities and interval over rows of which all is known.
    tiers
        Rows of another most probable tier.
    sets, apart_sets
        Sets of known inputs that are answered, all and nothing included; largest difference there.
    refused
        Sets among the planned ones that get no answer.
    rate
        Rows scored in a second, of which all is known.
    """

    target: str
    schema: str
    size: int
    apart: float
    tiers: int
    sets: int
    apart_sets: float
    refused: int
    rate: float


def by_python(schema: str, X: Floats) -> tuple[Said, float]:
    """Run the module of Python."""
    names: dict[str, Any] = {"__name__": "scorer"}
    text = export(artefact(schema), "pure-python").content.decode()
    exec(compile(text, "scorer.py", "exec"), names)  # noqa: S102  what we have just written
    asked = listed(X)

    def tried(row: list[float | None]) -> dict[str, Any] | None:
        try:
            return names["predict"](row)
        except ValueError:
            return None

    return timed(lambda: [tried(row) for row in asked])


def by_script(schema: str, X: Floats) -> tuple[Said, float]:
    """Run the module of JavaScript by Node."""
    return _by_node(export(artefact(schema), "js").content.decode(), X)


def by_typed_script(schema: str, X: Floats) -> tuple[Said, float]:
    """Compile the module of TypeScript, and run it by Node."""
    with tempfile.TemporaryDirectory() as folder:
        text = compiled(Path(folder), export(artefact(schema), "ts").content.decode())
    return _by_node(text, X)


def _by_node(text: str, X: Floats) -> tuple[Said, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "scorer.mjs").write_text(text, encoding="utf-8")
        (folder / "driver.mjs").write_text(DRIVER.replace("ROUNDS", str(ROUNDS)), encoding="utf-8")
        (folder / "asked.json").write_text(json.dumps(listed(X)), encoding="utf-8")
        subprocess.run([str(NODE), "driver.mjs"], cwd=folder, check=True)
        told = json.loads((folder / "said.json").read_text("utf-8"))
    return told["said"], median(told["seconds"])


def by_duckdb(schema: str, X: Floats) -> tuple[Said, float]:
    """Run the SELECT by DuckDB."""
    with in_duckdb(artefact(schema).names, X) as connection:
        return _by_sql(lambda: connection.execute(statement(schema)).fetchall())


def by_postgres(schema: str, X: Floats) -> tuple[Said, float]:
    """Run the SELECT by a PostgreSQL server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        within = Path(folder) / "server"
        within.mkdir()
        with (
            serving(within) as server,
            in_postgres(artefact(schema).names, X, server.url) as connection,
        ):
            return _by_sql(lambda: connection.execute(statement(schema)).fetchall())


def _by_sql(run: Callable[[], list[tuple[Any, ...]]]) -> tuple[Said, float]:
    found, seconds = timed(run)
    return [None if one["score"] is None else one for one in answered(found)], seconds


def by_onnx(schema: str, X: Floats) -> tuple[Said, float]:
    """Run the graph by ONNX Runtime."""
    content = export(artefact(schema), "onnx").content
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    found, seconds = timed(lambda: session.run(None, {"features": X}))
    columns = dict(zip(names, found, strict=True))
    columns["tier_probabilities"] = columns.pop("probabilities")
    said = [{name: column[row] for name, column in columns.items()} for row in range(len(X))]
    return [None if np.isnan(one["score"]) else one for one in said], seconds


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Run several times: the last result, and the median of the seconds."""
    seconds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        found = run()
        seconds.append(time.perf_counter() - begin)
    return found, median(seconds)


RUNS: dict[str, tuple[str, Run]] = {
    "pure-python": ("pure-python", by_python),
    "js, by Node": ("js", by_script),
    "ts, compiled, by Node": ("ts", by_typed_script),
    "sql, by DuckDB": ("sql", by_duckdb),
    "sql, by PostgreSQL": ("sql", by_postgres),
    "onnx, by ONNX Runtime": ("onnx", by_onnx),
}


def sets_of(schema: str) -> Iterator[list[int]]:
    """List sets of known inputs: planned ones, gaps that were learned, and nothing."""
    yield from planned_sets(schema)
    learned = learned_gaps(artefact(schema).classifier.marginal)
    yield from (list(np.flatnonzero(known)) for known in learned)
    yield []


def apart(schema: str, X: Floats, said: Said) -> tuple[float, int]:
    """Give the largest difference from the library's answers, and how many tiers are others."""
    truth = answer(artefact(schema), X)
    columns = zip(NUMBERS, (truth.scores, truth.probabilities, truth.intervals), strict=True)
    off = [
        np.abs(np.array([one[name] for one in said if one]) - column).max()
        for name, column in columns
    ]
    others = sum(one["tier"] != tier for one, tier in zip(said, truth.tiers, strict=True) if one)
    return float(max(off)), int(others)


def compared(target: str, schema: str) -> Found:
    """Run a target on all rows."""
    kind, run = RUNS[target]
    X, sets = rows(schema), list(sets_of(schema))
    said, seconds = run(schema, X)
    whole, tiers = apart(schema, X, said)
    answers, off = 0, 0.0
    parts = [only(X[:SOME], columns) for columns in sets]
    every, _ = run(schema, np.vstack(parts))
    for place, some in enumerate(parts):
        told = every[SOME * place : SOME * (place + 1)]
        if all(one is not None for one in told):
            answers += 1
            off = max(off, apart(schema, some, told)[0])
        elif any(one is not None for one in told):
            raise AssertionError(f"{target} answers some rows of one set of known inputs")
    size = len(export(artefact(schema), kind).content)
    refused = len(sets) - answers
    return Found(target, schema, size, whole, tiers, answers + 1, off, refused, len(X) / seconds)


HEAD = """# Scores elsewhere: how exports agree

`virality export model.json --to {targets}` writes a scorer that needs neither `virality` nor any
other package. This page holds each against the library: made by `make agreement`, on {rows:,} rows of which all is known, columns
of the made-up sample's, each shuffled, every fiftieth row far outside; and on 40 rows of each set of inputs that is known or not
as a whole. *Apart* is the largest difference of a score (0 to 100), a probability or an end of an interval.
`creator-1` here is a model with a calibration; `reference-15` is a softmax.

| target | model | kB | apart, all known | other tiers | sets answered | apart, these | sets refused | rows a second |
|---|---|---|---|---|---|---|---|---|
"""  # noqa: E501  a table's head is one line

TAIL = """
*Sets* of known inputs: all of them; each phase known or unknown as a whole; what was often missing
in training; nothing. Programs carry a plan for each of these, and more by `--known`; SQL and ONNX
cannot average over what an unknown input may be, and give NULL or NaN for such rows rather than a
wrong number. Percentiles agree to 1e-6. Rows a second are those of one thread of a program, or of
one statement with its result fetched: what is usual rather than what is possible.

What programs compute of a record, from its caption, dates and counts, `tests/exports` holds against
the library's features on awkward records.
"""


def page(found: list[Found], missing: list[str]) -> str:
    """Write the page."""
    head = HEAD.format(targets="|".join(TARGETS), rows=len(rows(SCHEMAS[0])))
    lines = [
        f"| {one.target} | {one.schema} | {one.size / 1000:,.0f} | {one.apart:.0e} | {one.tiers} | "
        f"{one.sets} | {one.apart_sets:.0e} | {one.refused} | {one.rate:,.0f} |\n"
        for one in found
    ]
    left_out = f"\nNot installed here, and so left out: {', '.join(missing)}.\n" if missing else ""
    return head + "".join(lines) + TAIL + left_out


def main() -> None:
    """Compare all, and write the page."""
    missing = [] if NODE else ["js, by Node"]
    missing += [] if NODE and COMPILER else ["ts, compiled, by Node"]
    wanted = [target for target in RUNS if target not in missing]
    found = [compared(target, schema) for target in wanted for schema in SCHEMAS]
    PAGE.write_text(page(found, missing), encoding="utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
